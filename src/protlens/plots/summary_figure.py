"""A run in one figure: the best head of each property, with what chance and the control give."""

from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from protlens.naming import INTERVALS, property_title
from protlens.plots.canvas import MARGIN, SINGLE_COLUMN, new_page, shortened
from protlens.plots.cells import limits_of
from protlens.plots.head_figures import FINDING, NOTHING
from protlens.plots.reference_ticks import REFERENCES, draw_ticks
from protlens.plots.style import FAINT, INK, LINE, RULE, SMALL_SIZE, figure_style, for_journal
from protlens.plots.table_columns import floats, supported_heads
from protlens.stats.head_statistics import named_order
from protlens.stats.verdict import RANKS

ROW_HEIGHT, NAMES = 0.17, 1.6
"""Inches of a row, and of the names of properties at most."""


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
    """Draw the head of each property as a dot with its interval, beside background and control; hollow if no finding.

    Parameters
    ----------
    best
        Rows of :func:`best_heads`.
    axes
        Where to draw; the first row stands at the top.
    """
    shares = {name: 100 * floats(best, name) for name in ("alignment", "ci_low", "ci_high", *REFERENCES)}
    places = np.arange(len(best))
    found = best["verdict"].eq_missing("beyond_control").to_numpy()
    axes.hlines(places, 0, 100, color=RULE, linewidth=0.5, zorder=0)
    for column in REFERENCES:
        draw_ticks(axes, shares[column], places, rows=len(best), column=column)
    axes.hlines(places, shares["ci_low"], shares["ci_high"], color=LINE, linewidth=1.0)
    for chosen, face, label in ((found, LINE, FINDING), (~found, "white", "not beyond both")):
        if chosen.any():
            axes.scatter(
                shares["alignment"][chosen], places[chosen], s=20, c=face, edgecolors=LINE, label=label, zorder=3
            )
    _name_rows(best, found, axes)
    axes.set_ylim(max(len(best), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.03 * limits_of(*shares.values())[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"Alignment (%), {INTERVALS[best['mode'][0]]}")
    return axes


def _name_rows(best: pl.DataFrame, found: Bool[np.ndarray, " row"], axes: Axes) -> None:
    """Write the property before each row, and the head behind it."""
    names = [shortened(property_title(name), NAMES, size=SMALL_SIZE) for name in best["property"]]
    axes.set_yticks(range(len(best)), labels=names)
    axes.tick_params(axis="y", length=0)
    for row, (label, is_found) in enumerate(zip(best["label"], found, strict=True)):
        style: dict[str, Any] = {"color": INK if is_found else FAINT, "fontsize": SMALL_SIZE, "va": "center"}
        axes.annotate(label, (1, row), (4, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", **style)


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
    left, beside = MARGIN + NAMES + 0.1, 0.45
    width = SINGLE_COLUMN - left - beside if for_journal() else 3.2
    keys = 2 if for_journal() else 1
    bottom, height = 0.54 + 0.18 * keys, max(len(best), 1) * ROW_HEIGHT
    title = "The best head of each property"
    page = new_page(left + width + beside, bottom + height + 0.1, title=title, about=about)
    if best.is_empty():
        page.text(NOTHING, MARGIN, bottom)
        return page.figure
    axes = draw_summary(best, page.axes(left, bottom, width=width, height=height))
    handles = axes.get_legend_handles_labels()[0]
    half = -(-len(handles) // keys)
    for row, start in enumerate(range(0, len(handles), half)):
        page.legend(handles[start : start + half], MARGIN, MARGIN + 0.18 * (keys - 1 - row))
    return page.figure
