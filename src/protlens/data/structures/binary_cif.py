"""BinaryCIF, decoded into the same block that mmCIF text is parsed into.

The format: MessagePack, each column of each category as bytes under a chain of encodings (Sehnal et al., 2020,
doi:10.1371/journal.pcbi.1008247, and https://github.com/molstar/BinaryCIF).
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import gemmi
import msgpack
import numpy as np

from protlens.errors import FileFormatError

MAX_ROWS = 20_000_000
"""A column that claims more rows than this is not decoded: a run length of eight bytes can stand for gigabytes."""

Step: TypeAlias = Mapping[str, Any]
Values: TypeAlias = np.ndarray[Any, Any]

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


def read_binary_cif(content: bytes) -> gemmi.cif.Block:
    """Return the first data block, with the categories that describe a structure.

    Raises
    ------
    FileFormatError
        If the bytes are not BinaryCIF, or a column claims more than ``MAX_ROWS`` rows.
    """
    try:
        described = msgpack.unpackb(content)["dataBlocks"][0]
        block = gemmi.cif.Block(described["header"])
        for category in described["categories"]:
            if category["name"] in _CATEGORIES and category["columns"]:
                block.set_mmcif_category(f"{category['name']}.", _columns(category))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError) as error:
        reason = str(error) or type(error).__name__
        raise FileFormatError(f"damaged BinaryCIF ({reason})") from error
    return block


def _columns(category: Mapping[str, Any]) -> dict[str, list[Any]]:
    columns = {column["name"]: _column(column) for column in category["columns"]}
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"columns of {category['name']} differ in length")
    return columns


def _column(column: Mapping[str, Any]) -> list[Any]:
    values: list[Any] = _decode(column["data"]).tolist()
    if column.get("mask") is not None:
        mask = _decode(column["mask"]).tolist()
        substitutes = {_INAPPLICABLE: False, _MISSING: None}
        values = [substitutes.get(flag, value) for flag, value in zip(mask, values, strict=True)]
    return values


def _decode(encoded: Mapping[str, Any]) -> Values:
    values = encoded["data"]
    for step in reversed(encoded["encoding"]):
        values = _DECODERS[step["kind"]](values, step)
    return np.asarray(values)


def _byte_array(data: bytes, step: Step) -> Values:
    return np.frombuffer(data, _TYPES[step["type"]])


def _fixed_point(data: Values, step: Step) -> Values:
    return np.asarray(data / float(step["factor"]))


def _interval_quantization(data: Values, step: Step) -> Values:
    low, high, steps = step["min"], step["max"], step["numSteps"]
    return np.asarray(low + data * ((high - low) / (steps - 1)))


def _run_length(data: Values, step: Step) -> Values:
    values, repeats = data[0::2], data[1::2].astype(np.int64)
    if repeats.sum() != step["srcSize"] or step["srcSize"] > MAX_ROWS:
        raise ValueError(f"{repeats.sum()} values in runs, {step['srcSize']} announced, at most {MAX_ROWS} allowed")
    return np.repeat(values, repeats)


def _delta(data: Values, step: Step) -> Values:
    return np.cumsum(data, dtype=np.int64) + int(step["origin"])


def _integer_packing(data: Values, step: Step) -> Values:
    """Add up what was split: a value at the end of its range continues in the next one."""
    limits = np.iinfo(data.dtype)
    continues = data == limits.max
    if not step["isUnsigned"]:
        continues |= data == limits.min
    if not len(data):
        return data
    starts = np.flatnonzero(np.r_[True, ~continues[:-1]])
    return np.add.reduceat(data, starts, dtype=np.int64)


def _string_array(data: bytes, step: Step) -> Values:
    text = step["stringData"].encode("ascii", "replace").decode()
    offsets = _decode({"data": step["offsets"], "encoding": step["offsetEncoding"]}).tolist()
    strings = [text[start:end] for start, end in pairwise(offsets)]
    table: Values = np.array([*strings, ""], dtype=object)
    return np.asarray(table[_decode({"data": data, "encoding": step["dataEncoding"]})])


_DECODERS: Mapping[str, Callable[[Any, Step], Values]] = {
    "ByteArray": _byte_array,
    "FixedPoint": _fixed_point,
    "IntervalQuantization": _interval_quantization,
    "RunLength": _run_length,
    "Delta": _delta,
    "IntegerPacking": _integer_packing,
    "StringArray": _string_array,
}
