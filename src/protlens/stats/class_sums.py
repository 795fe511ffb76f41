"""What one property class comes to over all proteins: sums of blocks, from which its tables are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import add

import numpy as np
from jaxtyping import Float64, Int64

from protlens.runs.counts import PropertyCounts, WeightSums
from protlens.runs.property_blocks import PropertyBlocks
from protlens.stats.additive import Additive
from protlens.stats.alignment import by_head
from protlens.stats.background import expected_hits
from protlens.stats.controls import Expectations, ScoresByPart, chances_of, left_of
from protlens.stats.hit_sums import HitSums, PerHead, member_values
from protlens.stats.layer_groups import over_layers
from protlens.stats.units import OpenUnits, rounds
from protlens.typing import Level

Counted = Int64[np.ndarray, " head"]


@dataclass(frozen=True, slots=True)
class HeadTotals(Additive):
    """Sums over proteins for each head, with layers and heads on one axis.

    Parameters
    ----------
    arcs, eligible, hits, residues
        As in ``PropertyCounts``.
    proteins, proteins_eligible
        Proteins with an arc, and with an eligible one.
    sites, positive_sites
        Labelled sites and those with the property, which differ between heads where layers attend not as far.
    expected
        The hits to be expected if eligible arcs fell at random within each protein.
    units
        Groups of relatives, of all heads alike.
    arcs_squared, eligible_squared
        Sums over groups of relatives of the square of their arcs.
    """

    arcs: Counted
    eligible: Counted
    hits: Counted
    residues: Counted
    proteins: Counted
    proteins_eligible: Counted
    sites: Counted
    positive_sites: Counted
    expected: PerHead
    units: int
    arcs_squared: PerHead
    eligible_squared: PerHead


@dataclass(frozen=True, slots=True)
class ClassSums:
    """The sums of one property class.

    Parameters
    ----------
    name, level
        Of the class.
    shape
        Layers and heads.
    totals
        Of each head.
    placed
        Whether distinct residues are known.
    sited
        Whether it is known where labels lie and arcs fall.
    hits
        Beside what each expectation gives.
    left
        The share of the variance that the fit of each leaves, None without a fit.
    weights
        All attention, whatever the weight.
    """

    name: str
    level: Level
    shape: tuple[int, int]
    totals: HeadTotals
    placed: bool
    sited: bool
    hits: dict[str, HitSums]
    left: dict[str, PerHead | None]
    weights: WeightSums | None

    @property
    def heads(self) -> int:
        """How many there are in all layers."""
        return self.shape[0] * self.shape[1]


def class_sums(blocks: PropertyBlocks, expected: Expectations) -> ClassSums:
    """Return the sums of one property class, one block in memory at a time.

    Parameters
    ----------
    blocks
        Its sums by block.
    expected
        What hits are set against.
    """
    summed = reduce(_joined, _block_sums(blocks, expected))
    heads, layers = blocks.heads, blocks.layers
    return ClassSums(
        blocks.name,
        blocks.level,
        (sum(map(len, layers)), heads),
        summed.totals,
        summed.placed,
        blocks.sites is not None,
        summed.hits,
        {name: left_of(summed.scores.get(name, {}), layers, heads) for name in expected},
        blocks.weights,
    )


@dataclass(frozen=True, slots=True)
class _BlockSums:
    totals: HeadTotals
    placed: bool
    hits: dict[str, HitSums]
    scores: ScoresByPart


def _joined(one: _BlockSums, other: _BlockSums) -> _BlockSums:
    return _BlockSums(
        one.totals + other.totals,
        one.placed,
        {name: add(sums, other.hits[name]) for name, sums in one.hits.items()},
        {
            name: {number: add(sums, other.scores[name][number]) for number, sums in parts.items()}
            for name, parts in one.scores.items()
        },
    )


def _block_sums(blocks: PropertyBlocks, expected: Expectations) -> Iterator[_BlockSums]:
    """Yield the sums of each block, where relatives count in the block that has the last of them."""
    each = 8 * sum(map(len, blocks.layers)) * blocks.heads * (3 + 3 * len(expected))
    for families in rounds(blocks.families, bytes_each=each):
        waiting = OpenUnits(blocks.families)
        for number, counts in blocks.counts(families):
            chances, scores = chances_of(counts, expected)
            arcs = by_head(counts.arcs)[:, None].astype(np.float64)
            members = member_values(counts.hits, counts.eligible, chances)
            closed = waiting.closed(number, counts.units, np.concatenate([arcs, members], axis=1))
            hits = dict(zip(expected, HitSums.each(closed[:, 1:]), strict=True))
            yield _BlockSums(_totals(counts, closed), counts.residues is not None, hits, scores)


def _totals(counts: PropertyCounts, closed: Float64[np.ndarray, "unit value flat"]) -> HeadTotals:
    """Return the totals of a block, given arcs and eligible arcs of the groups that are complete with it."""
    arcs, eligible = by_head(counts.arcs), by_head(counts.eligible)
    squares = (closed[:, :2] ** 2).sum(axis=0)
    nothing = np.zeros(arcs.shape[1], np.int64)
    return HeadTotals(
        arcs=arcs.sum(axis=0),
        eligible=eligible.sum(axis=0),
        hits=by_head(counts.hits).sum(axis=0),
        residues=nothing if counts.residues is None else by_head(counts.residues).sum(axis=0),
        proteins=(arcs > 0).sum(axis=0),
        proteins_eligible=(eligible > 0).sum(axis=0),
        sites=over_layers(counts, partial(_total, "sites")).ravel(),
        positive_sites=over_layers(counts, partial(_total, "positive_sites")).ravel(),
        expected=by_head(over_layers(counts, expected_hits)).sum(axis=0),
        units=len(closed),
        arcs_squared=squares[0],
        eligible_squared=squares[1],
    )


def _total(name: str, counts: PropertyCounts) -> Int64[np.ndarray, "layer head"]:
    """Return a sum over proteins, the same for each head."""
    return np.full(counts.arcs.shape[1:], int(getattr(counts, name).sum()), np.int64)
