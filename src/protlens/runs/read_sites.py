"""From the files of a run to the sites of a property, and the arcs that fall on them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float64, Int64, Integer, UInt8

from protlens.reach import EVERYWHERE, Reach
from protlens.runs.format import of_reach
from protlens.runs.placed import CELL_PARTS
from protlens.runs.sites import CELLS, SiteArcs, Sites, cell_factors, chain_places


def residue_sites(
    labels: pa.Table,
    name: str,
    order: Int64[np.ndarray, " protein"],
    reach: Reach,
    *,
    before: Sites | None = None,
) -> Sites:
    """Return the labelled residues of one property of the residue.

    Parameters
    ----------
    labels
        ``labels.parquet`` of some shards, or some of its columns.
    name
        Of the property.
    order
        The rows of the proteins that carry labels, in the order that is wanted.
    reach
        How far the residues of the layers attend.
    before
        The sites of another property in the same table; where both have labels for the same residues, what was made of
        their places is shared.
    """
    codes, lengths = _bytes(labels[f"labels:{name}"], order)
    known = np.flatnonzero(codes)
    positive = (codes[known] == 2).astype(np.int64)
    where = order, known
    if before is not None and all(map(np.array_equal, before.once_of_places("where", lambda: where), where)):
        return before.labelled(positive)
    protein = np.repeat(np.arange(len(lengths)), lengths)[known]
    position = known - (np.cumsum(lengths) - lengths)[protein]
    factors = {
        "amino acid": _bytes(labels["amino_acids"], order)[0][known].astype(np.int64),
        "place": chain_places(position, lengths[protein]),
    }
    if "burial" in labels.column_names:
        factors["burial"] = _bytes(labels["burial"], order)[0][known].astype(np.int64)
    offered = None if reach == EVERYWHERE else _offered(protein, position, lengths, reach)
    sites = Sites(protein, position, np.ones(len(protein), np.int64), positive, factors, offered)
    sites.once_of_places("where", lambda: where)
    return sites


def _bytes(
    column: pa.ChunkedArray, order: Int64[np.ndarray, " protein"]
) -> tuple[UInt8[np.ndarray, " residue"], Int64[np.ndarray, " protein"]]:
    """Return the bytes of the rows one after the other, and how many each has."""
    rows = _chosen(column, order)
    if not len(rows):
        return np.zeros(0, np.uint8), np.zeros(0, np.int64)
    _, offsets, values = rows.buffers()
    ends = np.frombuffer(offsets, np.int32)[rows.offset : rows.offset + len(rows) + 1]
    found = np.zeros(0, np.uint8) if values is None else np.frombuffer(values, np.uint8)[ends[0] : ends[-1]]
    return found, np.diff(ends).astype(np.int64)


def _chosen(column: pa.ChunkedArray, order: Int64[np.ndarray, " protein"]) -> Any:
    return column.combine_chunks().take(pa.array(order))


def _offered(
    protein: Int64[np.ndarray, " site"],
    position: Int64[np.ndarray, " site"],
    lengths: Int64[np.ndarray, " protein"],
    reach: Reach,
) -> Float64[np.ndarray, " site"]:
    """Return how many residues can attend to each site, over the mean of its protein."""
    found = np.zeros(len(protein))
    for length in np.unique(lengths):
        alike = lengths[protein] == length
        found[alike] = reach.queries(int(length))[position[alike]]
    mean = np.bincount(protein, found, minlength=len(lengths)) / np.maximum(
        np.bincount(protein, minlength=len(lengths)), 1
    )
    return np.asarray(found / mean[protein], np.float64)


def pair_sites(labels: pa.Table, name: str, order: Int64[np.ndarray, " protein"], number: int) -> Sites:
    """Return the cells of eligible pairs of one property of the pair, for the reach of this number."""
    rows = [_chosen(labels[of_reach(part, number, name)], order) for part in CELL_PARTS]
    cell, pairs, positive = (row.flatten().to_numpy(zero_copy_only=False).astype(np.int64) for row in rows)
    sizes = rows[0].value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    return Sites(np.repeat(np.arange(len(order)), sizes), cell, pairs, positive, cell_factors(cell))


def site_arcs(
    sites: Sites,
    placed: pa.Table,
    columns: tuple[str, str],
    *,
    numbers: Integer[np.ndarray, " protein"],
    layers: Sequence[int],
    heads: int,
) -> SiteArcs:
    """Return the arcs that fall on the sites of a property.

    Parameters
    ----------
    sites
        Of the property.
    placed
        ``columns.parquet`` or ``cells.parquet`` of the same shards.
    columns
        The names of the columns of the place and of the arcs.
    numbers
        The number of the protein in each row of ``PropertyCounts``, ascending.
    layers
        Those whose heads are wanted; heads are counted over them.
    heads
        Of each layer.
    """
    known, chosen = np.asarray(numbers, np.int64), np.asarray(layers, np.int64)
    protein, layer, arcs = (placed[name].to_numpy() for name in ("protein", "layer", columns[1]))
    row, part = (_places(*pair) for pair in ((known, protein), (chosen, layer)))
    kept = np.flatnonzero((row >= 0) & (part >= 0) & (arcs > 0))
    row, flat = row[kept], part[kept] * heads + placed["head"].to_numpy()[kept]
    place, arcs = (values[kept].astype(np.int64) for values in (placed[columns[0]].to_numpy(), arcs))
    room = max(int(place.max(initial=0)), int(sites.position.max(initial=0)), CELLS) + 1
    site = _places(sites.protein * room + sites.position, row * room + place)
    found = np.flatnonzero(site >= 0)
    found = found[np.lexsort([site[found], flat[found], row[found]])]
    return SiteArcs(flat[found], site[found], arcs[found])


def _places(ascending: Int64[np.ndarray, " _"], values: Integer[np.ndarray, " row"]) -> Int64[np.ndarray, " row"]:
    """Return where each value stands, -1 for one that is not there."""
    if not len(ascending):
        return np.full(len(values), -1)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.where(ascending[place] == values, place, -1)
