"""Which proteins are analysed, how far, and in which parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Int64

from protlens.data.dataset import Dataset
from protlens.errors import shortened
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.registry import unknown_name

WINDOW_RESIDUES = 2**22
"""About how many residues, in the order of the dataset, are sorted by length together.

Of a dataset that lies in files, what so many take in memory, some 160 megabytes, is kept: a group of rows is read once.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The proteins of a run, in parts.

    Parameters
    ----------
    chosen
        Positions in the dataset, ascending; a protein's number in the run is its place in this list.
    max_length
        Chains are cut after this many residues.
    shards
        Numbers of proteins of similar length, the longest first, window by window of the dataset.
    arcs_of
        Numbers of the proteins of which single arcs are kept, if any are; None for all.
    """

    chosen: tuple[int, ...]
    max_length: int
    shards: tuple[tuple[int, ...], ...]
    arcs_of: frozenset[int] | None = None


def make_plan(dataset: Dataset, options: ExtractionOptions, *, max_residues: int | None) -> Plan:
    """Plan a run; the same dataset and options give the same plan.

    Parameters
    ----------
    dataset, options
        What the run is of, and how it is made.
    max_residues
        What the model's input holds, or None.

    Raises
    ------
    UnknownNameError
        If arcs are to be kept of a protein that is not analysed.
    """
    positions = draw_positions(len(dataset), limit=options.limit, seed=options.seed)
    max_length = cut_length(options.max_length, max_residues)
    whole = np.array(dataset.lengths)[positions]
    shards = tuple(_cut(whole, np.minimum(whole, max_length), options.shard_residues))
    return Plan(tuple(positions.tolist()), max_length, shards, _arcs_of(dataset, options.arcs_of, positions))


def larger_shards(lengths: Sequence[int], max_length: int, *, residues: int, larger: int) -> list[list[int]]:
    """Return the numbers of the shards of a run that one with larger shards has together, for each of its own.

    Parameters
    ----------
    lengths
        Of the chosen proteins, whole.
    max_length
        Chains are cut after this many residues.
    residues, larger
        About how many residues the shards have, and the larger ones, a multiple of it.
    """
    whole = np.array(lengths)
    cut = np.minimum(whole, max_length)
    home = np.zeros(len(whole), np.int64)
    for number, shard in enumerate(_cut(whole, cut, larger)):
        home[list(shard)] = number
    groups: list[list[int]] = [[] for _ in range(int(home.max()) + 1)]
    for number, shard in enumerate(_cut(whole, cut, residues)):
        groups[int(home[shard[0]])].append(number)
    return groups


def plan_table(plan: Plan, dataset: Dataset) -> pl.DataFrame:
    """Return the plan as a table, one row a protein: its number, its row in the dataset, id, length and shard."""
    shard = np.zeros(len(plan.chosen), np.int32)
    for number, proteins in enumerate(plan.shards):
        shard[list(proteins)] = number
    chosen = np.array(plan.chosen, np.int64)
    return pl.DataFrame(
        {
            "protein": np.arange(len(chosen), dtype=np.int32),
            "row": chosen,
            "id": pl.Series(dataset.ids, dtype=pl.String).gather(chosen),
            "length": np.array(dataset.lengths, np.int32)[chosen],
            "shard": shard,
        }
    )


def _cut(
    whole: Int64[np.ndarray, " protein"], lengths: Int64[np.ndarray, " protein"], residues: int
) -> Iterator[tuple[int, ...]]:
    """Yield parts of about so many residues of cut chains, window by window of whole ones."""
    window = (np.cumsum(whole) - whole) // WINDOW_RESIDUES
    for number in np.unique(window):
        yield from _shards(np.flatnonzero(window == number), lengths, residues)


def _shards(
    numbers: Int64[np.ndarray, " number"], lengths: Int64[np.ndarray, " protein"], residues: int
) -> list[tuple[int, ...]]:
    """Cut proteins of these numbers into parts of about so many residues, the longest first."""
    order = numbers[np.argsort(-lengths[numbers], kind="stable")]
    part = (np.cumsum(lengths[order]) - lengths[order]) // residues
    return [tuple(one.tolist()) for one in np.split(order, np.flatnonzero(np.diff(part)) + 1)]


def _arcs_of(
    dataset: Dataset, names: tuple[str, ...] | None, positions: Int64[np.ndarray, " position"]
) -> frozenset[int] | None:
    if names is None:
        return None
    numbers = {dataset.ids[position]: number for number, position in enumerate(positions.tolist())}
    if unknown := [name for name in names if name not in numbers]:
        raise unknown_name("protein", shortened(unknown[0]), list(numbers))
    return frozenset(numbers[name] for name in names)


def draw_positions(count: int, *, limit: int | None, seed: int) -> Int64[np.ndarray, " position"]:
    """Return the positions of ``limit`` proteins of ``count``, drawn at random, ascending; None takes all."""
    positions = np.arange(count)
    if limit is None or limit >= count:
        return positions
    return np.sort(np.random.default_rng(seed).permutation(positions)[:limit])


def cut_length(max_length: int, max_residues: int | None) -> int:
    """Return after how many residues a chain is cut, given what was asked for and what the model's input holds."""
    return min(max_length, max_residues or max_length)
