"""Precision of predicted contacts of many models and methods in one figure, and how it grows with labels."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from protlens.naming import contact_method
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import limits_of
from protlens.plots.style import FAINT, INK, LINE, MARK, RULE, SMALL_SIZE, TEXT_SIZE, figure_style, series_look
from protlens.plots.table_columns import floats

_ROW, _GAP = 0.17, 0.14
_PANEL_WIDTH, _BETWEEN = 2.3, 0.25
_BASELINES = ("separation and amino acids", "random")


def draw_precisions(table: pl.DataFrame, axes: Axes, *, places: Sequence[float]) -> Axes:
    """Draw mean precision with its interval, a row for each model and method, and the baselines as lines.

    Parameters
    ----------
    table
        One range and number of pairs: ``model, method, precision, ci_low, ci_high``.
    axes
        Where to draw.
    places
        Of each row, from the top.
    """
    values = {name: 100 * floats(table, name) for name in ("precision", "ci_low", "ci_high")}
    for method, style in zip(_BASELINES, ("-", ":"), strict=True):
        for value in 100 * floats(table.filter(method=method, model=""), "precision"):
            axes.axvline(value, color=MARK, linewidth=0.9, linestyle=style, zorder=0)
    axes.hlines(places, values["ci_low"], values["ci_high"], color=LINE, linewidth=1.1)
    without = np.array([not model for model in table["model"]])
    shown = np.asarray(places)
    axes.plot(values["precision"][~without], shown[~without], "o", color=LINE, markersize=3.6)
    axes.plot(values["precision"][without], shown[without], "o", color=LINE, markerfacecolor="white", markersize=3.6)
    axes.set_xlim(0, 1.06 * limits_of(*values.values())[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


@figure_style()
def benchmark_figure(summary: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of a benchmark: long-range precision at L and at L/5.

    Parameters
    ----------
    summary
        The table of :class:`~protlens.contacts.benchmark_result.BenchmarkTables`.
    about
        A line on the run.
    """
    long = summary.filter(range="long", k="L")
    labels = [(row["model"], contact_method(row["method"])) for row in long.iter_rows(named=True)]
    places, heads = _rows(labels)
    height, width = places[-1] + 0.75 * _ROW, 2.6
    bottom = 0.78 + MARGIN
    page = new_page(
        width + 2 * _PANEL_WIDTH + _BETWEEN + 2 * MARGIN, bottom + height + 0.3, title="Predicted contacts", about=about
    )
    for panel, k in enumerate(("L", "L/5")):
        left = MARGIN + width + panel * (_PANEL_WIDTH + _BETWEEN)
        axes = page.axes(left, bottom, width=_PANEL_WIDTH, height=height)
        draw_precisions(summary.filter(range="long", k=k), axes, places=places)
        axes.set_ylim(height, 0)
        axes.yaxis.set_major_locator(NullLocator())
        axes.set_title(f"long range, {k} pairs", loc="left", fontsize=TEXT_SIZE, pad=3)
        axes.set_xlabel("Precision (%), 95 % interval over proteins")
        if panel == 0:
            for (_, method), place in zip(labels, places, strict=True):
                _label(axes, method, place, size=SMALL_SIZE, colour=INK)
            for model, place in heads:
                _label(axes, model, place, size=TEXT_SIZE, colour=FAINT)
    page.legend(_keys(), MARGIN, MARGIN)
    return page.figure


@figure_style()
def few_labels_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of few labels: long-range precision at L by the number of training proteins, a panel a model.

    Parameters
    ----------
    table
        ``model, method, heads, train, range, k, precision, lowest, highest``.
    about
        A line on the run.
    """
    long = table.filter(pl.col("heads").is_null(), range="long", k="L")
    models = long["model"].unique(maintain_order=True).to_list()
    methods = long["method"].unique(maintain_order=True).to_list()
    width, height = 1.9, 1.5
    bottom = 0.8 + MARGIN
    total = MARGIN + len(models) * (width + 0.45) + MARGIN
    lines = " \N{MIDDLE DOT} ".join(filter(None, (about, "mean over draws; band: lowest to highest")))
    page = new_page(max(total, 6.6), bottom + height + 0.3, title="Contacts from few labels", about=lines)
    for place, model in enumerate(models):
        axes = page.axes(MARGIN + 0.35 + place * (width + 0.45), bottom, width=width, height=height)
        for number, method in enumerate(methods):
            own = long.filter(model=model, method=method).sort("train")
            colour, marker = series_look(number)
            axes.fill_between(own["train"], 100 * floats(own, "lowest"), 100 * floats(own, "highest"), color=colour,
                              alpha=0.15, linewidth=0)  # fmt: skip
            axes.plot(own["train"], 100 * floats(own, "precision"), color=colour, marker=marker, markersize=3)
        axes.set_xscale("log")
        axes.set_xticks(own["train"].to_list(), labels=[str(count) for count in own["train"]])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_ylim(bottom=0)
        axes.set_title(model, loc="left", fontsize=TEXT_SIZE, pad=3)
        axes.set_xlabel("Training proteins")
        if place == 0:
            axes.set_ylabel("Long-range P@L (%)")
    looks = [(method, *series_look(number)) for number, method in enumerate(methods)]
    keys: list[Artist] = [
        Line2D([], [], color=colour, marker=marker, label=contact_method(method)) for method, colour, marker in looks
    ]
    page.legend(keys, MARGIN, MARGIN)
    return page.figure


def _rows(labels: Sequence[tuple[str, str]]) -> tuple[list[float], list[tuple[str, float]]]:
    """Return the place of each row in inches from the top, and that of each model's name above its rows."""
    places: list[float] = []
    heads: list[tuple[str, float]] = []
    at, before = 0.0, None
    for model, _ in labels:
        if model != before:
            at += _GAP if before is not None else 0.0
            if model:
                heads.append((model, at + 0.5 * _ROW))
                at += _ROW
            before = model
        places.append(at + 0.5 * _ROW)
        at += _ROW
    return places, heads


def _label(axes: Axes, text: str, place: float, *, size: float, colour: str) -> None:
    axes.annotate(text, (0, place), xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points",
                  ha="right", va="center", fontsize=size, color=colour)  # fmt: skip


def _keys() -> list[Artist]:
    return [
        Line2D([], [], color=LINE, marker="o", markersize=3.6, label="model"),
        Line2D([], [], color=LINE, marker="o", markersize=3.6, markerfacecolor="white", label="no model"),
        Line2D([], [], color=MARK, label="separation and amino acids"),
        Line2D([], [], color=MARK, linestyle=":", label="random order"),
    ]
