"""Heat maps: cells coloured by value, hatched where there is none."""

from typing import cast

import numpy as np
from jaxtyping import Bool, Float64
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from protlens.plots.canvas import figure_of, size_in_inches
from protlens.plots.shading import Shading
from protlens.plots.style import MISSING_EDGE, MISSING_FACE, MISSING_HATCH, RING

_LABEL_INCHES = 0.17
_NICE_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_INSET = 0.02
_RING = 0.72
"""Its diameter, as part of a cell's shorter side."""
_SMALLEST_OUTLINED_CELL = 0.06


def draw_cells(values: Float64[np.ndarray, "row column"], axes: Axes, *, shading: Shading) -> Axes:
    """Draw a matrix as cells centred on whole numbers from one, the first row at the bottom.

    Parameters
    ----------
    values
        ``float64 [row, column]``; a cell with NaN stays empty.
    axes
        Where to draw; the lines between cells follow its present size.
    shading
        The colours of the values.
    """
    rows, columns = values.shape
    width, height = size_in_inches(axes)
    outlined = min(width / columns, height / rows) >= _SMALLEST_OUTLINED_CELL
    axes.pcolormesh(
        np.arange(columns + 1) + 0.5,
        np.arange(rows + 1) + 0.5,
        np.ma.masked_invalid(values),
        cmap=shading.colours,
        norm=shading.norm,
        edgecolors="white" if outlined else "face",
        linewidth=0.4 if outlined else 0.1,
    )
    axes.set_xlim(0.5, columns + 0.5)
    axes.set_ylim(0.5, rows + 0.5)
    for spine in axes.spines.values():
        spine.set_visible(True)
    return axes


def hatch_cells(missing: Bool[np.ndarray, "row column"], axes: Axes) -> None:
    """Hatch the cells that are True."""
    if missing.any():
        corner, side = 0.5 + _INSET, 1 - 2 * _INSET
        squares = [Rectangle((column + corner, row + corner), side, side) for row, column in np.argwhere(missing)]
        axes.add_collection(
            PatchCollection(squares, facecolor=MISSING_FACE, edgecolor=MISSING_EDGE, hatch=MISSING_HATCH, linewidth=0.0)
        )


def ring_cells(chosen: Bool[np.ndarray, "row column"], axes: Axes) -> None:
    """Draw a ring into the cells that are True."""
    if chosen.any():
        width, height = size_in_inches(axes)
        across = min(width / chosen.shape[1], height / chosen.shape[0])
        rows, columns = np.nonzero(chosen)
        size, line = (_RING * across * 72) ** 2, min(1.0, 8 * across)
        axes.scatter(columns + 1, rows + 1, s=size, facecolors="none", edgecolors=RING, linewidths=line)


def ring_key(label: str) -> Line2D:
    """Return what a legend shows for cells with a ring."""
    style = {"marker": "o", "markersize": 5.0, "markerfacecolor": "none", "markeredgecolor": RING}
    return Line2D([], [], linestyle="none", label=label, **style)  # type: ignore[arg-type]


def missing_key(label: str) -> Patch:
    """Return what a legend shows for hatched cells."""
    return Patch(facecolor=MISSING_FACE, edgecolor=MISSING_EDGE, hatch=MISSING_HATCH, linewidth=0.0, label=label)


def limits_of(*values: Float64[np.ndarray, "..."]) -> tuple[float, float]:
    """Return colour limits from zero on that hold all finite values, never of zero width.

    Parameters
    ----------
    values
        Arrays of any shape; NaN is passed over.
    """
    highest = max(float(array[np.isfinite(array)].max(initial=0.0)) for array in values)
    return 0.0, highest if highest > 0 else 1.0


def draw_colour_bar(axes: Axes, label: str, *, shading: Shading) -> Axes:
    """Fill axes with a horizontal colour bar."""
    bar = figure_of(axes).colorbar(
        ScalarMappable(*shading),
        cax=axes,
        orientation="horizontal",
        label=label,
        ticks=MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]),
    )
    bar.outline.set_linewidth(0.6)
    solids = cast(QuadMesh, bar.solids)
    solids.set_rasterized(False)
    solids.set_edgecolor("face")
    return axes


def number_cells(axis: Axis, count: int, *, inches: float) -> None:
    """Label cells 1 to ``count`` along an axis of this length, all of them or as many as keep apart."""
    step = next(step for step in _NICE_STEPS if step * inches / count >= _LABEL_INCHES or step >= count)
    numbers = list(range(step, count + 1, step))
    if step > 2:
        numbers.insert(0, 1)
    axis.set_ticks(numbers or [1])


def cell_size(rows: int, columns: int, *, width: float, height: float) -> tuple[float, float]:
    """Return the width and height of a cell in inches, so that a matrix about fills the given space.

    Cells are at most 0.3 inches, and no side is more than twice as long as the other.
    """
    wide, high = min(width / columns, 0.3), min(height / rows, 0.3)
    return min(wide, 2 * high), min(high, 2 * wide)


def draw_numbered_cells(values: Float64[np.ndarray, "layer head"], axes: Axes, *, shading: Shading) -> Axes:
    """Draw a matrix of layers and heads with one-based numbers on both axes."""
    width, height = size_in_inches(axes)
    draw_cells(values, axes, shading=shading)
    hatch_cells(np.isnan(values), axes)
    number_cells(axes.xaxis, values.shape[1], inches=width)
    number_cells(axes.yaxis, values.shape[0], inches=height)
    axes.set_xlabel("Head")
    axes.set_ylabel("Layer")
    return axes
