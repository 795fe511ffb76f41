"""The maps of all heads for each amino acid, on one page."""

import polars as pl
from matplotlib.figure import Figure

from protlens.data.protein import AMINO_ACIDS
from protlens.naming import AMINO_ACID, property_title
from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.cells import cell_size, draw_colour_bar, missing_key
from protlens.plots.head_figures import draw_head_map
from protlens.plots.shading import rising
from protlens.plots.style import TEXT_SIZE, figure_style
from protlens.plots.table_columns import grid_shape

_COLUMNS = 5
_LIMITS = (0.0, 100.0)


@figure_style()
def amino_acid_maps_figure(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make the figure of the alignment of each head with each amino acid, all in one scale from 0 to 100 %.

    Parameters
    ----------
    table
        The table of heads; properties that are no amino acids are passed over.
    about
        A line on the run, see :func:`protlens.naming.run_line`.

    Raises
    ------
    OptionError
        If the table has no amino acid.
    """
    found = set(table["property"])
    names = [name for letter in AMINO_ACIDS if (name := f"{AMINO_ACID}{letter}") in found]
    layers, heads = grid_shape(table.filter(pl.col("property").is_in(names)))
    cell_width, cell_height = cell_size(layers, heads, width=1.7, height=1.5)
    width, height = heads * cell_width, layers * cell_height
    columns = min(_COLUMNS, len(names))
    rows = -(-len(names) // columns)
    across, up, bottom = width + 0.5, height + 0.62, 0.75
    page_width = max(MARGIN + columns * across, 3.6)
    page = new_page(page_width, bottom + rows * up, title="Alignment with each amino acid, all heads", about=about)
    for index, name in enumerate(names):
        row, column = divmod(index, columns)
        left, base = MARGIN + 0.35 + column * across, bottom + 0.3 + (rows - 1 - row) * up
        axes = draw_head_map(
            table.filter(property=name), page.axes(left, base, width=width, height=height), limits=_LIMITS
        )
        axes.set_title(property_title(name), loc="left", fontsize=TEXT_SIZE, pad=3)
        axes.set_xlabel("Head" if row == rows - 1 else "")
        axes.set_ylabel("Layer" if column == 0 else "")
    bar = page.axes(MARGIN + 0.35, 0.5, width=2.2, height=0.09)
    draw_colour_bar(bar, "Alignment (%)", shading=rising(_LIMITS))
    page.legend([missing_key("too few arcs")], MARGIN + 0.35, MARGIN - 0.06)
    return page.figure
