"""What the absence of each head costs, against how well it follows a property."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from protlens.naming import ABLATION_MEASURES, property_title, property_words
from protlens.number_text import coefficient, counted, probability
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.style import FAINT, FILL, INK, LINE, MARK, SMALL_SIZE, figure_style
from protlens.plots.table_columns import floats, single_property

_NAMED = 3
"""So many heads at the top of either axis are named."""


def draw_cost_by_alignment(table: pl.DataFrame, axes: Axes, *, measure: str) -> Axes:
    """Draw a point a head: its alignment in percent, and the change of a measure without it, with its interval.

    Parameters
    ----------
    table
        Rows of single heads of one property: ``label, property, alignment, verdict``, the measure, and the ends of its
        interval; heads without alignment are left out.
    axes
        Where to draw.
    measure
        The measure whose change is drawn, in percentage points if it is a precision.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    name = single_property(table.drop_nulls("property"))
    rows = table.filter(pl.col("alignment").is_not_null() & pl.col(measure).is_not_null())
    shares = measure not in ("loss", "perplexity", "embedding")
    scale = 100 if shares else 1
    alignment = 100 * floats(rows, "alignment")
    change, low, high = (scale * floats(rows, column) for column in (measure, f"{measure}_low", f"{measure}_high"))
    beyond = rows["verdict"].to_numpy() == "beyond_control"
    known = np.isfinite(low) & np.isfinite(high)
    axes.axhline(0, color=MARK, linewidth=1.0, linestyle=(0, (4, 2)))
    axes.vlines(alignment[known], low[known], high[known], color=FILL, linewidth=0.8)
    for chosen, face, label in ((~beyond, "white", "other heads"), (beyond, LINE, f"follows {property_words(name)}")):
        axes.scatter(
            alignment[chosen], change[chosen], s=11, c=face, edgecolors=LINE, linewidths=0.7, label=label, zorder=3
        )
    _name_heads(rows["label"].to_list(), alignment, change, axes)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"Alignment with {property_words(name)} (%)")
    axes.set_ylabel(f"Change of {ABLATION_MEASURES[measure].replace(' %', ' (points)')}")
    if rows.is_empty():
        axes.text(0.5, 0.5, "no heads", transform=axes.transAxes, ha="center", va="center", color=FAINT)
    return axes


@figure_style()
def ablation_figure(table: pl.DataFrame, correlations: pl.DataFrame, *, measure: str, about: str = "") -> Figure:
    """Make the figure of one measure, with the rank correlation of the two axes below it.

    Parameters
    ----------
    table
        See :func:`draw_cost_by_alignment`.
    correlations
        ``measure, permuted, heads, rho, null_low, null_high, p_value``.
    measure
        The measure.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    name = single_property(table.drop_nulls("property"))
    title = f"{property_title(name)}: what a head follows, and what its absence costs"
    left, width, bottom = 0.72, 3.4, 1.06
    page = new_page(left + width + 0.2, bottom + 2.5, title=title, about=about)
    axes = draw_cost_by_alignment(table, page.axes(left, bottom, width=width, height=2.4), measure=measure)
    for line, row in enumerate(correlations.filter(measure=measure).iter_rows(named=True)):
        page.text(_in_words(row), MARGIN, 0.5 - 0.15 * line)
    handles, _ = axes.get_legend_handles_labels()
    page.legend(handles, MARGIN, MARGIN)
    return page.figure


def _in_words(row: dict[str, float | int | str]) -> str:
    rho, low, high = (coefficient(float(row[name])) for name in ("rho", "null_low", "null_high"))
    heads = counted(int(row["heads"]), "head")
    where = f"permuted over {row['permuted']}" if row["permuted"] == "all heads" else f"permuted {row['permuted']}"
    return f"Spearman {rho}, {heads}; {where}: {low} to {high}, p {probability(float(row['p_value']))}"


def _name_heads(labels: list[str], alignment: np.ndarray, change: np.ndarray, axes: Axes) -> None:
    """Write the labels of the heads that stand highest on either axis, by size of the change."""
    chosen = {*np.argsort(-alignment)[:_NAMED].tolist(), *np.argsort(-np.abs(change))[:_NAMED].tolist()}
    for place in sorted(chosen):
        axes.annotate(
            labels[place],
            (alignment[place], change[place]),
            xytext=(3, 3),
            textcoords="offset points",
            fontsize=SMALL_SIZE,
            color=INK,
        )
