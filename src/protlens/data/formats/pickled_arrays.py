"""What stands for NumPy's arrays while a pickle is read, so that NumPy is called only with what fits together."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NUMBER = re.compile(r"[<>=|]?(b1|[iu][1248]|f[248])")
_MOST_DIMENSIONS = 32


class PickledDtype:
    """Notes the name and byte order of a dtype of plain numbers."""

    def __init__(self, name: object, *_flags: object) -> None:
        if not isinstance(name, str) or not _NUMBER.fullmatch(name):
            raise ValueError(f"an array of {name[:40] if isinstance(name, str) else type(name).__name__!r}")
        self.dtype: np.dtype[Any] = np.dtype(name)

    def build(self, state: Any) -> None:
        """Take the byte order from the state that NumPy writes."""
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class PickledArray:
    """Notes shape, dtype and bytes of an array; ``value`` is None until they are known."""

    def __init__(self, *_how: object) -> None:
        self.value: NDArray[Any] | None = None

    def build(self, state: Any) -> None:
        """Take shape, dtype and bytes from the state that NumPy writes."""
        _version, shape, dtype, fortran, raw = state
        self.value = _array(raw, dtype, shape, "F" if fortran else "C")


def _array(raw: object, dtype: object, shape: object, order: object) -> NDArray[Any]:
    data = raw.encode("latin1") if isinstance(raw, str) else raw
    if not isinstance(data, bytes | bytearray) or not isinstance(dtype, PickledDtype):
        raise ValueError("an array of objects")
    sizes = (shape,) if isinstance(shape, int) else shape
    if not isinstance(sizes, tuple) or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("an array whose shape is not made of whole numbers")
    if len(sizes) > _MOST_DIMENSIONS or math.prod(sizes) * dtype.dtype.itemsize != len(data):
        raise ValueError(f"an array of shape {str(sizes)[:40]} with {len(data)} bytes")
    return np.frombuffer(data, dtype.dtype).reshape(sizes, order="F" if order == "F" else "C")


def _from_buffer(raw: object, dtype: object, shape: object, order: object) -> PickledArray:
    array = PickledArray()
    array.value = _array(raw, dtype, shape, order)
    return array


def _scalar(dtype: object, raw: object) -> Any:
    return _array(raw, dtype, (), "C").item()


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise ValueError("text that is not bytes in disguise")
    return text.encode("latin1")


_OF_NUMPY: Mapping[str, Callable[..., Any]] = {
    "multiarray._reconstruct": PickledArray,
    "multiarray.scalar": _scalar,
    "numeric._frombuffer": _from_buffer,
}

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "numpy.dtype": PickledDtype,
    "numpy.ndarray": PickledArray,
    "_codecs.encode": _encode,
    "__builtin__.bytes": lambda: b"",
    **{f"numpy.core.{name}": stand_in for name, stand_in in _OF_NUMPY.items()},
    **{f"numpy._core.{name}": stand_in for name, stand_in in _OF_NUMPY.items()},
}
"""What a pickle may call, by the name that it gives."""
