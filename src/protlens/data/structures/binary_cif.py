"""BinaryCIF, decoded into the same block that mmCIF text is parsed into.

The format: MessagePack, each column of each category as bytes under a chain of encodings (Sehnal et al., 2020,
doi:10.1371/journal.pcbi.1008247, and https://github.com/molstar/BinaryCIF).
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import gemmi
import msgpack
import numpy as np

from protlens.errors import FileFormatError

MAX_CELLS = 100_000_000
"""Values of all columns together; the largest entries of the PDB have about half of this."""

FREE_CELLS, CELLS_PER_BYTE = 1_000_000, 20
"""A file stands for no more values than the first, and the second for each of its bytes; entries have 1 to 4 a byte."""

MAX_CONTAINERS = 200_000
"""Lists and maps in a file; entries have some thousands."""

_MOST_STEPS = 8
_LONGEST_TEXT = 16

Step: TypeAlias = Mapping[str, Any]
Values: TypeAlias = np.ndarray[Any, Any]
Container = TypeVar("Container", list[Any], dict[str, Any])

_CATEGORIES = frozenset(
    {
        "_atom_site",
        "_cell",
        "_entity",
        "_entity_poly",
        "_entity_poly_seq",
        "_entry",
        "_exptl",
        "_pdbx_struct_mod_residue",
        "_refine",
        "_struct_asym",
        "_struct_conn",
        "_struct_site_gen",
        "_symmetry",
    }
)
_TYPES = {1: "<i1", 2: "<i2", 3: "<i4", 4: "<u1", 5: "<u2", 6: "<u4", 32: "<f4", 33: "<f8"}
_INAPPLICABLE, _MISSING = 1, 2


class _Budget:
    """How many values a file may still stand for."""

    def __init__(self, size: int) -> None:
        self._most = min(MAX_CELLS, FREE_CELLS + CELLS_PER_BYTE * size)
        self._cells = self._most
        self._letters = self._most * _LONGEST_TEXT
        self._containers = MAX_CONTAINERS

    def spend(self, cells: int) -> None:
        """Take values off, before they are made."""
        self._cells -= cells
        if cells < 0 or self._cells < 0:
            raise ValueError(f"columns of more than {self._most} values")

    def spend_letters(self, letters: int) -> None:
        """Take the letters of texts off, before these are put in their places."""
        self._letters -= letters
        if self._letters < 0:
            raise ValueError(f"texts longer than {_LONGEST_TEXT} letters on average")

    def spend_container(self, container: Container) -> Container:
        """Count a list or a map while MessagePack is read."""
        self._containers -= 1
        if self._containers < 0:
            raise ValueError(f"more than {MAX_CONTAINERS} lists and maps")
        return container


def read_binary_cif(content: bytes) -> gemmi.cif.Block:
    """Return the first data block, with the categories that describe a structure.

    Raises
    ------
    FileFormatError
        If the bytes are not BinaryCIF, or stand for more values than ``MAX_CELLS``, or than a file of their size can.
    """
    budget = _Budget(len(content))
    try:
        hooks = {"object_hook": budget.spend_container, "list_hook": budget.spend_container}
        described = msgpack.unpackb(content, **hooks)["dataBlocks"][0]
        block = gemmi.cif.Block(described["header"])
        for category in described["categories"]:
            if category["name"] in _CATEGORIES and category["columns"]:
                block.set_mmcif_category(f"{category['name']}.", _columns(category, budget))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError) as error:
        reason = str(error) or type(error).__name__
        raise FileFormatError(f"damaged BinaryCIF ({reason[:200]})") from error
    return block


def _columns(category: Mapping[str, Any], budget: _Budget) -> dict[str, list[Any]]:
    columns = {column["name"]: _column(column, budget) for column in category["columns"]}
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"columns of {category['name']} differ in length")
    return columns


def _column(column: Mapping[str, Any], budget: _Budget) -> list[Any]:
    values: list[Any] = _decode(column["data"], budget).tolist()
    if column.get("mask") is not None:
        mask = _decode(column["mask"], budget).tolist()
        substitutes = {_INAPPLICABLE: False, _MISSING: None}
        values = [substitutes.get(flag, value) for flag, value in zip(mask, values, strict=True)]
    return values


def _decode(encoded: Mapping[str, Any], budget: _Budget) -> Values:
    values = encoded["data"]
    if len(encoded["encoding"]) > _MOST_STEPS:
        raise ValueError(f"{len(encoded['encoding'])} encodings of one column")
    for step in reversed(encoded["encoding"]):
        values = _DECODERS[step["kind"]](values, step, budget)
    return np.asarray(values)


def _byte_array(data: bytes, step: Step, budget: _Budget) -> Values:
    values: Values = np.frombuffer(data, _TYPES[step["type"]])
    budget.spend(len(values))
    return values


def _fixed_point(data: Values, step: Step, _: _Budget) -> Values:
    return np.asarray(data / float(step["factor"]))


def _interval_quantization(data: Values, step: Step, _: _Budget) -> Values:
    low, high, steps = step["min"], step["max"], step["numSteps"]
    return np.asarray(low + data * ((high - low) / (steps - 1)))


def _run_length(data: Values, step: Step, budget: _Budget) -> Values:
    values, repeats = data[0::2], data[1::2].astype(np.int64)
    if np.any((repeats < 0) | (repeats > MAX_CELLS)) or repeats.sum() != step["srcSize"]:
        raise ValueError(f"runs of other lengths than the {step['srcSize']} values that are announced")
    budget.spend(int(repeats.sum()))
    return np.repeat(values, repeats)


def _delta(data: Values, step: Step, _: _Budget) -> Values:
    return np.cumsum(data, dtype=np.int64) + int(step["origin"])


def _integer_packing(data: Values, step: Step, _: _Budget) -> Values:
    """Add up what was split: a value at the end of its range continues in the next one."""
    limits = np.iinfo(data.dtype)
    continues = data == limits.max
    if not step["isUnsigned"]:
        continues |= data == limits.min
    if not len(data):
        return data
    starts = np.flatnonzero(np.r_[True, ~continues[:-1]])
    return np.add.reduceat(data, starts, dtype=np.int64)


def _string_array(data: bytes, step: Step, budget: _Budget) -> Values:
    text = step["stringData"].encode("ascii", "replace").decode()
    offsets = _decode({"data": step["offsets"], "encoding": step["offsetEncoding"]}, budget)
    indices = _decode({"data": data, "encoding": step["dataEncoding"]}, budget)
    lengths = np.append(np.diff(offsets), 0)
    if np.any(lengths < 0):
        raise ValueError("texts that do not follow one another")
    budget.spend_letters(int(lengths[indices].sum()))
    strings = [text[start:end] for start, end in pairwise(offsets.tolist())]
    table: Values = np.array([*strings, ""], dtype=object)
    return np.asarray(table[indices])


_DECODERS: Mapping[str, Callable[[Any, Step, _Budget], Values]] = {
    "ByteArray": _byte_array,
    "FixedPoint": _fixed_point,
    "IntervalQuantization": _interval_quantization,
    "RunLength": _run_length,
    "Delta": _delta,
    "IntegerPacking": _integer_packing,
    "StringArray": _string_array,
}
