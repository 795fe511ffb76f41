"""The sums of one property class in blocks of proteins, so that no more than one block is held in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from protlens.runs.counts import PropertyCounts, WeightSums
from protlens.runs.sites import Sites
from protlens.typing import Level


@dataclass(frozen=True, slots=True)
class Families:
    """The groups of relatives of a run, numbered from zero, and the blocks over which each is spread.

    Parameters
    ----------
    first, last
        The first and the last block with a protein of each family.
    """

    first: Int64[np.ndarray, " family"]
    last: Int64[np.ndarray, " family"]

    @classmethod
    def of(cls, blocks: Sequence[Int64[np.ndarray, " _"]]) -> "Families":
        """Return where the families lie, given the family of each protein of each block."""
        size = max((int(families.max(initial=-1)) for families in blocks), default=-1) + 1
        first, last = np.zeros(size, np.int64), np.full(size, -1, np.int64)
        for number, families in enumerate(blocks):
            last[families] = number
        for number in range(len(blocks) - 1, -1, -1):
            first[blocks[number]] = number
        return cls(first, last)


@dataclass(frozen=True, slots=True)
class PropertyBlocks:
    """The sums of one property class; either function goes over the blocks anew, and reads one at a time.

    Parameters
    ----------
    name, level
        Name of the property class, and whether it is of residues or of pairs.
    layers
        The layers that attend as far, for each of the parts of ``PropertyCounts``; one part if all do.
    heads
        Of each layer.
    counts
        From families that are wanted, or None for all, to the number of each block with one of them and its sums.
        ``units`` are numbers of families.
    sites
        From the number of a part to where labels lie in each block; None for a run of version 1.
    families
        None if no relatives are known.
    weights
        All attention, whatever the weight; None in runs of versions 1 and 2.
    """

    name: str
    level: Level
    layers: tuple[tuple[int, ...], ...]
    heads: int
    counts: Callable[[Bool[np.ndarray, " family"] | None], Iterator[tuple[int, PropertyCounts]]]
    sites: Callable[[int], Iterator[Sites]] | None
    families: Families | None = None
    weights: WeightSums | None = None

    @classmethod
    def of(cls, counts: PropertyCounts) -> "PropertyBlocks":
        """Return sums that are in memory as one block."""
        parts = counts.parts or (counts,)
        layers = tuple(part.layers or tuple(range(part.arcs.shape[1])) for part in parts)
        labelled = [part.labelled for part in parts]

        def sites(number: int) -> Iterator[Sites]:
            found = labelled[number]
            return iter([] if found is None else [found])

        return cls(
            counts.name,
            counts.level,
            layers,
            counts.arcs.shape[2],
            lambda _: iter([(0, counts)]),
            None if any(found is None for found in labelled) else sites,
            weights=counts.weights,
        )
