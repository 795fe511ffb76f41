"""One part of a run: its sums, and their files.

Sums of batches are joined by :func:`join_sums`; whatever the batches, the joined integers are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float32, Float64, Int16, Int32, Int64

from protlens.data.protein import AMINO_ACIDS
from protlens.files import replacing_folder
from protlens.runs.counts import SEPARATION_EDGES, STRATA, WEIGHTS, Bins
from protlens.runs.format import ARCS, CELLS, COLUMNS, COUNTS, LABELS, PROTEINS, SKIPPED, SUMS, of_reach, shard_folder
from protlens.runs.placed import PlacedArcs, ProteinLabels, join_placed, labels_table, no_arcs, placed_table
from protlens.runs.seal import write_seal
from protlens.runs.table_files import read_table, write_once

SHARES = ("to_special", "to_self", "to_previous", "to_next", "entropy", "distance")
BACKGROUND = ("pairs", "positive_pairs", "sites", "positive_sites")


@dataclass(frozen=True, slots=True)
class Background:
    """How often each property holds in each protein for each reach; -1 where the protein carries no labels.

    See ``PropertyCounts``; layers that attend as far share a reach.
    """

    pairs: Int64[np.ndarray, "protein reach property"]
    positive_pairs: Int64[np.ndarray, "protein reach property"]
    sites: Int64[np.ndarray, "protein reach property"]
    positive_sites: Int64[np.ndarray, "protein reach property"]


@dataclass(frozen=True, slots=True)
class KeptArcs:
    """Single arcs; positions are zero-based residues, all arrays are ``[arc]``."""

    protein: Int32[np.ndarray, " arc"]
    layer: Int16[np.ndarray, " arc"]
    head: Int16[np.ndarray, " arc"]
    query: Int32[np.ndarray, " arc"]
    key: Int32[np.ndarray, " arc"]
    weight: Float32[np.ndarray, " arc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardSums:
    """The sums of some proteins.

    Parameters
    ----------
    properties, pair_properties
        Names of the property classes, in the order of the property axis, and of those of the pair, which come last.
    proteins, lengths
        The number of each protein in the run's ``proteins.parquet`` and how many of its residues were analysed.
    arcs, eligible, hits, residues
        As in ``PropertyCounts``, for all properties at once.
    histogram_eligible, histogram_hits
        Pairs in each bin of weight but the lowest.
    weights
        The sums of ``WeightSums``.
    amino_acids, separations, to_special, to_self, to_previous, to_next, entropy, distance
        As in ``HeadSums``.
    background
        By protein, reach and property.
    strata
        Labelled sites of each protein in each stratum, and those where the property holds; zero where the protein
        carries no labels. Properties of the pair use the first nine strata (see ``StratumCounts``).
    labels
        Of each protein.
    columns, cells
        Arcs by attended-to residue, and by cell of pairs.
    arcs_kept
        None unless arcs were asked for.
    """

    properties: tuple[str, ...]
    pair_properties: tuple[str, ...]
    proteins: Int32[np.ndarray, " protein"]
    lengths: Int32[np.ndarray, " protein"]
    arcs: Int64[np.ndarray, "protein layer head"]
    eligible: Int64[np.ndarray, "protein layer head property"]
    hits: Int64[np.ndarray, "protein layer head property"]
    residues: Int64[np.ndarray, "protein layer head property"]
    histogram_eligible: Int64[np.ndarray, "layer head bin property"]
    histogram_hits: Int64[np.ndarray, "layer head bin property"]
    amino_acids: Int64[np.ndarray, "protein layer head amino_acid=20"]
    separations: Int64[np.ndarray, "protein layer head band"]
    weights: Float64[np.ndarray, "sum=7 layer head property"]
    to_special: Float64[np.ndarray, "layer head"]
    to_self: Float64[np.ndarray, "layer head"]
    to_previous: Float64[np.ndarray, "layer head"]
    to_next: Float64[np.ndarray, "layer head"]
    entropy: Float64[np.ndarray, "layer head"]
    distance: Float64[np.ndarray, "layer head"]
    background: Background
    strata: Int64[np.ndarray, "protein reach property stratum=20 2"]
    labels: tuple[ProteinLabels, ...]
    columns: PlacedArcs
    cells: PlacedArcs
    arcs_kept: KeptArcs | None


_PER_PROTEIN = frozenset(
    {"proteins", "lengths", "arcs", "eligible", "hits", "residues", "amino_acids", "separations", "strata"}
)


_NO_ARCS = KeptArcs(
    protein=np.zeros(0, np.int32),
    layer=np.zeros(0, np.int16),
    head=np.zeros(0, np.int16),
    query=np.zeros(0, np.int32),
    key=np.zeros(0, np.int32),
    weight=np.zeros(0, np.float32),
)


def empty_sums(
    properties: tuple[str, ...],
    bins: Bins,
    *,
    pair_properties: tuple[str, ...],
    layers: int,
    heads: int,
    reaches: int = 1,
) -> ShardSums:
    """Return the sums of no proteins, which change nothing when they are joined to others."""
    head, classes = (layers, heads), len(properties)
    per_bin = np.zeros((*head, len(bins.inner), classes), np.int64)
    per_protein = np.zeros((0, *head, classes), np.int64)
    return ShardSums(
        properties=properties,
        pair_properties=pair_properties,
        proteins=np.zeros(0, np.int32),
        lengths=np.zeros(0, np.int32),
        arcs=np.zeros((0, *head), np.int64),
        eligible=per_protein,
        hits=per_protein,
        residues=per_protein,
        histogram_eligible=per_bin,
        histogram_hits=per_bin,
        amino_acids=np.zeros((0, *head, len(AMINO_ACIDS)), np.int64),
        separations=np.zeros((0, *head, len(SEPARATION_EDGES)), np.int64),
        weights=np.zeros((len(WEIGHTS), *head, classes)),
        **{name: np.zeros(head) for name in SHARES},
        background=Background(*(np.zeros((0, reaches, classes), np.int64) for _ in BACKGROUND)),
        strata=np.zeros((0, reaches, classes, STRATA, 2), np.int64),
        labels=(),
        columns=no_arcs(1),
        cells=no_arcs(len(pair_properties)),
        arcs_kept=None if bins.keep_arcs is None else _NO_ARCS,
    )


def join_sums(parts: Sequence[ShardSums]) -> ShardSums:
    """Return the sums of all proteins of the parts, in the order of their numbers."""
    order = np.argsort(np.concatenate([part.proteins for part in parts]))
    joined: dict[str, Any] = {name: getattr(parts[0], name) for name in ("properties", "pair_properties")}
    labels = [one for part in parts for one in part.labels]
    joined["labels"] = tuple(labels[place] for place in order)
    joined |= {name: join_placed([getattr(part, name) for part in parts]) for name in ("columns", "cells")}
    for name in (field.name for field in fields(ShardSums)):
        values = [getattr(part, name) for part in parts]
        if name in _PER_PROTEIN:
            joined[name] = np.concatenate(values)[order]
        elif isinstance(values[0], np.ndarray):
            joined[name] = np.sum(values, axis=0)
    joined["background"] = Background(
        *(np.concatenate([getattr(part.background, name) for part in parts])[order] for name in BACKGROUND)
    )
    kept = [part.arcs_kept for part in parts if part.arcs_kept is not None]
    joined["arcs_kept"] = join_arcs(kept) if kept else None
    return ShardSums(**joined)


def join_arcs(parts: Sequence[KeptArcs]) -> KeptArcs:
    """Return the arcs of all parts, in their order; there is at least one part."""
    names = [field.name for field in fields(KeptArcs)]
    return KeptArcs(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def write_shard(run: Path, shard: int, sums: ShardSums, skipped: Mapping[int, str], *, belongs_to: str) -> None:
    """Write one shard into a run directory; its folder appears whole or not at all.

    Parameters
    ----------
    run, shard
        The directory, and the number of the shard.
    sums
        Sums of the proteins that were analysed.
    skipped
        The numbers of those that were not, with the reason.
    belongs_to
        Fingerprint of the run's manifest.
    """
    with replacing_folder(shard_folder(run, shard)) as folder:
        write_once(_proteins_table(sums), folder / PROTEINS)
        write_once(_counts_table(sums), folder / COUNTS)
        write_once(_labels_table(sums), folder / LABELS)
        write_once(placed_table(sums.columns, "key", ["arcs"]), folder / COLUMNS)
        eligible = [f"eligible:{name}" for name in sums.pair_properties]
        write_once(placed_table(sums.cells, "cell", eligible), folder / CELLS)
        write_once(_sums_table(sums), folder / SUMS)
        write_once(pa.table(_skipped_columns(skipped)), folder / SKIPPED)
        if sums.arcs_kept is not None:
            write_once(_arcs_table(sums.arcs_kept), folder / ARCS)
        write_seal(folder, belongs_to=belongs_to)


def read_skipped(run: Path, shards: Sequence[int]) -> dict[int, str]:
    """Return the reason for each protein that was skipped in these shards."""
    tables = [read_table(run, shard_folder(run, shard) / SKIPPED) for shard in shards]
    return {row["protein"]: row["reason"] for table in tables for row in table.to_pylist()}


def _skipped_columns(skipped: Mapping[int, str]) -> dict[str, pa.Array]:
    return {"protein": pa.array(skipped.keys(), pa.int32()), "reason": pa.array(skipped.values(), pa.string())}


def _proteins_table(sums: ShardSums) -> pa.Table:
    columns = {"protein": pa.array(sums.proteins), "residues": pa.array(sums.lengths)}
    for (column, name), number in product(enumerate(sums.properties), range(sums.strata.shape[1])):
        for part in BACKGROUND:
            values = getattr(sums.background, part)[:, number, column]
            columns[of_reach(part, number, name)] = pa.array(values, mask=values < 0)
        columns[of_reach("strata", number, name)] = _lists(sums.strata[:, number, column], 1)
    return pa.table(columns)


def _counts_table(sums: ShardSums) -> pa.Table:
    proteins, layers, _ = sums.arcs.shape
    columns = {
        "protein": pa.array(np.repeat(sums.proteins, layers)),
        "layer": pa.array(np.tile(np.arange(layers, dtype=np.int16), proteins)),
        "arcs": _lists(sums.arcs, 2),
        "amino_acids": _lists(sums.amino_acids, 2),
        "separations": _lists(sums.separations, 2),
    }
    for column, name in enumerate(sums.properties):
        columns[f"eligible:{name}"] = _lists(sums.eligible[..., column], 2)
        columns[f"hits:{name}"] = _lists(sums.hits[..., column], 2)
        columns[f"residues:{name}"] = _lists(sums.residues[..., column], 2)
    return pa.table(columns)


def _labels_table(sums: ShardSums) -> pa.Table:
    residue = sums.properties[: len(sums.properties) - len(sums.pair_properties)]
    return labels_table(
        sums.proteins, sums.labels, residue=residue, pair=sums.pair_properties, reaches=sums.strata.shape[1]
    )


def _sums_table(sums: ShardSums) -> pa.Table:
    columns = {
        "layer": pa.array(np.arange(len(sums.entropy), dtype=np.int16)),
    }
    columns.update((name, _lists(getattr(sums, name), 1)) for name in SHARES)
    for column, name in enumerate(sums.properties):
        columns[f"histogram_eligible:{name}"] = _lists(sums.histogram_eligible[..., column], 1)
        columns[f"histogram_hits:{name}"] = _lists(sums.histogram_hits[..., column], 1)
        for place, part in enumerate(WEIGHTS):
            columns[f"weight_{part}:{name}"] = _lists(sums.weights[place, ..., column], 1)
    return pa.table(columns)


def _arcs_table(arcs: KeptArcs) -> pa.Table:
    return pa.table({field.name: pa.array(getattr(arcs, field.name)) for field in fields(KeptArcs)})


def _lists(values: np.ndarray, axes: int) -> pa.Array:
    """Return one fixed-size list for each place of the leading axes, the other axes flattened into it."""
    size = int(np.prod(values.shape[axes:]))
    return pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(values).ravel()), size)
