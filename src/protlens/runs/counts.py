"""The sums of a run, as dense arrays.

Sums of parts (proteins, batches, shards) add up to the sums of the whole. An *arc* is an ordered residue pair whose
attention weight is at least the run's threshold. Axes: ``protein layer head bin``; a bin is an interval of weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float64, Int64

from protlens.runs.sites import SiteArcs, Sites
from protlens.typing import HeadCounts, Level, ProteinCounts

HeadWeights: TypeAlias = Float64[np.ndarray, "layer head"]

BIN_WIDTH = 0.05
"""Width of the bins of attention weight; the run's threshold is one more edge if it is not a multiple."""


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of attention weight: multiples of ``BIN_WIDTH`` from 0 to 1, the threshold, and the floor of kept arcs.

    Parameters
    ----------
    threshold
        Smallest weight of an arc, above 0 and at most 1.
    keep_arcs
        Smallest weight of an arc that is kept singly, or None.
    """

    threshold: float
    keep_arcs: float | None = None

    @property
    def edges(self) -> tuple[float, ...]:
        """Ascending, from 0 to 1."""
        regular = {round(i * BIN_WIDTH, 10) for i in range(round(1 / BIN_WIDTH) + 1)}
        extra = {self.threshold} if self.keep_arcs is None else {self.threshold, self.keep_arcs}
        return tuple(sorted(regular | extra))

    @property
    def inner(self) -> tuple[float, ...]:
        """The edges between bins; the first is the lowest weight of which single pairs are looked at."""
        return self.edges[1:-1]

    @property
    def threshold_bin(self) -> int:
        """The bin that begins at the threshold; the lowest bin is 0."""
        return self.edges.index(self.threshold)


SEPARATION_EDGES = (0, 1, 2, 3, 4, 5, 6, 12, 24)
"""First |i-j| of each band of sequence separation; the last band is open."""


STRATA = 20
"""Room for strata: twenty amino acids, or the bands of separation."""


@dataclass(frozen=True, slots=True)
class WeightSums:
    """All attention of each head by one property class, whatever the weight, over the proteins that carry its labels.

    A protein's weight is a sum over pairs of residues; special tokens are left out, and rows are not renormalised.

    Parameters
    ----------
    total
        Sum over proteins of the weight of all pairs.
    eligible, holds
        Of that the weight on eligible pairs, and on pairs where the property holds.
    expected
        What the eligible weight of each protein would give if it fell at random on the eligible pairs of that protein.
    eligible_squared, product, holds_squared
        Sums over proteins of the square of the eligible weight, of the two multiplied, and of the square of the other.
    proteins
        How many carry labels.
    """

    total: HeadWeights
    eligible: HeadWeights
    holds: HeadWeights
    expected: HeadWeights
    eligible_squared: HeadWeights
    product: HeadWeights
    holds_squared: HeadWeights
    proteins: int


WEIGHTS = ("total", "eligible", "holds", "expected", "eligible_squared", "product", "holds_squared")
"""The sums of weight, in the order of their axis."""


@dataclass(frozen=True, slots=True)
class StratumCounts:
    """Arcs and labelled sites of one property class by stratum, over the same proteins as its ``PropertyCounts``.

    A stratum is the attended-to amino acid for a property of the residue (in the order of ``AMINO_ACIDS``; other
    letters lie in none), and the band of sequence separation for a property of the pair (see ``SEPARATION_EDGES``).

    Parameters
    ----------
    arcs
        All arcs of each protein and head.
    sites, positive_sites
        Labelled residues (for a pair property, and where not all residues attend to all: eligible pairs), and those
        where the property holds.
    """

    arcs: Int64[np.ndarray, "protein layer head stratum"]
    sites: Int64[np.ndarray, "protein stratum"]
    positive_sites: Int64[np.ndarray, "protein stratum"]


@dataclass(frozen=True, slots=True)
class PropertyCounts:
    """The sums of one property class, over the proteins that carry labels for it.

    Parameters
    ----------
    name, level
        Name of the property class, and whether it is of residues or of pairs.
    arcs
        All arcs of each protein and head.
    eligible
        The arcs over eligible pairs. A pair is eligible for a residue property where the attended-to residue is
        labelled, for a pair property where the pair is (contact: both resolved and |i-j| >= 6), and in either case
        where the layer's residue i can attend to j.
    hits
        The arcs over pairs where the property holds; these are eligible.
    pairs, positive_pairs
        Eligible ordered pairs of each protein, and those where the property holds.
    sites, positive_sites
        Labelled residues of each protein and those where the property holds; for a pair property, and where not all
        residues attend to all, the same as ``pairs`` and ``positive_pairs``.
    residues
        Distinct residues onto which the eligible arcs of each protein and head fall.
    labelled, attended
        How the labels and the eligible arcs lie over the chain; like ``residues`` None in a run of version 1.
    units
        The number, from zero, of the group of relatives that each protein belongs to, among those of the run; None if
        none are known.
    layers
        The layers of the layer axis, zero-based; None for all.
    parts
        Where layers differ in how far they attend, the sums of each group that attends as far. Pairs and sites are then
        those of the first group, and ``attended`` is None.
    weights
        All attention, whatever the weight; None in runs of versions 1 and 2, and in a block of a run.
    strata
        Arcs and sites by stratum, in a run that does not know where labels lie (version 1).
    """

    name: str
    level: Level
    arcs: HeadCounts
    eligible: HeadCounts
    hits: HeadCounts
    pairs: ProteinCounts
    positive_pairs: ProteinCounts
    sites: ProteinCounts
    positive_sites: ProteinCounts
    residues: HeadCounts | None = None
    labelled: Sites | None = None
    attended: SiteArcs | None = None
    units: ProteinCounts | None = None
    layers: tuple[int, ...] | None = None
    parts: tuple["PropertyCounts", ...] = ()
    weights: WeightSums | None = None
    strata: StratumCounts | None = None


def join_parts(parts: Sequence[PropertyCounts]) -> PropertyCounts:
    """Return the sums of all layers, in their order, of parts that have some of them each."""
    order = np.argsort([layer for part in parts for layer in part.layers or ()])
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)[:, order]
        for name in ("arcs", "eligible", "hits", "residues")
    }
    return replace(parts[0], **joined, layers=None, attended=None, parts=tuple(parts))


@dataclass(frozen=True, slots=True)
class WeightHistogram:
    """Eligible pairs of one property class by attention weight, over the whole dataset.

    Parameters
    ----------
    edges
        Ascending, from 0 to 1; bin b holds weights w with ``edges[b] <= w < edges[b + 1]``, the last bin also 1.
    eligible, hits
        Eligible pairs in each bin and those where the property holds, ``int64 [layer, head, bin]``.
    """

    edges: Float64[np.ndarray, " edge"]
    eligible: Int64[np.ndarray, "layer head bin"]
    hits: Int64[np.ndarray, "layer head bin"]


@dataclass(frozen=True, slots=True)
class HeadSums:
    """What each head does, whatever the property; all arrays are ``[layer, head]`` or have one more axis.

    Parameters
    ----------
    rows
        Attending residues, a sum over proteins of their lengths (the same for every head).
    to_special, to_self, to_previous, to_next
        Sums over rows of the attention given to special tokens, to the residue itself, to residue i-1 and i+1.
    entropy
        Sum over rows of the entropy of the row in nats, the special tokens together counting as one outcome.
    distance
        Sum over residue pairs of weight times |i-j|.
    separations
        Arcs by band of |i-j| (see ``SEPARATION_EDGES``), ``int64 [layer, head, band]``.
    amino_acids
        Arcs by attended-to amino acid, in the order of ``AMINO_ACIDS``, ``int64 [layer, head, 20]``.
    """

    rows: int
    to_special: Float64[np.ndarray, "layer head"]
    to_self: Float64[np.ndarray, "layer head"]
    to_previous: Float64[np.ndarray, "layer head"]
    to_next: Float64[np.ndarray, "layer head"]
    entropy: Float64[np.ndarray, "layer head"]
    distance: Float64[np.ndarray, "layer head"]
    separations: Int64[np.ndarray, "layer head band"]
    amino_acids: Int64[np.ndarray, "layer head amino_acid=20"]
