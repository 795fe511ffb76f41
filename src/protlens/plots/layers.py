"""How alignment changes with depth: one small curve a property, the shallow ones first."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from protlens.naming import property_title
from protlens.plots.canvas import MARGIN, new_page, shortened, text_width
from protlens.plots.cells import limits_of, number_cells
from protlens.plots.style import FAINT, FILL, LINE, MARK, SMALL_SIZE, TEXT_SIZE, figure_style
from protlens.plots.table_columns import floats, single_property

_PANEL_WIDTH, _PANEL_HEIGHT = 2.7, 0.48
_ROOM_ABOVE = 0.27
_MOST_IN_A_COLUMN = 8


def draw_layer_curve(table: pl.DataFrame, axes: Axes, *, centre: float | None = None, scaled: bool = False) -> Axes:
    """Draw the mean alignment of each layer's heads as a curve, with its centre of gravity as a dashed line.

    Parameters
    ----------
    table
        Rows of the layer table of one property; a layer whose mean is null is a gap.
    axes
        Where to draw.
    centre
        Centre of gravity in layers counted from one, or None if it is not defined.
    scaled
        In percent of the curve's own maximum rather than in percent of arcs.

    Raises
    ------
    OptionError
        If the table is not about one property.
    """
    single_property(table)
    rows = table.sort("layer")
    layers, means = floats(rows, "layer") + 1, 100 * floats(rows, "mean_alignment")
    highest = limits_of(means)[1]
    if scaled:
        means, highest = 100 * means / highest, 100.0
    axes.fill_between(layers, means, color=FILL, linewidth=0)
    axes.plot(layers, means, color=LINE, marker="o", markersize=2.2, clip_on=False)
    if centre is not None:
        axes.axvline(centre, color=MARK, linewidth=1.0, linestyle=(0, (4, 2)))
    axes.set_xlim(layers.min() - 0.5, layers.max() + 0.5)
    axes.set_ylim(0, 1.08 * highest)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
    return axes


@figure_style()
def layers_figure(
    table: pl.DataFrame, *, centres: pl.DataFrame | None = None, scaled: bool = False, about: str = ""
) -> Figure:
    """Make the figure of the properties that a layer table has numbers of, ordered by centre of gravity.

    Parameters
    ----------
    table
        The layer table: ``property, layer, mean_alignment``.
    centres
        ``property, centre_of_gravity`` in layers counted from one.
    scaled
        Each curve in percent of its own maximum rather than in percent of arcs.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    depths = {} if centres is None else dict(centres.select("property", "centre_of_gravity").iter_rows())
    known = table.drop_nulls("mean_alignment")
    found = (known if len(known) else table)["property"].unique(maintain_order=True)
    names = sorted(found, key=lambda name: _depth(depths.get(name)))
    columns = -(-len(names) // _MOST_IN_A_COLUMN)
    rows = -(-len(names) // columns)
    across, up = _PANEL_WIDTH + 0.5, _PANEL_HEIGHT + _ROOM_ABOVE
    unit = "in % of each curve's maximum" if scaled else "in % of arcs"
    title = f"Mean alignment by layer, {unit}"
    page = new_page(MARGIN + columns * across, 0.45 + rows * up, title=title, about=about)
    for index, name in enumerate(names):
        column, row = divmod(index, rows)
        axes = page.axes(
            MARGIN + 0.32 + column * across, 0.45 + (rows - 1 - row) * up, width=_PANEL_WIDTH, height=_PANEL_HEIGHT
        )
        draw_layer_curve(table.filter(property=name), axes, centre=depths.get(name), scaled=scaled)
        _head_panel(axes, property_title(name), depths.get(name))
        number_cells(axes.xaxis, int(table["layer"].to_numpy().max()) + 1, inches=_PANEL_WIDTH)
        last = row == rows - 1 or index == len(names) - 1
        axes.set_xlabel("Layer" if last else "")
        axes.tick_params(labelbottom=last)
    return page.figure


def _depth(centre: float | None) -> float:
    return float("inf") if centre is None else centre


def _head_panel(axes: Axes, title: str, centre: float | None) -> None:
    """Write the property at the left above a panel and its centre of gravity at the right, without a collision."""
    note = "" if centre is None else f"centre of gravity {centre:.2f}"
    room = _PANEL_WIDTH - text_width(note, size=SMALL_SIZE) - 0.15
    axes.set_title(shortened(title, room, size=TEXT_SIZE), loc="left", fontsize=TEXT_SIZE, pad=3)
    axes.set_title(note, loc="right", fontsize=SMALL_SIZE, color=MARK if centre is not None else FAINT, pad=3)
