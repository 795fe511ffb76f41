"""Which proteins are analysed, how far, and in which parts."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from protlens.data.dataset import Dataset
from protlens.extraction.extraction_options import ExtractionOptions


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
        Numbers of proteins of similar length, the longest first.
    """

    chosen: tuple[int, ...]
    max_length: int
    shards: tuple[tuple[int, ...], ...]


def make_plan(dataset: Dataset, options: ExtractionOptions, *, max_residues: int | None) -> Plan:
    """Plan a run; the same dataset and options give the same plan.

    Parameters
    ----------
    dataset, options
        What the run is of, and how it is made.
    max_residues
        What the model's input holds, or None.
    """
    positions = draw_positions(len(dataset), limit=options.limit, seed=options.seed)
    max_length = cut_length(options.max_length, max_residues)
    lengths = np.minimum(np.array(dataset.lengths)[positions], max_length)
    order = np.argsort(-lengths, kind="stable")
    part = (np.cumsum(lengths[order]) - lengths[order]) // options.shard_residues
    shards = tuple(tuple(order[part == number].tolist()) for number in np.unique(part))
    return Plan(tuple(positions.tolist()), max_length, shards)


def draw_positions(count: int, *, limit: int | None, seed: int) -> Int64[np.ndarray, " position"]:
    """Return the positions of ``limit`` proteins of ``count``, drawn at random, ascending; None takes all."""
    positions = np.arange(count)
    if limit is None or limit >= count:
        return positions
    return np.sort(np.random.default_rng(seed).permutation(positions)[:limit])


def cut_length(max_length: int, max_residues: int | None) -> int:
    """Return after how many residues a chain is cut, given what was asked for and what the model's input holds."""
    return min(max_length, max_residues or max_length)
