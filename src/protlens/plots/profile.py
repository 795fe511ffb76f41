"""What each head does whatever the property: how sharply it attends, how far, and to what."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import cell_size, draw_colour_bar, draw_numbered_cells, limits_of, missing_key
from protlens.plots.shading import Shading, rising, rising_by_roots
from protlens.plots.style import TEXT_SIZE, figure_style
from protlens.plots.table_columns import floats, grid_shape, head_grid

MEASURES = {
    "entropy": ("Entropy of attention", "nats", 1.0),
    "mean_distance": ("Mean distance |i-j|", "residues", 1.0),
    "to_special": ("To special tokens", "% of attention", 100.0),
    "to_self": ("To the residue itself", "% of attention", 100.0),
    "to_previous": ("To the previous residue", "% of attention", 100.0),
    "to_next": ("To the next residue", "% of attention", 100.0),
}
"""Columns of the profile table: title, unit, and the factor from the table's unit to it."""


def draw_profile(table: pl.DataFrame, axes: Axes, *, measure: str) -> Axes:
    """Draw layers by heads, coloured by one measure from 0 to its largest value; shares by their square roots.

    Parameters
    ----------
    table
        The head profile, one row a head.
    axes
        Where to draw.
    measure
        A key of ``MEASURES``.

    Raises
    ------
    OptionError
        If the table has no rows.
    """
    _, _, factor = MEASURES[measure]
    grid = factor * head_grid(table, measure, shape=grid_shape(table))
    return draw_numbered_cells(grid, axes, shading=_shading(table, measure))


def _shading(table: pl.DataFrame, measure: str) -> Shading:
    """Most heads give little to any one place, and a few nearly all: roots tell both apart."""
    _, unit, factor = MEASURES[measure]
    limits = limits_of(factor * floats(table, measure))
    return rising_by_roots(limits) if unit.startswith("%") else rising(limits)


@figure_style()
def profile_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of all measures, each with its own colour bar.

    Parameters
    ----------
    table
        The head profile, one row a head.
    about
        A line on the run, see :func:`protlens.naming.run_line`.
    """
    layers, heads = grid_shape(table)
    columns = 2 if heads > 2 * layers else 3
    rows = len(MEASURES) // columns
    cell_width, cell_height = cell_size(layers, heads, width=5.4 / columns, height=2.2)
    width, height = max(heads * cell_width, 1.3), layers * cell_height
    across, up = width + 0.62, height + 1.22
    key = 0.18
    page = new_page(MARGIN + columns * across, rows * up + key, title="Head profile", about=about)
    for index, (measure, (title, unit, _)) in enumerate(MEASURES.items()):
        left = MARGIN + 0.38 + index % columns * across
        base = key + (rows - 1 - index // columns) * up
        axes = draw_profile(table, page.axes(left, base + 0.9, width=width, height=height), measure=measure)
        axes.set_title(title, loc="left", fontsize=TEXT_SIZE, pad=3)
        bar = page.axes(left, base + 0.47, width=min(width, 1.8), height=0.07)
        draw_colour_bar(bar, unit, shading=_shading(table, measure))
    if missing := int(np.isnan([floats(table, measure) for measure in MEASURES]).any(axis=0).sum()):
        page.legend([missing_key(f"not defined ({missing} of {layers * heads})")], MARGIN + 0.38, MARGIN)
    return page.figure
