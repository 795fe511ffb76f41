"""How the chance that a property holds grows with the attention weight."""

import numpy as np
import polars as pl
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, MaxNLocator, NullLocator

from protlens.errors import OptionError, explain
from protlens.naming import background_label, property_title
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import limits_of
from protlens.plots.style import FAINT, FILL, INK, LINE, MARK, figure_style
from protlens.plots.table_columns import floats, single_property

_APART = (-0.11, -0.05)
"""Where the lowest bin is drawn: what a head leaves aside, apart from the scale of weights."""


def draw_calibration(table: pl.DataFrame, axes: Axes, *, background: float | None = None) -> Axes:
    """Draw the share of pairs for which the property holds, in percent, in each bin of attention weight.

    The lowest bin, which begins at zero and holds nearly all pairs, stands apart to the left of the scale.

    Parameters
    ----------
    table
        Rows of the calibration table of one property, of all heads together or of one head; a bin without pairs is
        left out.
    axes
        Where to draw.
    background
        How often the property holds where no attention is used, as a fraction; drawn as a dashed line.

    Raises
    ------
    OptionError
        If the table is not about one property, or about several heads.
    """
    single_property(table)
    _single_head(table)
    rows = table.filter(pl.col("probability").is_not_null() & pl.col("probability").is_not_nan()).sort("bin_low")
    low, high = _spans(rows)
    share, ci_low, ci_high = (100 * floats(rows, column) for column in ("probability", "ci_low", "ci_high"))
    axes.hlines(share, low, high, color=LINE, linewidth=2.0, label="pairs in this bin")
    known = np.isfinite(ci_low) & np.isfinite(ci_high)
    middle = (low + high) / 2
    axes.vlines(middle[known], ci_low[known], ci_high[known], color=INK, linewidth=0.8, label="confidence interval")
    percent = np.array([np.nan if background is None else 100 * background])
    if background is not None:
        label = background_label(percent[0], percent[0])
        axes.axhline(percent[0], color=MARK, linewidth=1.0, linestyle=(0, (4, 2)), label=label)
    _scale_of_weights(table, axes)
    axes.set_ylim(0, 1.05 * limits_of(share, ci_high, percent)[1])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.set_ylabel("Property holds (%)")
    if rows.is_empty():
        axes.text(0.5, 0.5, "no pairs", transform=axes.transAxes, ha="center", va="center", color=FAINT)
    return axes


def draw_pair_counts(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw the number of pairs in each bin of attention weight, on a logarithmic axis.

    Parameters
    ----------
    table
        Rows of the calibration table of one property.
    axes
        Where to draw.
    """
    single_property(table)
    rows = table.filter(pl.col("pairs") > 0)
    (low, high), pairs = _spans(rows), floats(rows, "pairs")
    axes.set_yscale("log")
    axes.set_ylim(0.5, 3 * max(pairs.max(initial=1.0), 10.0))
    axes.bar(low, pairs - 0.5, width=high - low, bottom=0.5, align="edge", color=FILL, edgecolor="white", linewidth=0.4)
    axes.yaxis.set_major_locator(LogLocator(numticks=4))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    _scale_of_weights(table, axes)
    axes.set_ylabel("Pairs")
    return axes


def _spans(rows: pl.DataFrame) -> tuple[Float64[np.ndarray, " bin"], Float64[np.ndarray, " bin"]]:
    """Return where each bin begins and ends on the axis of weights."""
    low, high = floats(rows, "bin_low"), floats(rows, "bin_high")
    return np.where(low == 0, _APART[0], low), np.where(low == 0, _APART[1], high)


def _scale_of_weights(table: pl.DataFrame, axes: Axes) -> None:
    """Scale the axis of weights, and name the bin that stands apart by its upper end."""
    axes.set_xlim(_APART[0] - 0.03, 1)
    first = table.filter(pl.col("bin_low") == 0)["bin_high"].to_list()[:1]
    ticks = [0.2, 0.4, 0.6, 0.8, 1.0]
    axes.set_xticks([*(sum(_APART) / 2 for _ in first), *ticks])
    axes.set_xticklabels([*(f"<{edge:g}" for edge in first), *(f"{tick:.1f}" for tick in ticks)])
    if first:
        axes.axvline(0, color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)))
    axes.set_xlabel("Attention weight")


def _single_head(table: pl.DataFrame) -> str | None:
    """Return the label of the one head that a table is about, None for all heads together."""
    labels = table["label"].unique().to_list() if "label" in table.columns else [None]
    if len(labels) > 1:
        found, hint = f"{len(labels)} heads", "filter the table by its label column"
        raise OptionError(explain("table for a figure", found=found, allowed="rows of one head", hint=hint))
    return labels[0]


@figure_style()
def calibration_figure(table: pl.DataFrame, *, background: float | None = None, about: str = "") -> Figure:
    """Make the calibration curve of one property above the number of pairs behind each point.

    Parameters
    ----------
    table
        Rows of the calibration table of one property, of all heads together or of one head.
    background
        How often the property holds where no attention is used, as a fraction.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    name, head = property_title(single_property(table)), _single_head(table)
    title = f"{name}, by attention weight" if head is None else f"{name}, head {head}, by attention weight"
    left, width = 0.58, 3.1
    page = new_page(left + width + 0.2, 3.28, title=title, about=about)
    axes = draw_calibration(table, page.axes(left, 1.3, width=width, height=1.9), background=background)
    axes.tick_params(labelbottom=False)
    axes.set_xlabel("")
    counts = draw_pair_counts(table, page.axes(left, 0.66, width=width, height=0.52))
    axes.set_xticks(counts.get_xticks())
    handles, _ = axes.get_legend_handles_labels()
    page.legend(handles, MARGIN, MARGIN)
    page.figure.align_ylabels([axes, counts])
    return page.figure
