"""Several runs in one figure: for each property the best head of each, and how alignment goes with depth."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from protlens.naming import property_title
from protlens.number_text import listed
from protlens.plots.canvas import MARGIN, new_page, shortened, text_width
from protlens.plots.cells import limits_of
from protlens.plots.head_figures import NOTHING
from protlens.plots.style import FAINT, MARK, SMALL_SIZE, TEXT_SIZE, figure_style, series_look
from protlens.plots.table_columns import floats, single_property

_BAR_WIDTH, _CURVE_WIDTH = 2.5, 2.3
_ROW_HEIGHT = 0.17
_ROOM_ABOVE = 0.3
_TICKS = 0.22
"""Inches below each panel for the numbers of its axis."""


def draw_best_heads(table: pl.DataFrame, axes: Axes, *, runs: Sequence[str]) -> Axes:
    """Draw the best head of each run for one property: alignment with interval, and its background.

    Parameters
    ----------
    table
        Rows of the table of best heads of one property: ``run, label, alignment, ci_low, ci_high, background``.
    axes
        Where to draw; the first run stands at the top.
    runs
        The runs, which decides the place and the marker of each.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    single_property(table)
    columns = ("alignment", "ci_low", "ci_high", "background")
    shares = {column: 100 * floats(table, column) for column in columns}
    places = np.array([runs.index(run) for run in table["run"]])
    for row, place in enumerate(places.tolist()):
        colour, marker = series_look(place)
        low, high = shares["ci_low"][row], shares["ci_high"][row]
        axes.hlines(place, low, high, color=colour, linewidth=1.0)
        axes.plot(shares["alignment"][row], place, color=colour, marker=marker, markersize=4, linestyle="none")
        axes.vlines(shares["background"][row], place - 0.4, place + 0.4, color=MARK, linewidth=1.0)
    axes.set_yticks(places, labels=[label or "none" for label in table["label"]])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(runs) - 0.5, -0.5)
    axes.set_xlim(0, 1.05 * limits_of(*shares.values())[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    return axes


def draw_depth_curves(
    table: pl.DataFrame, axes: Axes, *, runs: Sequence[str], centres: pl.DataFrame | None = None
) -> Axes:
    """Draw the mean alignment of each layer against relative depth, a curve for each run.

    Parameters
    ----------
    table
        Rows of the layer table of one property: ``run, depth, mean_alignment``; a layer whose mean is null is a gap.
    axes
        Where to draw.
    runs
        The runs, which decides the colour of each.
    centres
        ``run, relative_centre``: a tick on the lower edge.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    single_property(table)
    for place, run in enumerate(runs):
        own = table.filter(run=run).sort("depth")
        colour, marker = series_look(place)
        axes.plot(
            floats(own, "depth"),
            100 * floats(own, "mean_alignment"),
            color=colour,
            marker=marker,
            markersize=2.4,
            linewidth=1.0,
            clip_on=False,
        )
        centre = None if centres is None else next(iter(centres.filter(run=run)["relative_centre"]), None)
        if centre is not None:
            axes.axvline(centre, ymax=0.12, color=colour, linewidth=1.4)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.08 * limits_of(100 * floats(table, "mean_alignment"))[1])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
    return axes


@figure_style()
def comparison_figure(
    best: pl.DataFrame, *, layers: pl.DataFrame, centres: pl.DataFrame, runs: Sequence[str], about: str = ""
) -> Figure:
    """Make the figure of the properties for which any run has a head with support: best heads left, depth right.

    Parameters
    ----------
    best
        The table of best heads of all runs.
    layers, centres
        The tables of layers and of centres of gravity of all runs.
    runs
        The runs, in their order.
    about
        A line on the runs, see :func:`protlens.naming.run_line`.
    """
    every = best["property"].unique(maintain_order=True).to_list()
    supported = set(best.drop_nulls("alignment")["property"])
    names = [name for name in every if name in supported]
    height = max(0.5, _ROW_HEIGHT * len(runs))
    up, bottom = height + _ROOM_ABOVE + _TICKS, 0.5 + MARGIN
    left, right = MARGIN + 0.42, MARGIN + 0.42 + _BAR_WIDTH + 0.5
    width = right + _CURVE_WIDTH + MARGIN
    page = new_page(
        width, bottom + max(len(names) * up, 0.2), title=f"Best heads and depth: {listed(runs)}", about=about
    )
    for index, name in enumerate(names):
        base = bottom + _TICKS + (len(names) - 1 - index) * up
        heads = page.axes(left, base, width=_BAR_WIDTH, height=height)
        draw_best_heads(best.filter(property=name), heads, runs=runs)
        _title(heads, property_title(name), note="best head", width=_BAR_WIDTH)
        curves = page.axes(right, base, width=_CURVE_WIDTH, height=height)
        of_name = centres.filter(property=name)
        draw_depth_curves(layers.filter(property=name), curves, runs=runs, centres=of_name)
        _title(curves, "", note="mean of each layer's heads", width=_CURVE_WIDTH)
        if index == len(names) - 1:
            heads.set_xlabel("Alignment (%), 95 % interval")
            curves.set_xlabel("Relative depth; tick: centre of gravity")
    if not names:
        page.text(NOTHING, MARGIN, bottom)
    page.legend(_keys(runs), MARGIN, MARGIN)
    return page.figure


def _title(axes: Axes, title: str, *, note: str, width: float) -> None:
    """Write a title at the left above a panel and a note at its right, without a collision."""
    room = width - text_width(note, size=SMALL_SIZE) - 0.15
    axes.set_title(shortened(title, room, size=TEXT_SIZE), loc="left", fontsize=TEXT_SIZE, pad=3)
    axes.set_title(note, loc="right", fontsize=SMALL_SIZE, color=FAINT, pad=3)


def _keys(runs: Sequence[str]) -> list[Artist]:
    looks = [(run, *series_look(place)) for place, run in enumerate(runs)]
    keys: list[Artist] = [Line2D([], [], color=colour, marker=marker, label=run) for run, colour, marker in looks]
    return [*keys, Line2D([], [], color=MARK, marker="|", markersize=7, linestyle="none", label="background")]
