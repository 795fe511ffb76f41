"""Where labels lie in each protein, and where the arcs of each head fall.

``labels.parquet`` has one row a protein, ``columns.parquet`` one for each residue that a head attends to, and
``cells.parquet`` one for each cell of pairs (see ``protlens.runs.sites``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
from jaxtyping import Int16, Int32, UInt8

from protlens.runs.format import of_reach

CELL_PARTS = ("cells", "cell_pairs", "cell_positive")
"""The columns of a pair property in ``labels.parquet``."""


@dataclass(frozen=True, slots=True)
class ProteinLabels:
    """The labels of one protein.

    Parameters
    ----------
    amino_acids
        The place of each letter in ``AMINO_ACIDS``, 20 for other letters.
    burial
        How deep each residue lies (see ``protlens.data.burial``).
    residues
        For each residue property 0 where it is not known, 1 where it is known, 2 where it holds; None without labels.
    cells
        For each reach and pair property the cells that have eligible pairs, how many, and how many with the property,
        ``[3, cell]``; None without labels.
    """

    amino_acids: UInt8[np.ndarray, " residue"]
    burial: UInt8[np.ndarray, " residue"]
    residues: tuple[UInt8[np.ndarray, " residue"] | None, ...]
    cells: tuple[tuple[Int32[np.ndarray, "part=3 _"] | None, ...], ...]


@dataclass(frozen=True, slots=True)
class PlacedArcs:
    """Arcs at the threshold by head and place, ordered by protein, layer, head and place; a place stands once.

    Parameters
    ----------
    protein, layer, head
        Of each row.
    place
        The attended-to residue, or the cell of the pair.
    arcs
        How many; for cells one column for each pair property, with the eligible ones.
    """

    protein: Int32[np.ndarray, " row"]
    layer: Int16[np.ndarray, " row"]
    head: Int16[np.ndarray, " row"]
    place: Int32[np.ndarray, " row"]
    arcs: Int32[np.ndarray, "row column"]


def no_arcs(columns: int) -> PlacedArcs:
    """Return no rows, with room for some columns."""
    wide, narrow = np.zeros(0, np.int32), np.zeros(0, np.int16)
    return PlacedArcs(wide, narrow, narrow, wide, np.zeros((0, columns), np.int32))


def join_placed(parts: Sequence[PlacedArcs]) -> PlacedArcs:
    """Return the rows of all parts, in the order of protein, layer, head and place."""
    names = PlacedArcs.__slots__
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort([joined[name] for name in ("place", "head", "layer", "protein")])
    return PlacedArcs(**{name: values[order] for name, values in joined.items()})


def placed_table(placed: PlacedArcs, place: str, columns: Sequence[str]) -> pa.Table:
    """Return the rows as a table, with a name for the place and for each column of arcs."""
    plain = {name: pa.array(getattr(placed, name)) for name in ("protein", "layer", "head")}
    counts = {name: pa.array(np.ascontiguousarray(placed.arcs[:, i])) for i, name in enumerate(columns)}
    return pa.table({**plain, place: pa.array(placed.place), **counts})


def labels_table(
    proteins: Int32[np.ndarray, " protein"],
    labels: Sequence[ProteinLabels],
    *,
    residue: Sequence[str],
    pair: Sequence[str],
    reaches: int,
) -> pa.Table:
    """Return the labels of proteins as a table, one row each.

    Parameters
    ----------
    proteins, labels
        Numbers of the proteins, and what they carry.
    residue, pair
        The names of the properties of either level.
    reaches
        How many there are.
    """
    columns = {"protein": pa.array(proteins)}
    columns |= {name: _binary([getattr(one, name) for one in labels]) for name in ("amino_acids", "burial")}
    for i, name in enumerate(residue):
        columns[f"labels:{name}"] = _binary([one.residues[i] for one in labels])
    for number, (i, name), (row, part) in product(range(reaches), enumerate(pair), enumerate(CELL_PARTS)):
        found = [None if (cells := one.cells[number][i]) is None else cells[row] for one in labels]
        columns[of_reach(part, number, name)] = pa.array(found, pa.list_(pa.int32()))
    return pa.table(columns)


def _binary(rows: Sequence[np.ndarray | None]) -> pa.Array:
    return pa.array([None if row is None else row.tobytes() for row in rows], pa.binary())
