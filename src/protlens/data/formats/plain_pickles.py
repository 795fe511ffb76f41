"""Pickles from strangers, read without running anything.

Admitted are numbers, strings, bytes, lists, tuples, dictionaries and NumPy arrays of plain numbers. NumPy is not
called while the pickle is read: stand-ins note what an array would have been built from, and the array is made from
that afterwards, once its size agrees with its bytes.
"""

import io
import math
import pickle
import pickletools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protlens.errors import FileFormatError, explain

MAX_PICKLE = 2**26
"""Bytes of the longest pickle that is read."""

_NUMBER = re.compile(r"[<>=|]?(b1|[iu][1248]|f[248])")
_ALLOWED = "plain containers and NumPy arrays"


class _Dtype:
    """Notes the name and byte order of a dtype."""

    def __init__(self, name: str, *_flags: object) -> None:
        if not isinstance(name, str) or not _NUMBER.fullmatch(name):
            raise pickle.UnpicklingError(f"an array of {str(name)[:40]!r}")
        self.dtype: np.dtype[Any] = np.dtype(name)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class _Array:
    """Notes shape, dtype and bytes of an array."""

    def __init__(self, *_how: object) -> None:
        self.value: NDArray[Any] | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, shape, dtype, fortran, raw = state
        self.value = _array(raw, dtype, shape, "F" if fortran else "C")


def _array(raw: object, dtype: _Dtype, shape: object, order: str) -> NDArray[Any]:
    data = raw.encode("latin1") if isinstance(raw, str) else raw
    if not isinstance(data, bytes | bytearray) or not isinstance(dtype, _Dtype):
        raise pickle.UnpicklingError("an array of objects")
    sizes = (shape,) if isinstance(shape, int) else shape
    if not isinstance(sizes, tuple) or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise pickle.UnpicklingError("an array whose shape is not made of whole numbers")
    if math.prod(sizes) * dtype.dtype.itemsize != len(data):
        raise pickle.UnpicklingError(f"an array of shape {sizes!r} with {len(data)} bytes")
    return np.frombuffer(data, dtype.dtype).reshape(sizes, order="F" if order == "F" else "C")


def _buffer(raw: object, dtype: _Dtype, shape: object, order: str) -> _Array:
    array = _Array()
    array.value = _array(raw, dtype, shape, order)
    return array


def _scalar(dtype: _Dtype, raw: object) -> Any:
    return _array(raw, dtype, (), "C").item()


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("text that is not bytes in disguise")
    return text.encode("latin1")


class _Maker:
    """A function that a pickle may call but not change."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *arguments: object) -> Any:
        return self._make(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("a function with a state")


_STAND_INS: dict[tuple[str, str], Any] = {
    ("numpy", "dtype"): _Dtype,
    ("numpy", "ndarray"): _Array,
    ("_codecs", "encode"): _Maker(_encode),
    ("__builtin__", "bytes"): _Maker(lambda: b""),
} | {
    (f"numpy.{core}.{module}", name): stand_in
    for core in ("core", "_core")
    for module, name, stand_in in (
        ("multiarray", "_reconstruct", _Array),
        ("multiarray", "scalar", _Maker(_scalar)),
        ("numeric", "_frombuffer", _Maker(_buffer)),
    )
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _STAND_INS[module, name]
        except KeyError:
            wanted = f"it asks for {module}.{name}"
            raise FileFormatError(explain("pickle", found=wanted, allowed=_ALLOWED)) from None


def load_plain(data: bytes) -> Any:
    """Return what a pickle holds, if that is plain containers and NumPy arrays.

    Parameters
    ----------
    data
        A pickle of any protocol, of at most ``MAX_PICKLE`` bytes.

    Returns
    -------
    object
        Arrays stand as such at the top and as values of a dictionary at the top; deeper ones are refused.

    Raises
    ------
    FileFormatError
        If the pickle asks for anything else, which is named, or is damaged or too large.
    """
    if len(data) > MAX_PICKLE:
        raise FileFormatError(explain("pickle", found=f"{len(data)} bytes", allowed=f"up to {MAX_PICKLE}"))
    try:
        _check_memo(data)
        value = _Unpickler(io.BytesIO(data), encoding="latin1").load()
    except FileFormatError:
        raise
    except Exception as error:  # what a hostile pickle raises is its own choice
        found = f"damaged, or it holds {error}"
        raise FileFormatError(explain("pickle", found=found, allowed=_ALLOWED)) from error
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    return _resolved(value)


def _check_memo(data: bytes) -> None:
    """Refuse slots that the pickle cannot need: the reader would make room for all slots below them."""
    for opcode, slot, _position in pickletools.genops(data):
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and not 0 <= int(slot or 0) <= len(data):
            raise pickle.UnpicklingError(f"memo slot {slot}")


def _resolved(value: Any) -> Any:
    if isinstance(value, _Array):
        if value.value is None:
            raise FileFormatError(explain("pickle", found="an array without contents", allowed=_ALLOWED))
        return value.value
    return value
