"""What a user gives a protein with one value a residue: tracks as text, positions as arrays, converted or refused."""

from typing import Any

import numpy as np

from protlens.errors import DatasetError, explain
from protlens.typing import Coordinates

MAX_COORDINATE = 1_000_000
"""The largest coordinate in angstrom; the file formats of structures end far below."""

_DIGITS = 10


def as_track(values: Any, *, asked: str) -> str:
    """Return a track as text.

    Parameters
    ----------
    values
        Text; or one character, boolean or digit a residue.
    asked
        What a message calls it.

    Raises
    ------
    DatasetError
        If it is anything else, or holds a character that is not ASCII.
    """
    text = values if isinstance(values, str) else _joined(values)
    if text is None or not text.isascii() or not text.isprintable():
        found = repr(values) if isinstance(values, str) else f"a {type(values).__name__}"
        allowed = "printable ASCII text, or one character, boolean or digit a residue"
        raise DatasetError(explain(asked, found=found[:60], allowed=allowed))
    return text


def _joined(values: Any) -> str | None:
    try:
        array = np.asarray(values)
    except ValueError:
        return None
    if array.ndim != 1:
        return None
    if array.dtype.kind == "U":
        return "".join(array) if all(len(symbol) == 1 for symbol in array) else None
    if array.dtype.kind in "biu" and ((array >= 0) & (array < _DIGITS)).all():
        return "".join(map(str, array.astype(np.int64)))
    return None


def as_points(values: Any, *, length: int, asked: str) -> Coordinates:
    """Return positions as ``float32 [residue, 3]`` in angstrom, NaN where not resolved.

    Parameters
    ----------
    values
        Anything that NumPy reads as numbers of that shape.
    length
        The number of residues.
    asked
        What a message calls it.

    Raises
    ------
    DatasetError
        If it has another shape, is no numbers, or one is infinite or beyond ``MAX_COORDINATE``.
    """
    allowed = f"numbers of shape ({length}, 3), in angstrom"
    try:
        points = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise DatasetError(explain(asked, found="rows of different lengths", allowed=allowed)) from error
    if points.dtype.kind not in "fiu" or points.shape != (length, 3):
        found = f"{points.dtype} of shape {points.shape}"
        raise DatasetError(explain(asked, found=found, allowed=allowed))
    if (np.abs(points) > MAX_COORDINATE).any():
        raise DatasetError(explain(asked, found="too large", allowed=f"up to {MAX_COORDINATE} angstrom"))
    return np.asarray(points, np.float32)
