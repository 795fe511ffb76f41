"""What a bar or a dot is to be compared with, as a short line across its row."""

import numpy as np
from jaxtyping import Float64, Int64
from matplotlib.axes import Axes

from protlens.plots.canvas import size_in_inches
from protlens.plots.style import INK, MARK

REFERENCES = {"background": MARK, "control": INK}
"""Columns of the table of heads, each with its colour."""

_LENGTH = 0.72
"""Of a row."""


def draw_ticks(
    axes: Axes, values: Float64[np.ndarray, " value"], places: Int64[np.ndarray, " value"], *, rows: int, column: str
) -> Axes:
    """Draw a line across each row that has a value; without any, nothing and no key.

    Parameters
    ----------
    axes
        Where to draw; they have so many rows, whose height they have already.
    values, places
        Where in its row each line stands, and in which row.
    rows
        How many there are.
    column
        A key of ``REFERENCES``.
    """
    known = np.isfinite(values)
    if known.any():
        tall = _LENGTH * 72 * size_in_inches(axes)[1] / max(rows, 1)
        style = {"marker": "|", "markersize": tall, "markeredgewidth": 1.3, "color": REFERENCES[column]}
        axes.plot(values[known], places[known], linestyle="none", label=column, **style)  # type: ignore[arg-type]
    return axes
