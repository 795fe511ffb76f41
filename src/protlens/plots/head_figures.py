"""How well each head is aligned with one property: the map of all heads, and the best of them."""

from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float64, Int64
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from protlens.heads import head_label
from protlens.naming import background_label, property_title
from protlens.number_text import count
from protlens.plots.canvas import MARGIN, new_page, size_in_inches
from protlens.plots.cells import (
    cell_size,
    draw_colour_bar,
    draw_numbered_cells,
    limits_of,
    missing_key,
)
from protlens.plots.style import FAINT, FILL, INK, MARK, SMALL_SIZE, figure_style
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


def alignment_grid(table: pl.DataFrame) -> Float64[np.ndarray, "layer head"]:
    """Return the alignment of one property's heads in percent, NaN where a head is unsupported."""
    single_property(table)
    return 100 * head_grid(supported_heads(table), "alignment", shape=grid_shape(table))


def draw_head_map(table: pl.DataFrame, axes: Axes, *, limits: tuple[float, float] | None = None) -> Axes:
    """Draw layers by heads, coloured by alignment in percent; unsupported heads are hatched.

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
    return draw_numbered_cells(grid, axes, limits=limits or limits_of(grid))


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
    _draw_backgrounds(backgrounds[layers, best], layers + 1, axes)
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
    name, grid = single_property(table), alignment_grid(table)
    layers, heads = grid.shape
    cell_width, cell_height = cell_size(layers, heads, width=5.0, height=5.5)
    width, height = heads * cell_width, layers * cell_height
    left, bottom = 0.5, 1.12
    page_width = max(left + width + 0.15 + _BAR_WIDTH + MARGIN, 3.4)
    page = new_page(page_width, bottom + height + 0.1, title=f"{property_title(name)}, all heads", about=about)
    cells = page.axes(left, bottom, width=width, height=height)
    background = background_range(supported_heads(table))
    limits = limits_of(grid, np.array(background or (np.nan,)))
    draw_head_map(table, cells, limits=limits)
    maxima = page.axes(left + width + 0.15, bottom, width=_BAR_WIDTH, height=height)
    draw_layer_maxima(table, maxima)
    maxima.set_yticks(cells.get_yticks(), labels=[])
    handles: list[Artist] = []
    if np.isnan(grid).all():
        page.text(NOTHING, left, 0.5)
    else:
        bar = page.axes(left, 0.57, width=min(page_width - left - 0.3, 3.0), height=0.09)
        draw_colour_bar(bar, "Alignment (%)", limits=limits)
        if background is not None:
            label = background_label(*background)
            handles.append(bar.axvspan(*background, color=MARK, linewidth=1.2, label=label))
    if missing := int(np.isnan(grid).sum()):
        handles.append(missing_key(f"too few arcs ({missing} of {grid.size})"))
    page.legend(handles, left, MARGIN)
    return page.figure


def _fits_labels(axes: Axes, layers: int) -> bool:
    return size_in_inches(axes)[1] / layers * 72 >= SMALL_SIZE


def draw_top_heads(table: pl.DataFrame, axes: Axes, *, count: int = 10) -> Axes:
    """Draw the best supported heads as bars, with interval, background, and the arcs and proteins behind each.

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
    _draw_backgrounds(100 * floats(top, "background"), places, axes)
    axes.set_yticks(places, labels=top["label"].to_list())
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(top), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.03 * limits_of(alignment, *(100 * floats(top, bound) for bound in ("ci_high", "background")))[1])
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
    left, bottom, width = 0.65, 0.72, 2.7
    height = max(rows * _ROW_HEIGHT, 0.85)
    page = new_page(
        left + width + 1.75, bottom + height + 0.28, title=f"{property_title(name)}, top heads", about=about
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


def _draw_backgrounds(percents: Float64[np.ndarray, " bar"], places: Int64[np.ndarray, " bar"], axes: Axes) -> None:
    """Draw a dashed line through horizontal bars, with a step wherever the background of the next differs."""
    if np.isfinite(percents).any():
        steps = np.column_stack([places - 0.5, places + 0.5]).ravel()
        label = background_label(np.nanmin(percents), np.nanmax(percents))
        axes.plot(np.repeat(percents, 2), steps, color=MARK, linewidth=1.0, linestyle=(0, (4, 2)), label=label)


def _write_support(top: pl.DataFrame, axes: Axes) -> None:
    style: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "va": "center", "fontsize": SMALL_SIZE}
    rows = axes.get_yaxis_transform()
    for column, offset in (("arcs", 62), ("proteins", 112)):
        axes.annotate(column, (1, 1), xytext=(offset, 7), xycoords="axes fraction", color=FAINT, **style)
        for row, number in enumerate(top[column].to_list()):
            axes.annotate(count(number), (1, row), xytext=(offset, 0), xycoords=rows, **style)
