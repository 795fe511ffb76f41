"""What probes find by layer, beside what attention does, and whether their probabilities can be believed."""

from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from protlens.naming import PROBE_SOURCES, metric_title, property_title
from protlens.plots.canvas import MARGIN, new_page, save_figure, shortened, text_width
from protlens.plots.cells import limits_of, number_cells
from protlens.plots.layers import draw_layer_curve
from protlens.plots.style import FAINT, FILL, INK, LINE, MARK, SMALL_SIZE, TEXT_SIZE, figure_style
from protlens.plots.table_columns import floats, single_property

_Looks: TypeAlias = dict[str, dict[str, Any]]

_CURVES: _Looks = {
    "embedding": {"color": LINE, "marker": "o", "linestyle": "-"},
    "attention": {"color": INK, "marker": "s", "linestyle": "-", "linewidth": 0.8},
    "attention_apc": {"color": INK, "marker": "^", "linestyle": ":", "linewidth": 0.8},
}
_LINES: _Looks = {
    "amino_acid": {"color": MARK, "linestyle": (0, (4, 2)), "linewidth": 1.0},
    "separation": {"color": MARK, "linestyle": (0, (1, 1.5)), "linewidth": 1.0},
    "separation_amino_acid": {"color": MARK, "linestyle": (0, (5, 1.5, 1, 1.5)), "linewidth": 1.0},
    "majority": {"color": FAINT, "linestyle": (0, (1, 1.5)), "linewidth": 1.0},
}
FEWEST_PAIRS = 100
"""Pairs below which a bin of probability is not drawn."""

_WIDTH, _HEIGHT, _ACROSS, _UP = 2.9, 0.62, 0.62, 0.92


def draw_probe_curves(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw how well probes of each layer do, in percent, with the baselines as lines across.

    Parameters
    ----------
    table
        Rows of the table of probes of one property and one metric. Layer 0 is the input embeddings. The band is the
        interval of the probes of hidden states; a layer without a value is a gap.
    axes
        Where to draw.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    single_property(table)
    shown = table.filter(pl.col("source").is_in([*_CURVES, *_LINES]))
    for source, look in _LINES.items():
        for value in floats(shown.filter(source=source).drop_nulls("value"), "value"):
            axes.axhline(100 * value, label=PROBE_SOURCES[source], zorder=1.5, **look)
    for source, look in _CURVES.items():
        rows = shown.filter(source=source).sort("layer")
        if rows.is_empty():
            continue
        layers = floats(rows, "layer")
        value, low, high = (100 * floats(rows, column) for column in ("value", "ci_low", "ci_high"))
        if source == "embedding":
            axes.fill_between(layers, low, high, color=FILL, alpha=0.5, linewidth=0)
        axes.plot(layers, value, label=PROBE_SOURCES[source], markersize=2.2, clip_on=False, **look)
    last = shown["layer"].max()
    axes.set_xlim(-0.5, (0 if last is None else int(str(last))) + 0.5)
    axes.set_ylim(0, 1.08 * limits_of(100 * floats(shown, "value"), 100 * floats(shown, "ci_high"))[1])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
    return axes


@figure_style()
def probe_figure(
    table: pl.DataFrame, *, layers: pl.DataFrame, centres: pl.DataFrame | None = None, about: str = ""
) -> Figure:
    """Make the figure of all probes: attention's alignment at the left, what can be read out at the right.

    Properties are ordered by the centre of gravity of their alignment, as in the paper's section on layers; one
    without alignment comes last.

    Parameters
    ----------
    table
        Rows of the table of probes, one metric for each property.
    layers, centres
        Tables of the alignment of the same properties; see :func:`protlens.plots.layers.layers_figure`.
    about
        A line on the run.
    """
    depths = {} if centres is None else dict(centres.select("property", "centre_of_gravity").iter_rows())
    names = sorted(table["property"].unique(maintain_order=True), key=lambda name: _depth(depths.get(name)))
    title = "Alignment of attention, and what probes read out, by layer"
    width = 2 * (_WIDTH + _ACROSS)
    page = new_page(width, 0.75 + len(names) * _UP, title=title, about=about)
    left, right = MARGIN + 0.38, MARGIN + 0.38 + _WIDTH + _ACROSS
    seen: dict[str, Line2D] = {}
    for row, name in enumerate(names):
        bottom = 0.75 + (len(names) - 1 - row) * _UP
        pair = [page.axes(x, bottom, width=_WIDTH, height=_HEIGHT) for x in (left, right)]
        _draw_alignment(layers.filter(property=name), pair[0], name=name, centre=depths.get(name))
        rows = table.filter(property=name)
        draw_probe_curves(rows, pair[1])
        seen |= {str(line.get_label()): line for line in pair[1].lines}
        pair[1].set_title(f"{metric_title(rows['metric'][0])} (%)", loc="left", fontsize=SMALL_SIZE, pad=3, color=FAINT)
        if row == len(names) - 1:
            pair[0].set_xlabel("Layer")
            pair[1].set_xlabel("Layer (0: input embeddings)")
    order = [PROBE_SOURCES[source] for source in (*_CURVES, *_LINES)]
    page.legend([seen[label] for label in order if label in seen], MARGIN, MARGIN)
    return page.figure


def _depth(centre: float | None) -> float:
    return float("inf") if centre is None else centre


def _draw_alignment(table: pl.DataFrame, axes: Axes, *, name: str, centre: float | None) -> None:
    note = "" if centre is None else f"centre of gravity {centre:.2f}"
    room = _WIDTH - text_width(note, size=SMALL_SIZE) - 0.15
    axes.set_title(shortened(property_title(name), room, size=TEXT_SIZE), loc="left", fontsize=TEXT_SIZE, pad=3)
    axes.set_title(note, loc="right", fontsize=SMALL_SIZE, color=MARK, pad=3)
    if table.is_empty():
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no alignment of its own", transform=axes.transAxes, ha="center", va="center", color=FAINT)
        return
    draw_layer_curve(table, axes, centre=centre)
    number_cells(axes.xaxis, int(table["layer"].to_numpy().max()) + 1, inches=_WIDTH)


def draw_reliability(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw how often pairs touch, against the probability that a contact probe gives them, both in percent.

    Parameters
    ----------
    table
        Rows of the table of reliability of one probe; bins of fewer than ``FEWEST_PAIRS`` are left out.
    axes
        Where to draw.
    """
    rows = table.filter(pl.col("pairs") >= FEWEST_PAIRS).sort("bin_low")
    predicted, observed, low, high = (
        100 * floats(rows, column) for column in ("predicted", "observed", "ci_low", "ci_high")
    )
    highest = min(100.0, 1.05 * limits_of(predicted, high)[1])
    axes.plot([0, highest], [0, highest], color=MARK, linewidth=1.0, linestyle=(0, (4, 2)), label="as predicted")
    axes.vlines(predicted, low, high, color=INK, linewidth=0.8)
    axes.plot(predicted, observed, color=LINE, marker="o", label="pairs in a bin")
    axes.set_xlim(0, highest)
    axes.set_ylim(0, highest)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axes.set_xlabel("Predicted probability (%)")
    axes.set_ylabel("Pairs in contact (%)")
    return axes


@figure_style()
def reliability_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the reliability of contact probes side by side, one for each source and layer in the table.

    Parameters
    ----------
    table
        Rows of the table of reliability.
    about
        A line on the run.
    """
    probes = table.filter(pl.col("pairs") > 0).select("source", "layer").unique(maintain_order=True).rows()
    side, across = 1.9, 2.55
    page = new_page(0.2 + max(1, len(probes)) * across, 3.05, title="Reliability of contact probabilities", about=about)
    handles: list[Line2D] = []
    for place, (source, layer) in enumerate(probes):
        axes = page.axes(MARGIN + 0.45 + place * across, 0.8, width=side, height=side)
        rows = table.filter(pl.col("source") == source, pl.col("layer").eq_missing(layer))
        draw_reliability(rows, axes)
        label = PROBE_SOURCES[source]
        title = label if layer is None else f"{label}, layer {layer}"
        axes.set_title(title[:1].upper() + title[1:], loc="left", fontsize=TEXT_SIZE, pad=4)
        handles = list(axes.lines)
    page.legend(handles, MARGIN, MARGIN)
    return page.figure


def draw_probe_figures(
    table: pl.DataFrame,
    reliability: pl.DataFrame,
    folder: Path,
    *,
    layers: pl.DataFrame,
    centres: pl.DataFrame | None = None,
    about: str = "",
) -> list[Path]:
    """Draw all figures of probes as PDF and PNG.

    Parameters
    ----------
    table, layers, centres, about
        See :func:`probe_figure`.
    reliability
        Rows of the table of reliability to be drawn; nothing is drawn if there are none.
    folder
        Where to write.

    Returns
    -------
    list of Path
        The files.
    """
    written = []
    if len(table):
        written += save_figure(probe_figure(table, layers=layers, centres=centres, about=about), folder / "probes")
    if len(reliability):
        written += save_figure(reliability_figure(reliability, about=about), folder / "reliability")
    return written
