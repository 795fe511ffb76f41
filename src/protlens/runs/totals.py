"""Sums over all proteins of a run, of parts that are read one at a time and added in their order."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Totals: TypeAlias = dict[str, Any]
"""By the name of a column: a number, or an array of what stands in each layer, one after the other.

``labelled:CLASS`` counts the proteins that carry labels of a class.
"""


def totals_by_layer(parts: Iterable[pa.Table]) -> Totals:
    """Return the sums of parts of ``sums.parquet``."""
    return _added({name: _flat(part[name]) for name in part.column_names} for part in parts)


def totals_by_protein(parts: Iterable[pa.Table]) -> Totals:
    """Return the sums of parts of ``proteins.parquet``."""
    return _added(map(_numbers, parts))


def totals_of_heads(parts: Iterable[pa.Table], *, layers: int) -> Totals:
    """Return the sums of parts of ``counts.parquet``, of a model of so many layers."""
    return _added(
        {name: _flat(part[name]).reshape(len(part) // layers, -1).sum(axis=0) for name in part.column_names}
        for part in parts
    )


def _added(parts: Iterable[Totals]) -> Totals:
    totals: Totals = {}
    for part in parts:
        for name, value in part.items():
            totals[name] = totals[name] + value if name in totals else value
    return totals


def _numbers(part: pa.Table) -> Totals:
    totals = {name: int(pc.sum(part[name]).as_py() or 0) for name in part.column_names}
    labelled = [name for name in part.column_names if name.startswith("sites:")]
    return totals | {f"labelled:{name[6:]}": len(part) - part[name].null_count for name in labelled}


def _flat(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.combine_chunks().flatten().to_numpy(zero_copy_only=False))
