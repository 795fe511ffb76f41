"""A run in one figure: the best head of each property, with what chance and the control give."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from protlens.naming import INTERVALS, property_title
from protlens.plots.canvas import MARGIN, new_page, shortened
from protlens.plots.cells import limits_of
from protlens.plots.head_figures import NOTHING
from protlens.plots.style import FAINT, FILL, INK, LINE, MARK, SMALL_SIZE, figure_style
from protlens.plots.table_columns import floats, supported_heads
from protlens.stats.head_statistics import named_order
from protlens.stats.verdict import RANKS

_WIDTH, _ROW_HEIGHT, _NAMES = 3.2, 0.17, 1.75
"""Inches of the bars, of a row, and of the names of properties."""


def best_heads(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the head of each property that is named first, findings first; without support, or a hit, none is named.

    Parameters
    ----------
    heads
        The table of heads of a run.
    """
    shown = supported_heads(heads).filter(pl.col("hits") > 0)
    best = named_order(shown).unique("property", keep="first", maintain_order=True)
    places = pl.Series(heads["property"].unique(maintain_order=True))
    place = pl.col("property").replace_strict(places, range(len(places)), return_dtype=pl.Int64)
    return best.sort(pl.col("verdict").replace_strict(RANKS, return_dtype=pl.Int8), place)


def draw_summary(best: pl.DataFrame, axes: Axes) -> Axes:
    """Draw a bar for the head of each property, with interval, background and control; what is no finding is pale.

    Parameters
    ----------
    best
        Rows of :func:`best_heads`.
    axes
        Where to draw; the first row stands at the top.
    """
    shares = {name: 100 * floats(best, name) for name in ("alignment", "ci_low", "ci_high", "background", "control")}
    places = np.arange(len(best))
    found = np.array([verdict == "beyond_control" for verdict in best["verdict"]], dtype=bool)
    axes.barh(places, shares["alignment"], height=0.7, color=np.where(found, LINE, FILL).tolist())
    axes.hlines(places, shares["ci_low"], shares["ci_high"], color=INK, linewidth=0.8)
    for name, colour, label in (("background", MARK, "background"), ("control", INK, "control")):
        axes.plot(shares[name], places, color=colour, marker="|", markersize=8, linestyle="none", label=label)
    names = [shortened(property_title(name), _NAMES, size=SMALL_SIZE) for name in best["property"]]
    axes.set_yticks(places, labels=names)
    axes.tick_params(axis="y", length=0)
    for row, (label, is_found) in enumerate(zip(best["label"], found, strict=True)):
        style: dict[str, Any] = {"color": INK if is_found else FAINT, "fontsize": SMALL_SIZE, "va": "center"}
        axes.annotate(label, (1, row), (4, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", **style)
    axes.set_ylim(max(len(best), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.03 * limits_of(*shares.values())[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"Alignment (%), {INTERVALS[best['mode'][0]]}")
    return axes


@figure_style()
def summary_figure(heads: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of the best head of each property, findings first.

    Parameters
    ----------
    heads
        The table of heads of a run.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    best = best_heads(heads)
    left, bottom, height = MARGIN + _NAMES + 0.1, 0.72, max(len(best), 1) * _ROW_HEIGHT
    title = "The best head of each property; dark: beyond background and control"
    page = new_page(left + _WIDTH + 0.55, bottom + height + 0.1, title=title, about=about)
    if best.is_empty():
        page.text(NOTHING, MARGIN, bottom)
        return page.figure
    axes = draw_summary(best, page.axes(left, bottom, width=_WIDTH, height=height))
    page.legend(axes.get_legend_handles_labels()[0], left, MARGIN)
    return page.figure
