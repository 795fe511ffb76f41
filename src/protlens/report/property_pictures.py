"""The figures of a run, each with words on what is seen."""

from collections.abc import Sequence

import polars as pl
from matplotlib.patches import Rectangle

from protlens.naming import AMINO_ACID, property_title
from protlens.number_text import coefficient, counted, interval, percent
from protlens.plots.amino_acids import amino_acid_figure, similarity_figure
from protlens.plots.calibration import calibration_figure
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import cell_size, draw_colour_bar, limits_of
from protlens.plots.head_figures import alignment_grid, draw_head_map, head_map_figure, top_heads_figure
from protlens.plots.layers import layers_figure
from protlens.plots.profile import profile_figure
from protlens.plots.shading import rising
from protlens.plots.style import MARK, figure_style
from protlens.plots.table_columns import pooled_share
from protlens.report.findings import Finding, is_amino_acid, strongest_first
from protlens.report.parts import Picture, picture
from protlens.runs.store import Run
from protlens.stats.calibration import calibration_table
from protlens.stats.run_tables import RunTables

MOST_DRAWN = 6
"""Properties whose heads are drawn; the run's folder of figures has them all."""

_LEAD_WIDTH, _LEAD_HEIGHT = 3.6, 2.8
_LEAD_BAR, _LEFT, _BOTTOM = 2.6, 0.45, 0.84
"""Inches of the small map: of all its cells, of its colour bar, and what is left and below the cells."""


def drawn_properties(findings: Sequence[Finding]) -> list[Finding]:
    """Return the properties to be drawn, amino acids aside: the strongest findings, whole properties before kinds."""
    return strongest_first([one for one in findings if not is_amino_acid(one)])[:MOST_DRAWN]


@figure_style()
def lead_map(finding: Finding, tables: RunTables) -> Picture:
    """Return a small map of all heads of one property, with a frame around the head that is named for it."""
    heads, best = tables.heads.filter(property=finding.name), finding.best
    grid = alignment_grid(heads)
    wide, high = cell_size(*grid.shape, width=_LEAD_WIDTH, height=_LEAD_HEIGHT)
    wide, high = wide * grid.shape[1], high * grid.shape[0]
    page = new_page(max(wide, _LEAD_BAR) + _LEFT + MARGIN, high + _BOTTOM, title="")
    cells = draw_head_map(heads, page.axes(_LEFT, _BOTTOM, width=wide, height=high))
    corner = best["head"] + 0.5, best["layer"] + 0.5
    cells.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=MARK, linewidth=1.8, clip_on=False))
    draw_colour_bar(
        page.axes(_LEFT, 0.38, width=_LEAD_BAR, height=0.09), "Alignment (%)", shading=rising(limits_of(grid))
    )
    title, named = property_title(finding.name), f"head {best['label']}, {percent(best['alignment'])}"
    ringed = " Rings: beyond background and control." if finding.beyond else ""
    hatched = " Hatched: too few arcs." if finding.supported < len(heads) else ""
    return picture(
        page.figure,
        alt=f"Heat map of alignment with {title}, layers by heads; framed: {named}.",
        caption=f"{title}: all {counted(len(heads), 'head')} of the model. Framed: {named}.{ringed}{hatched}",
    )


def property_pictures(finding: Finding, tables: RunTables, run: Run, *, about: str) -> list[Picture]:
    """Return the map of all heads, the best heads, and the calibration of one property."""
    title, heads = property_title(finding.name), tables.heads.filter(property=finding.name)
    best = finding.heads.sort("alignment", descending=True, maintain_order=True).row(0, named=True)
    highest = f"the highest, {best['label']}, at {percent(best['alignment'])}"
    pictures = [
        picture(
            head_map_figure(heads, about=about),
            alt=f"Heat map of alignment with {title}, layers by heads; {highest}.",
            caption=f"All heads: {finding.supported} of {counted(len(heads), 'head')} have support, {highest}."
            " The more a cell stands out, the more of a head's arcs; the mark on the colour bar is the background;"
            " hatched heads have too little support.",
        ),
        picture(
            top_heads_figure(heads, about=about),
            alt=f"Bars of the heads of highest alignment with {title}, with intervals; {highest}.",
            caption=f"The highest heads: {best['label']} lies within {interval(best['ci_low'], best['ci_high'])}. A bar"
            " whose interval reaches the dashed line, the background, is not clearly above it.",
        ),
    ]
    return pictures + _calibration(finding.name, run, about=about)


def layers_picture(findings: Sequence[Finding], tables: RunTables, *, about: str) -> Picture | None:
    """Return the mean alignment by layer of some properties."""
    if tables.layers is None or not findings:
        return None
    names = [one.name for one in findings]
    figure = layers_figure(tables.layers.filter(pl.col("property").is_in(names)), centres=tables.centres, about=about)
    return picture(
        figure,
        alt=f"Curves of mean alignment by layer for {counted(len(names), 'property', 'properties')}.",
        caption="Mean alignment of each layer's supported heads. The dashed line is the centre of gravity, the mean"
        " layer weighted by alignment; properties are ordered by it, the shallow ones first.",
    )


def amino_acid_pictures(tables: RunTables, *, about: str) -> list[Picture]:
    """Return the maps of the amino acids, and their similarity beside BLOSUM62, as far as there are tables."""
    pictures = []
    if tables.heads["property"].str.starts_with(AMINO_ACID).any():
        pictures.append(
            picture(
                amino_acid_figure(tables.heads, about=about),
                alt="Heat maps of attention to each amino acid, layers by heads, in one scale of colours.",
                caption="The share of each head's arcs that end on each amino acid, with its highest head. A head that"
                " stands out here attends to that amino acid, which alone can align it with other properties.",
            )
        )
    if tables.similarity is not None and len(tables.similarity):
        known = "" if tables.correlation is None else f"; the two correlate with r = {coefficient(tables.correlation)}"
        pictures.append(
            picture(
                similarity_figure(tables.similarity, correlation=tables.correlation, about=about),
                alt=f"Similarity of amino acids by attention, beside BLOSUM62{known}.",
                caption="Whether the same heads attend to two amino acids (left), and how readily the two replace each"
                f" other in evolution (right){known}.",
            )
        )
    return pictures


def profile_picture(tables: RunTables, *, about: str) -> Picture | None:
    """Return what each head does whatever the property."""
    if tables.profile is None or not len(tables.profile):
        return None
    return picture(
        profile_figure(tables.profile, about=about),
        alt="Heat maps of six measures of each head: entropy, distance, and where its attention goes.",
        caption="How spread each head's attention is, how far it reaches, and how much of it goes to special tokens, to"
        " the residue itself and to its neighbours. A head that attends to the next residue is a matter of position.",
    )


def _calibration(name: str, run: Run, *, about: str) -> list[Picture]:
    table = calibration_table(name, run.histogram(name))
    background = pooled_share(table)
    if background is None:
        return []
    rows = table.filter(pl.col("pairs") > 0)
    first, last = rows["probability"][0], rows["probability"][-1]
    return [
        picture(
            calibration_figure(table, background=background, about=about),
            alt=f"Share of pairs with {property_title(name)} by attention weight, from {percent(first)} at the lowest"
            f" weights to {percent(last)} at the highest.",
            caption=f"By attention weight, all heads together: {percent(first)} of the pairs of the lowest weights,"
            f" {percent(last)} of those of the highest, {percent(background)} of all (dashed). The intervals take pairs"
            " as independent and are too narrow.",
        )
    ]
