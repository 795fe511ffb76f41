"""A run on one page: what was found of each property, and the maps of the clearest."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from protlens.naming import property_title
from protlens.plots.canvas import DOUBLE_COLUMN, MARGIN, Page, new_page, shortened
from protlens.plots.cells import cell_size, draw_colour_bar, limits_of, missing_key, ring_key
from protlens.plots.head_figures import NOTHING, alignment_grid, draw_head_map, draw_layer_maxima
from protlens.plots.shading import rising
from protlens.plots.style import TEXT_SIZE, TITLE_SIZE, figure_style
from protlens.plots.summary_figure import NAMES, ROW_HEIGHT, best_heads, draw_summary
from protlens.plots.table_columns import grid_shape, without_amino_acids

MAPS = 3
"""Properties whose maps are drawn."""

_LEFT, _KEYS, _BOTTOM, _ABOVE = 3.95, 0.46, 0.42, 0.28
_MAP_WIDTH, _MAXIMA, _BESIDE = 2.2, 0.62, 0.1
_TALLEST_ROW = 0.3
_AROUND_MAP = 1.0
"""Inches below and above a map, for its numbers, its scale and its name."""


@figure_style()
def overview_figure(heads: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of a run: the best head of each property, and the maps of the clearest.

    Amino acids are listed where there is room for them.

    Parameters
    ----------
    heads
        The table of heads of a run.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    best = best_heads(heads)
    mapped = clearest(best)
    layers, columns = grid_shape(heads)
    across, up = cell_size(layers, columns, width=_MAP_WIDTH, height=1.5)
    size = columns * across, layers * up
    maps = len(mapped) * (size[1] + _AROUND_MAP)
    listed = best if len(best) * ROW_HEIGHT <= maps else without_amino_acids(best)
    rows = len(listed) * min(max(ROW_HEIGHT, (maps - _BOTTOM) / max(len(listed), 1)), _TALLEST_ROW)
    tall = max(_BOTTOM + rows, maps) + _KEYS + _ABOVE
    page = new_page(DOUBLE_COLUMN, tall, title="What the heads of this model follow", about=about)
    if listed.is_empty():
        page.text(NOTHING, MARGIN, _KEYS)
        return page.figure
    left = MARGIN + NAMES + 0.1
    axes = page.axes(left, tall - _ABOVE - rows, width=_LEFT - left - 0.95, height=rows)
    draw_summary(listed, axes)
    _letter(page, "a", MARGIN, tall - _ABOVE)
    for number, name in enumerate(mapped):
        top = tall - _ABOVE - number * (size[1] + _AROUND_MAP)
        _draw_map(page, heads.filter(property=name), top - size[1], size)
        _letter(page, "bcd"[number], _LEFT - 0.5, top)
    page.legend(axes.get_legend_handles_labels()[0], MARGIN, MARGIN + 0.17)
    missing = any(np.isnan(alignment_grid(heads.filter(property=name))).any() for name in mapped)
    hatches = [missing_key("too few arcs")] if missing else []
    page.legend([ring_key("in the maps: beyond background and control"), *hatches], MARGIN, MARGIN)
    return page.figure


def clearest(best: pl.DataFrame) -> list[str]:
    """Return the properties whose maps are drawn: findings by their lift over control, one of a kind, no amino acids.

    Parameters
    ----------
    best
        Rows of :func:`protlens.plots.summary_figure.best_heads`.
    """
    family = pl.col("property").str.split(":").list.first()
    lift = pl.col("control_lift").fill_null(pl.col("lift")).fill_null(0.0)
    found = pl.col("verdict") == "beyond_control"
    first = without_amino_acids(best).sort(found, lift, descending=True, maintain_order=True)
    return first.unique(family, keep="first", maintain_order=True)["property"].to_list()[:MAPS]


def _draw_map(page: Page, part: pl.DataFrame, base: float, size: tuple[float, float]) -> None:
    width, height = size
    cells = page.axes(_LEFT, base, width=width, height=height)
    draw_head_map(part, cells)
    title = shortened(property_title(part["property"][0]), width, size=TEXT_SIZE)
    cells.set_title(title, loc="left", fontsize=TEXT_SIZE, pad=3)
    maxima = page.axes(_LEFT + width + _BESIDE, base, width=_MAXIMA, height=height)
    draw_layer_maxima(part, maxima)
    maxima.set_yticks(cells.get_yticks(), labels=[])
    bar = page.axes(_LEFT, base - 0.4, width=width, height=0.07)
    draw_colour_bar(bar, "Alignment (%)", shading=rising(limits_of(alignment_grid(part))))
    cells.set_xlabel("Head", labelpad=1)
    maxima.set_xlabel("Best (%)", labelpad=1)


def _letter(page: Page, letter: str, left: float, top: float) -> None:
    page.text(letter, left, top + 0.08, fontsize=TITLE_SIZE)
