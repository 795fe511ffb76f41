"""Which proteins are analysed, how far, and in which parts."""

from dataclasses import dataclass

import numpy as np

from protlens.data.dataset import Dataset
from protlens.extraction.options import ExtractionOptions


@dataclass(frozen=True, slots=True)
class Plan:
    """The proteins of a run, in parts.

    Parameters
    ----------
    chosen
        Positions in the data set, ascending; a protein's number in the run is its place in this list.
    max_length
        Chains are cut after this many residues.
    shards
        Numbers of proteins of similar length, the longest first.
    """

    chosen: tuple[int, ...]
    max_length: int
    shards: tuple[tuple[int, ...], ...]


def make_plan(dataset: Dataset, options: ExtractionOptions, *, max_residues: int | None) -> Plan:
    """Plan a run; the same data set and options give the same plan.

    Parameters
    ----------
    dataset, options
        Of the run.
    max_residues
        What the model's input holds, or None.
    """
    positions = np.arange(len(dataset))
    if options.limit is not None and options.limit < len(dataset):
        positions = np.sort(np.random.default_rng(options.seed).permutation(positions)[: options.limit])
    max_length = min(options.max_length, max_residues or options.max_length)
    lengths = np.minimum(np.array(dataset.lengths)[positions], max_length)
    order = np.argsort(-lengths, kind="stable")
    part = (np.cumsum(lengths[order]) - lengths[order]) // options.shard_residues
    shards = tuple(tuple(order[part == number].tolist()) for number in np.unique(part))
    return Plan(tuple(positions.tolist()), max_length, shards)
