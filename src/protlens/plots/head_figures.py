"""How well each head is aligned with one property: the maps of all heads, and the best of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from protlens.heads import head_label
from protlens.naming import background_label, property_title
from protlens.number_text import count
from protlens.plots.canvas import MARGIN, SINGLE_COLUMN, Page, new_page, size_in_inches
from protlens.plots.cells import (
    cell_size,
    draw_colour_bar,
    draw_numbered_cells,
    limits_of,
    missing_key,
    ring_cells,
    ring_key,
)
from protlens.plots.reference_ticks import REFERENCES, draw_ticks
from protlens.plots.shading import apart, rising
from protlens.plots.style import FAINT, FILL, INK, MARK, SMALL_SIZE, figure_style, for_journal
from protlens.plots.table_columns import (
    background_range,
    floats,
    grid_shape,
    head_grid,
    single_property,
    supported_heads,
)

NOTHING = "no head has enough arcs"
"""Written where a figure would show heads and none is supported."""

_BAR_WIDTH = 1.0
_ROW_HEIGHT = 0.19
_MOST_DOUBLINGS = 4.0
"""Lifts over control of more than 16 are drawn as 16."""
FINDING = "beyond background and control"


def alignment_grid(table: pl.DataFrame) -> Float64[np.ndarray, "layer head"]:
    """Return the alignment of one property's heads in percent, NaN where a head is unsupported."""
    single_property(table)
    return 100 * head_grid(supported_heads(table), "alignment", shape=grid_shape(table))


def draw_head_map(table: pl.DataFrame, axes: Axes, *, limits: tuple[float, float] | None = None) -> Axes:
    """Draw layers by heads, coloured by alignment in percent; findings have a ring, unsupported heads are hatched.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    axes
        Where to draw.
    limits
        The percentages of the palest and the darkest colour; by default from 0 to the largest shown.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    grid = alignment_grid(table)
    draw_numbered_cells(grid, axes, shading=rising(limits or limits_of(grid)))
    ring_cells(finding_grid(table), axes)
    return axes


def finding_grid(table: pl.DataFrame) -> Bool[np.ndarray, "layer head"]:
    """Return which heads of one property are beyond background and control; none in a table without verdicts."""
    found = np.zeros(grid_shape(table), dtype=bool)
    rows = table.filter(verdict="beyond_control") if "verdict" in table.columns else table.clear()
    found[rows["layer"].to_numpy(), rows["head"].to_numpy()] = True
    return found


def draw_lift_map(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw layers by heads, coloured by how many times its control a head's alignment is; red where it is less.

    Each step of the scale doubles or halves. Findings have a ring; heads without support or control are hatched.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    axes
        Where to draw.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    grid = lift_grid(table)
    draw_numbered_cells(grid, axes, shading=apart(grid, most=_MOST_DOUBLINGS))
    ring_cells(finding_grid(table), axes)
    return axes


def lift_grid(table: pl.DataFrame) -> Float64[np.ndarray, "layer head"]:
    """Return the binary logarithm of the lift over control of one property's heads, NaN where it is not known.

    A head whose arcs never meet the property stands at the lower end of the scale.
    """
    single_property(table)
    lift = head_grid(supported_heads(table), "control_lift", shape=grid_shape(table))
    return np.asarray(np.log2(np.maximum(lift, 2.0**-_MOST_DOUBLINGS)))


def draw_layer_maxima(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw for each layer a bar as long as its best supported head's alignment in percent, with that head's label.

    A dashed line marks that head's background. The labels are left out where layers stand closer than a line of text.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    axes
        Where to draw; layers stand at 1, 2, ... on the y axis.
    """
    grid = alignment_grid(table)
    layers = np.flatnonzero(~np.isnan(grid).all(axis=1))
    best = np.nanargmax(grid[layers], axis=1) if len(layers) else layers
    longest = limits_of(grid)[1]
    axes.barh(layers + 1, grid[layers, best], height=0.8, color=FILL)
    backgrounds = 100 * head_grid(table, "background", shape=grid.shape)
    draw_ticks(axes, backgrounds[layers, best], layers + 1, rows=len(grid), column="background")
    for layer, head in zip(layers, best, strict=True) if _fits_labels(axes, len(grid)) else ():
        axes.annotate(
            head_label(int(layer), int(head)),
            (grid[layer, head], layer + 1),
            xytext=(2, 0),
            textcoords="offset points",
            fontsize=SMALL_SIZE - 1,
            va="center_baseline",
            color=FAINT,
        )
    axes.set_xlim(0, 1.4 * longest)
    axes.set_ylim(0.5, len(grid) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]) if len(layers) else NullLocator())
    axes.set_xlabel("Best head (%)")
    return axes


@figure_style()
def head_map_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the map of one property's heads, with each layer's best head beside it.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    grid, background = alignment_grid(table), background_range(supported_heads(table))
    limits = limits_of(grid, np.array(background or (np.nan,)))
    page, cells = _map_page(table, "all heads", beside=0.15 + _BAR_WIDTH, about=about)
    draw_head_map(table, cells, limits=limits)
    width, height = size_in_inches(cells)
    maxima = page.axes(_LEFT + width + 0.15, _BOTTOM, width=_BAR_WIDTH, height=height)
    draw_layer_maxima(table, maxima)
    maxima.set_yticks(cells.get_yticks(), labels=[])
    handles: list[Artist] = []
    if not np.isnan(grid).all():
        bar = draw_colour_bar(_bar(page), "Alignment (%)", shading=rising(limits))
        handles += [] if background is None else [_draw_span(bar, background)]
    _write_keys(page, table, int(np.isnan(grid).sum()), handles)
    return page.figure


@figure_style()
def lift_map_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the map of how many times its control the alignment of each head is, for one property.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    page, cells = _map_page(table, "all heads over their controls", beside=0.0, about=about)
    draw_lift_map(table, cells)
    grid = lift_grid(table)
    if not np.isnan(grid).all():
        bar = draw_colour_bar(_bar(page), "Times the control", shading=apart(grid, most=_MOST_DOUBLINGS))
        bar.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        bar.xaxis.set_major_formatter(lambda power, _: f"{2.0**power:g}")
    _write_keys(page, table, int(np.isnan(grid).sum()), [])
    return page.figure


_LEFT, _BOTTOM = 0.5, 1.12


def _map_page(table: pl.DataFrame, what: str, *, beside: float, about: str) -> tuple[Page, Axes]:
    """Return a page for the map of one property's heads, with so many inches beside it, and the axes of the map."""
    layers, heads = grid_shape(table)
    cell_width, cell_height = cell_size(layers, heads, width=5.0, height=5.5)
    width, height = heads * cell_width, layers * cell_height
    page_width = max(_LEFT + width + beside + MARGIN, 4.4)
    title = f"{property_title(single_property(table))}, {what}"
    page = new_page(page_width, _BOTTOM + height + 0.1, title=title, about=about)
    return page, page.axes(_LEFT, _BOTTOM, width=width, height=height)


def _bar(page: Page) -> Axes:
    return page.axes(_LEFT, 0.57, width=min(page.width - _LEFT - 0.3, 3.0), height=0.09)


def _draw_span(bar: Axes, background: tuple[float, float]) -> Artist:
    """Mark the backgrounds above a colour bar, so that they cover none of its colours."""
    above = bar.get_xaxis_transform()
    span = Line2D(background, (1.5, 1.5), transform=above, color=MARK, linewidth=1.4, marker="|", clip_on=False)
    span.set_label(background_label(*background))
    return bar.add_artist(span)


def _write_keys(page: Page, table: pl.DataFrame, missing: int, handles: Sequence[Artist]) -> None:
    rings = [ring_key(FINDING)] if finding_grid(table).any() else []
    size = int(np.prod(grid_shape(table)))
    hatches = [missing_key(f"too few arcs ({missing} of {size})")] if missing else []
    page.legend([*handles, *rings, *hatches], _LEFT, MARGIN)
    if missing == size:
        page.text(NOTHING, _LEFT, 0.5)


def _fits_labels(axes: Axes, layers: int) -> bool:
    return size_in_inches(axes)[1] / layers * 72 >= SMALL_SIZE


def draw_top_heads(table: pl.DataFrame, axes: Axes, *, count: int = 10) -> Axes:
    """Draw the best supported heads as bars, with interval, background, control, and the arcs and proteins behind.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    axes
        Where to draw; the numbers of arcs and proteins are written to the right of it.
    count
        How many heads at most, in the order of their alignment.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    single_property(table)
    top = top_heads(table, count=count)
    places = np.arange(len(top))
    alignment = 100 * floats(top, "alignment")
    axes.barh(places, alignment, height=0.72, color=FILL)
    _draw_intervals(top, axes)
    for column in REFERENCES:
        draw_ticks(axes, 100 * floats(top, column), places, rows=len(top), column=column)
    axes.set_yticks(places, labels=top["label"].to_list())
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(top), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.03 * limits_of(alignment, *(100 * floats(top, bound) for bound in ("ci_high", *REFERENCES)))[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]) if len(top) else NullLocator())
    axes.set_xlabel("Alignment (%)")
    axes.set_ylabel("Head (layer-head)")
    if top.is_empty():
        axes.text(0.5, 0.5, NOTHING, transform=axes.transAxes, ha="center", va="center")
    _write_support(top, axes)
    return axes


@figure_style()
def top_heads_figure(table: pl.DataFrame, *, count: int = 10, about: str = "") -> Figure:
    """Make the figure of one property's best heads.

    Parameters
    ----------
    table
        Rows of ``heads.parquet`` of one property.
    count
        How many heads at most.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    name = single_property(table)
    rows = max(1, len(top_heads(table, count=count)))
    left, bottom, beside = 0.65, 0.72, 1.4
    width = SINGLE_COLUMN - left - beside if for_journal() else 2.7
    height = max(rows * _ROW_HEIGHT, 0.85)
    page = new_page(
        left + width + beside, bottom + height + 0.28, title=f"{property_title(name)}, top heads", about=about
    )
    axes = draw_top_heads(table, page.axes(left, bottom, width=width, height=height), count=count)
    handles, _ = axes.get_legend_handles_labels()
    page.legend(handles, left, MARGIN)
    return page.figure


def top_heads(table: pl.DataFrame, *, count: int) -> pl.DataFrame:
    """Return the supported rows of highest alignment, best first; equals in the order of layers and heads."""
    order = ["alignment", "layer", "head"]
    return supported_heads(table).sort(order, descending=[True, False, False]).head(count)


def _draw_intervals(top: pl.DataFrame, axes: Axes) -> None:
    alignment, low, high = (100 * floats(top, column) for column in ("alignment", "ci_low", "ci_high"))
    known = np.isfinite(low) & np.isfinite(high)
    if known.any():
        axes.errorbar(
            alignment[known],
            np.flatnonzero(known),
            xerr=np.maximum([alignment[known] - low[known], high[known] - alignment[known]], 0),
            fmt="none",
            ecolor=INK,
            elinewidth=0.8,
            capsize=2,
            capthick=0.8,
            label="confidence interval",
        )


def _write_support(top: pl.DataFrame, axes: Axes) -> None:
    style: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "va": "center", "fontsize": SMALL_SIZE}
    rows = axes.get_yaxis_transform()
    for column, offset in (("arcs", 50), ("proteins", 92)):
        axes.annotate(column, (1, 1), xytext=(offset, 7), xycoords="axes fraction", color=FAINT, **style)
        for row, number in enumerate(top[column].to_list()):
            axes.annotate(count(number), (1, row), xytext=(offset, 0), xycoords=rows, **style)
