"""Published numbers against measured ones: a point a head, a panel a property."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from protlens.naming import AMINO_ACID, property_title
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import limits_of
from protlens.plots.style import FAINT, FILL, LINE, MARK, SMALL_SIZE, TEXT_SIZE, figure_style
from protlens.plots.table_columns import floats

_SIDE = 1.55
_GAP = 0.55
_COLUMNS = 3

AMINO_ACIDS_TITLE = "Amino acids"


def draw_published(rows: pl.DataFrame, axes: Axes) -> Axes:
    """Draw the measured alignment of each head against the published one, in percent, and where the two are equal.

    Parameters
    ----------
    rows
        Rows of the kinds ``head`` and ``top head`` (drawn darker): ``kind, published, measured``; a row without one of
        the two is left out.
    axes
        Where to draw.
    """
    known = rows.drop_nulls(["published", "measured"])
    highest = 1.04 * limits_of(floats(known, "published"), floats(known, "measured"))[1]
    axes.plot([0, highest], [0, highest], color=MARK, linewidth=0.8, linestyle=(0, (4, 2)))
    for kind, colour, size in (("head", FILL, 2.0), ("top head", LINE, 3.0)):
        own = known.filter(kind=kind)
        axes.plot(
            floats(own, "published"), floats(own, "measured"), ".", color=colour, markersize=size, markeredgewidth=0
        )
    axes.set_xlim(0, highest)
    axes.set_ylim(0, highest)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    if known.is_empty():
        axes.text(0.5, 0.5, "no head in both", transform=axes.transAxes, ha="center", va="center", color=FAINT)
    return axes


@figure_style()
def reproduction_figure(numbers: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of all properties that were measured; the amino acids share a panel.

    Parameters
    ----------
    numbers
        The table of published and measured numbers.
    about
        A line on what was compared.
    """
    heads = numbers.filter(
        pl.col("kind").is_in(["head", "top head"]), pl.col("note").is_null() | (pl.col("note") != "not measured")
    )
    titled = heads.with_columns(panel=pl.col("property").map_elements(_panel, return_dtype=pl.String))
    panels = titled["panel"].unique(maintain_order=True).to_list()
    columns = min(_COLUMNS, max(len(panels), 1))
    rows = -(-len(panels) // columns)
    across, up = _SIDE + _GAP, _SIDE + _GAP
    width = max(MARGIN + columns * across + MARGIN, 3.6)
    page = new_page(width, 0.3 + rows * up, title="Alignment of each head, published and measured", about=about)
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left, base = MARGIN + 0.4 + column * across, 0.3 + 0.38 + (rows - 1 - row) * up
        axes = draw_published(titled.filter(panel=panel), page.axes(left, base, width=_SIDE, height=_SIDE - 0.1))
        axes.set_title(panel, loc="left", fontsize=TEXT_SIZE, pad=3)
        axes.set_xlabel("Published (%)", fontsize=SMALL_SIZE)
        axes.set_ylabel("Measured (%)" if column == 0 else "", fontsize=SMALL_SIZE)
    page.legend(_keys(), MARGIN, MARGIN)
    return page.figure


def _panel(name: str) -> str:
    return AMINO_ACIDS_TITLE if name.startswith(AMINO_ACID) else property_title(name)


def _keys() -> list[Line2D]:
    return [
        Line2D([], [], color=FILL, marker=".", linestyle="none", label="head"),
        Line2D([], [], color=LINE, marker=".", linestyle="none", label="of the published ten"),
        Line2D([], [], color=MARK, linestyle=(0, (4, 2)), linewidth=0.8, label="equal"),
    ]
