"""Attention to each amino acid, and which amino acids are attended to by the same heads."""

import numpy as np
import polars as pl
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from protlens.errors import OptionError, explain
from protlens.naming import AMINO_ACID, property_title
from protlens.number_text import coefficient, percent
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import cell_size, draw_cells, draw_colour_bar, hatch_cells, limits_of, missing_key
from protlens.plots.head_figures import alignment_grid, draw_head_map
from protlens.plots.shading import apart, rising
from protlens.plots.style import FAINT, SMALL_SIZE, TEXT_SIZE, figure_style
from protlens.plots.table_columns import floats

ORDER = "CSTPAGNDEQHRKMILVFYW"
"""The amino acids as in the BLOSUM62 table of Henikoff and Henikoff (1992), related ones side by side."""

_GRID_COLUMNS = 5


@figure_style()
def amino_acid_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the grid of head maps of the amino acids, in one common scale of colours.

    Parameters
    ----------
    table
        Rows of ``heads.parquet``; those of the properties ``amino_acid:A`` to ``amino_acid:Y`` are drawn.
    about
        A line on the run, see :func:`protlens.naming.run_line`.

    Raises
    ------
    OptionError
        If the table has no amino acids.
    """
    parts = _amino_acids(table)
    grids = [alignment_grid(part) for part in parts.values()]
    limits = limits_of(*grids)
    layers, heads = grids[0].shape
    columns = min(_GRID_COLUMNS, len(parts))
    rows = -(-len(parts) // columns)
    cell_width, cell_height = cell_size(layers, heads, width=1.3, height=1.3)
    width, height = min(max(heads * cell_width, 1.1), 1.5), min(layers * cell_height, 1.5)
    across, up = width + 0.12, height + 0.24
    left, bottom = 0.5, 1.12
    page = new_page(
        max(left + columns * across, 3.4), bottom + rows * up, title="Attention to each amino acid", about=about
    )
    for index, part in enumerate(parts.values()):
        row, column = divmod(index, columns)
        place = (left + column * across, bottom + (rows - 1 - row) * up)
        axes = draw_head_map(part, page.axes(*place, width=width, height=height), limits=limits)
        _head_panel(axes, part)
        _keep_outer_labels(axes, left=column == 0, bottom=index + columns >= len(parts))
    bar = page.axes(left, 0.57, width=2.4, height=0.09)
    draw_colour_bar(bar, "Alignment (%)", shading=rising(limits))
    if missing := sum(int(np.isnan(grid).sum()) for grid in grids):
        page.legend([missing_key(f"too few arcs ({missing} of {sum(grid.size for grid in grids)})")], left, MARGIN)
    return page.figure


def draw_similarity(table: pl.DataFrame, axes: Axes, *, column: str) -> Axes:
    """Draw the lower triangle of a symmetric table of amino-acid pairs.

    Parameters
    ----------
    table
        ``a, b`` as one-letter codes, one row an unordered pair, and the column.
    axes
        Where to draw.
    column
        ``similarity`` or ``blosum62``.
    """
    grid = pair_grid(table, column)
    size = len(grid)
    lower = np.tril(np.ones((size, size), bool), k=-1)
    draw_cells(np.where(lower, grid, np.nan)[::-1], axes, shading=apart(grid))
    hatch_cells((lower & np.isnan(grid))[::-1], axes)
    axes.set_xticks(range(1, size), labels=list(ORDER[:-1]))
    axes.set_yticks(range(1, size), labels=list(ORDER[:0:-1]))
    axes.set_xlim(0.5, size - 0.5)
    axes.set_ylim(0.5, size - 0.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def pair_grid(table: pl.DataFrame, column: str) -> Float64[np.ndarray, "a b"]:
    """Spread a table of amino-acid pairs over a symmetric matrix in the order of ``ORDER``, NaN where nothing is."""
    place = {letter: index for index, letter in enumerate(ORDER)}
    rows = [place[letter] for letter in table["a"]]
    columns = [place[letter] for letter in table["b"]]
    grid = np.full((len(ORDER), len(ORDER)), np.nan)
    grid[rows, columns] = grid[columns, rows] = floats(table, column)
    return grid


@figure_style()
def similarity_figure(table: pl.DataFrame, *, correlation: float | None = None, about: str = "") -> Figure:
    """Make the similarity of amino acids to the heads, next to BLOSUM62.

    Parameters
    ----------
    table
        ``a, b, similarity, blosum62``, one row an unordered pair.
    correlation
        Pearson's r of the two columns, written into the title.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    size, left, bottom = 2.7, 0.35, 0.85
    note = "" if correlation is None else f", r = {coefficient(correlation)}"
    page = new_page(
        2 * (left + size) + 0.2, bottom + size + 0.25, title=f"Amino acids: attention and BLOSUM62{note}", about=about
    )
    panels = {"similarity": ("Attention", "Pearson's r over heads"), "blosum62": ("BLOSUM62", "score, half bits")}
    for index, (column, (title, unit)) in enumerate(panels.items()):
        start = left + index * (left + size + 0.1)
        axes = draw_similarity(table, page.axes(start, bottom, width=size, height=size), column=column)
        axes.set_title(title, loc="right", fontsize=TEXT_SIZE, y=0.9)
        bar = page.axes(start, 0.45, width=1.8, height=0.09)
        draw_colour_bar(bar, unit, shading=apart(floats(table, column)))
    return page.figure


def _amino_acids(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    present = set(table["property"].unique())
    parts = {
        letter: table.filter(property=AMINO_ACID + letter) for letter in sorted(ORDER) if AMINO_ACID + letter in present
    }
    if not parts:
        raise OptionError(explain("figure of amino acids", found="none in the table", allowed="amino_acid:A to Y"))
    return parts


def _head_panel(axes: Axes, part: pl.DataFrame) -> None:
    shown = part.filter("supported").drop_nulls("alignment").sort("alignment", descending=True).head(1)
    axes.set_title(property_title(part["property"][0]), loc="left", fontsize=TEXT_SIZE, pad=2)
    if len(shown):
        axes.set_title(
            f"{shown['label'][0]}: {percent(shown['alignment'][0])}",
            loc="right",
            fontsize=SMALL_SIZE,
            color=FAINT,
            pad=2,
        )


def _keep_outer_labels(axes: Axes, *, left: bool, bottom: bool) -> None:
    axes.tick_params(labelleft=left, labelbottom=bottom)
    axes.set_ylabel("Layer" if left else "")
    axes.set_xlabel("Head" if bottom else "")
