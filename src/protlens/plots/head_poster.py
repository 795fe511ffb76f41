"""All heads of a model on one page: layers by heads, each cell with what the head does."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from protlens.plots.canvas import MARGIN, Page, new_page, size_in_inches, text_width, wrapped
from protlens.plots.cells import hatch_cells, missing_key, number_cells
from protlens.plots.style import INK, SMALL_SIZE, figure_style, lightness
from protlens.plots.table_columns import grid_shape

FAMILIES: Mapping[str, tuple[str, str]] = {
    "structure": ("structure", "#d55e00"),
    "site": ("sites", "#009e73"),
    "repeat": ("repeats", "#cc79a7"),
    "sequence": ("amino acids", "#f0e442"),
    "place": ("place in the chain", "#56b4e9"),
    "sink": ("sinks", "#c8c8c8"),
    "none": ("no behaviour found", "#ffffff"),
}
"""Families of behaviours: what a legend calls them, and their colours, those of Okabe and Ito."""

UNSUPPORTED = "unsupported"

NOTE = (
    "A cell names the first behaviour of a head and its share in %: of the attention that the head gives to residues"
    " (sink of special tokens: of all), for contact and sites of the arcs. A stripe at its foot: others that hold too."
)

_A4 = (8.27, 11.69)
_AROUND = (0.62, 2.7)
"""Inches of the page beside the cells, and above and below them."""

_LARGEST_CELL = (0.66, 0.42)
_TEXT_SIZES = (3.0, 7.0)
"""The smallest text that is drawn, and the largest, in points."""

_STRIPE = 0.13
"""Height of the stripe, in cells."""

_EMPTY_EDGE = "#e4e4e4"

_DARK = 60.0
"""Lightness below which a cell is written upon in white."""


@figure_style()
def head_poster(table: pl.DataFrame, *, about: str = "") -> Figure:
    """Make one page, at most A4, of all heads.

    Parameters
    ----------
    table
        One row a head: zero-based ``layer`` and ``head``, ``family`` (a key of ``FAMILIES``, or ``unsupported``),
        ``short``, ``share`` and ``other_families``, joined by commas.
    about
        A line on the run, see :func:`protlens.naming.run_line`.

    Raises
    ------
    OptionError
        If the table has no rows.
    """
    layers, heads = grid_shape(table)
    cell_width, cell_height = _cell(layers, heads)
    width, height = max(heads * cell_width, 3.6), layers * cell_height
    lines = wrapped(NOTE, width + 0.3, size=SMALL_SIZE)
    key = 0.17 * (len(lines) + _legend_rows(width)) + 0.1
    page = new_page(width + _AROUND[0], height + key + 0.62, title="What each head does", about=about)
    axes = page.axes(MARGIN + 0.38, key + 0.42, width=heads * cell_width, height=height)
    draw_behaviours(table, axes)
    _explain(page, table, lines, width=width)
    return page.figure


def draw_behaviours(table: pl.DataFrame, axes: Axes) -> Axes:
    """Draw the cells, the first layer at the bottom, with one-based numbers on both axes.

    Parameters
    ----------
    table
        See :func:`head_poster`.
    axes
        Where to draw; the size of the text follows their present size.
    """
    layers, heads = grid_shape(table)
    axes.set_xlim(0.5, heads + 0.5)
    axes.set_ylim(0.5, layers + 0.5)
    width, height = size_in_inches(axes)
    size = _text_size(table["short"].to_list(), width / heads, height / layers)
    missing = np.zeros((layers, heads), bool)
    for row in table.iter_rows(named=True):
        if row["family"] == UNSUPPORTED:
            missing[row["layer"], row["head"]] = True
        else:
            _draw_cell(row, axes, size=size)
    hatch_cells(missing, axes)
    number_cells(axes.xaxis, heads, inches=width)
    number_cells(axes.yaxis, layers, inches=height)
    axes.tick_params(length=0)
    axes.set_xlabel("Head")
    axes.set_ylabel("Layer")
    for spine in axes.spines.values():
        spine.set_visible(True)
    return axes


def _draw_cell(row: Mapping[str, Any], axes: Axes, *, size: float) -> None:
    left, bottom = row["head"] + 0.5, row["layer"] + 0.5
    colour = FAMILIES[row["family"]][1]
    edge = _EMPTY_EDGE if row["family"] == "none" else "white"
    axes.add_patch(Rectangle((left, bottom), 1, 1, facecolor=colour, edgecolor=edge, linewidth=0.6))
    others = [FAMILIES[name][1] for name in dict.fromkeys(filter(None, row["other_families"].split(",")))]
    for place, other in enumerate(others):
        corner, share = (left + place / len(others), bottom), 1 / len(others)
        axes.add_patch(Rectangle(corner, share, _STRIPE, facecolor=other, edgecolor="white", linewidth=0.6))
    if size and row["short"]:
        ink = "white" if lightness(np.array(to_rgb(colour))) < _DARK else INK
        lines = f"{row['short']}\n{_number(row['share'])}"
        middle = (left + 0.5, bottom + 0.5 + _STRIPE / 2)
        axes.text(*middle, lines, fontsize=size, color=ink, ha="center", va="center", linespacing=1.1)


def _number(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}"


def _cell(layers: int, heads: int) -> tuple[float, float]:
    """Return the size of a cell in inches, on the side of A4 on which cells are larger."""
    sizes = [
        tuple(
            min(most, (side - around) / count)
            for most, side, around, count in zip(_LARGEST_CELL, page, _AROUND, (heads, layers), strict=True)
        )
        for page in (_A4, _A4[::-1])
    ]
    width, height = max(sizes, key=lambda size: min(size[0], 1.5 * size[1]))
    return width, height


def _text_size(texts: list[str], width: float, height: float) -> float:
    """Return the size at which two lines of the widest text fit into a cell; 0 if that is too small to read."""
    smallest, largest = _TEXT_SIZES
    widest = max((text_width(text, size=10) for text in texts), default=0.0)
    across = 10 * 0.92 * width / widest if widest else largest
    size = min(largest, across, 72 * height * (1 - _STRIPE) / 2.6)
    return size if size >= smallest else 0.0


def _legend_rows(width: float) -> int:
    return -(-(len(FAMILIES) + 1) // _legend_columns(width))


def _legend_columns(width: float) -> int:
    return max(2, min(len(FAMILIES) + 1, int(width // 1.25)))


def _explain(page: Page, table: pl.DataFrame, lines: list[str], *, width: float) -> None:
    rows = _legend_rows(width)
    _, page_height = page.figure.get_size_inches()
    page.figure.legend(
        handles=list(_keys(table)),
        loc="upper left",
        bbox_to_anchor=((MARGIN + 0.1) / page.figure.get_figwidth(), (0.17 * (rows + len(lines)) + 0.1) / page_height),
        ncols=_legend_columns(width),
        columnspacing=1.0,
        handlelength=1.3,
        labelspacing=0.35,
    )
    page_width = page.figure.get_figwidth()
    for place, line in enumerate(reversed(lines)):
        left, bottom = (MARGIN + 0.1) / page_width, (MARGIN + 0.14 * place) / page_height
        page.figure.text(left, bottom, line, fontsize=SMALL_SIZE)


def _keys(table: pl.DataFrame) -> Iterator[Artist]:
    counts = dict(table["family"].value_counts().iter_rows())
    for family, (label, colour) in FAMILIES.items():
        edge = "#8a8a8a" if family == "none" else "none"
        yield Patch(facecolor=colour, edgecolor=edge, linewidth=0.5, label=f"{label} ({counts.get(family, 0)})")
    yield missing_key(f"{UNSUPPORTED} ({counts.get(UNSUPPORTED, 0)})")
