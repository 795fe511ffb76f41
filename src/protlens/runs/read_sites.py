"""From the files of a run to the sites of a property, and the arcs that fall on them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from jaxtyping import Float64, Int64

from protlens.data.burial import UNKNOWN
from protlens.reach import EVERYWHERE, Reach
from protlens.runs.format import of_reach
from protlens.runs.placed import CELL_PARTS
from protlens.runs.sites import CELLS, SiteArcs, Sites, cell_factors, places

PLACED = 0.9
"""The least share of labelled residues that must have a position for how deep they lie to be held fixed."""


def residue_sites(labels: pa.Table, name: str, order: Sequence[int], reach: Reach) -> Sites:
    """Return the labelled residues of one property of the residue.

    Parameters
    ----------
    labels
        ``labels.parquet`` of all shards, or some of its columns.
    name
        Of the property.
    order
        The rows of the proteins that carry labels, in the order of the run.
    reach
        How far the residues of the layers attend.
    """
    codes, letters = (_rows(labels[column], order) for column in (f"labels:{name}", "amino_acids"))
    known = [np.flatnonzero(code) for code in codes]
    sizes = [len(rows) for rows in known]
    positive = _joined([code[rows] == 2 for code, rows in zip(codes, known, strict=True)])
    factors = {
        "amino acid": _joined([letter[rows] for letter, rows in zip(letters, known, strict=True)]),
        "place": _joined([places(len(code))[rows] for code, rows in zip(codes, known, strict=True)]),
    }
    if "burial" in labels.column_names:
        depth = _joined([one[rows] for one, rows in zip(_rows(labels["burial"], order), known, strict=True)])
        if len(depth) and (depth != UNKNOWN).mean() >= PLACED:
            factors["burial"] = depth
    protein = np.repeat(np.arange(len(order)), sizes)
    offered = None
    if reach != EVERYWHERE:
        queries = [_offered(rows, len(code), reach) for rows, code in zip(known, codes, strict=True)]
        offered = np.concatenate([np.zeros(0), *queries])
    return Sites(protein, _joined(known), np.ones(len(protein), np.int64), positive, factors, offered)


def _rows(column: pa.ChunkedArray, order: Sequence[int]) -> list[np.ndarray]:
    return [np.frombuffer(column[row].as_buffer(), np.uint8) for row in order]


def _offered(rows: Int64[np.ndarray, " site"], length: int, reach: Reach) -> Float64[np.ndarray, " site"]:
    queries = reach.queries(length)[rows].astype(np.float64)
    return np.asarray(queries / queries.mean()) if len(rows) else queries


def pair_sites(labels: pa.Table, name: str, order: Sequence[int], number: int) -> Sites:
    """Return the cells of eligible pairs of one property of the pair, for the reach of this number."""
    columns = [of_reach(part, number, name) for part in CELL_PARTS]
    found = [[labels[column][row].values.to_numpy(zero_copy_only=False) for row in order] for column in columns]
    cell, pairs, positive = (_joined(rows) for rows in found)
    protein = np.repeat(np.arange(len(order)), [len(rows) for rows in found[0]])
    return Sites(protein, cell, pairs, positive, cell_factors(cell))


def site_arcs(
    sites: Sites,
    placed: pa.Table,
    columns: tuple[str, str],
    *,
    numbers: Sequence[int],
    layers: Sequence[int],
    heads: int,
) -> SiteArcs:
    """Return the arcs that fall on the sites of a property.

    Parameters
    ----------
    sites
        Of the property.
    placed
        ``columns.parquet`` or ``cells.parquet`` of all shards.
    columns
        The names of the columns of the place and of the arcs.
    numbers
        The number of the protein in each row of ``PropertyCounts``.
    layers
        Those whose heads are wanted; heads are counted over them.
    heads
        Of each layer.
    """
    protein, layer, head, place, arcs = (
        placed[name].to_numpy().astype(np.int64) for name in ("protein", "layer", "head", *columns)
    )
    row = np.full(max([*numbers, int(protein.max(initial=0))]) + 1, -1)
    row[np.asarray(numbers, np.int64)] = np.arange(len(numbers))
    room = max(int(place.max(initial=0)), int(sites.position.max(initial=0)), CELLS) + 1
    wanted, there = row[protein] * room + place, sites.protein * room + sites.position
    site = np.minimum(np.searchsorted(there, wanted), max(len(there) - 1, 0))
    wanted_layer = np.full(max([*layers, int(layer.max(initial=0))]) + 1, -1)
    wanted_layer[np.asarray(layers, np.int64)] = np.arange(len(layers))
    there_too = (row[protein] >= 0) & (wanted_layer[layer] >= 0) & (arcs > 0)
    found = np.flatnonzero(there_too & (there[site] == wanted if len(there) else False))
    flat = (wanted_layer[layer] * heads + head)[found]
    order = np.lexsort([site[found], flat, row[protein[found]]])
    return SiteArcs(flat[order], site[found][order], arcs[found][order])


def _joined(parts: Sequence[np.ndarray]) -> Int64[np.ndarray, " site"]:
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64)
