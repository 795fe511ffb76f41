"""Sums over all proteins of a run, of parts that are read one at a time and added in their order."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Totals: TypeAlias = dict[str, Any]
"""By the name of a column: a number, or an array of what stands in each layer, one after the other.

``labelled:CLASS`` counts the proteins that carry labels of a class.
"""


def run_totals(
    sums: Iterable[pa.Table], proteins: Iterable[pa.Table], counts: Iterable[pa.Table], *, layers: int
) -> Totals:
    """Return the sums of what a run has by protein and by layer.

    Parameters
    ----------
    sums, proteins, counts
        Parts of the files of these names, with the columns that are wanted.
    layers
        Of the model.
    """

    def by_protein_and_layer(part: pa.Table) -> Totals:
        return {
            name: _flat(part[name]).reshape(len(part) // layers, layers, -1).sum(axis=0).ravel()
            for name in part.column_names
        }

    return {**_added(_by_layer, sums), **_added(_by_protein, proteins), **_added(by_protein_and_layer, counts)}


def _added(summed: Callable[[pa.Table], Totals], parts: Iterable[pa.Table]) -> Totals:
    totals: Totals = {}
    for part in parts:
        for name, value in summed(part).items():
            totals[name] = totals[name] + value if name in totals else value
    return totals


def _by_layer(part: pa.Table) -> Totals:
    return {name: _flat(part[name]) for name in part.column_names}


def _by_protein(part: pa.Table) -> Totals:
    totals = {name: int(pc.sum(part[name]).as_py() or 0) for name in part.column_names}
    labelled = [name for name in part.column_names if name.startswith("sites:")]
    return totals | {f"labelled:{name[6:]}": len(part) - part[name].null_count for name in labelled}


def _flat(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.combine_chunks().flatten().to_numpy(zero_copy_only=False))
