"""Residue pairs as a list, each unordered pair once, and the bands of separation at which they are scored.

The bands are those of CASP: short, medium and long range. Residues of two chains of one protein have no separation, and
their pairs form a range of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from protlens.data.protein import APART
from protlens.properties.mask import Mask

MIN_SEPARATION = 6
"""Pairs closer than this in sequence are never scored: their contacts follow from the chain."""


@dataclass(frozen=True, slots=True)
class SeparationRange:
    """A band of ``|i-j|``, both ends included.

    Parameters
    ----------
    first, last
        The smallest separation, and the largest or None if there is no end but that of the chain.
    """

    first: int
    last: int | None = None

    def holds(self, separations: Int64[np.ndarray, " pair"]) -> Bool[np.ndarray, " pair"]:
        """Return which separations lie in the band."""
        return (separations >= self.first) & (separations <= (APART - 1 if self.last is None else self.last))


RANGES: Mapping[str, SeparationRange] = {
    "all": SeparationRange(MIN_SEPARATION),
    "short": SeparationRange(6, 11),
    "medium": SeparationRange(12, 23),
    "medium and long": SeparationRange(12),
    "long": SeparationRange(24),
}
"""The ranges that are reported, of pairs within a chain."""

INTER, INTER_RANGE = "inter", SeparationRange(APART, APART)
"""The name and the range of pairs of two chains, which is reported where there are several chains."""

DIVISORS: Mapping[str, int] = {"L": 1, "L/2": 2, "L/5": 5}
"""How many of the highest-scored pairs count, as the chain's length over this."""


@dataclass(frozen=True, slots=True, eq=False)
class ResiduePairs:
    """Some residue pairs of one chain.

    Parameters
    ----------
    first, second
        Zero-based positions of the two residues; in :func:`labelled_pairs` and :func:`all_pairs` the first comes
        before the second.
    between
        Which pairs are of two chains; None if all are within one.
    """

    first: Int64[np.ndarray, " pair"]
    second: Int64[np.ndarray, " pair"]
    between: Bool[np.ndarray, " pair"] | None = None

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    @property
    def separations(self) -> Int64[np.ndarray, " pair"]:
        """How far apart in sequence the residues are; ``APART`` where they are of two chains."""
        apart = np.abs(self.second - self.first)
        return np.asarray(apart if self.between is None else np.where(self.between, APART, apart))

    def take(self, chosen: Int64[np.ndarray, " chosen"] | Bool[np.ndarray, " pair"]) -> "ResiduePairs":
        """Return the pairs at these places, or where True."""
        between = None if self.between is None else self.between[chosen]
        return ResiduePairs(self.first[chosen], self.second[chosen], between)


def all_pairs(length: int, *, min_separation: int = MIN_SEPARATION, chain_starts: Sequence[int] = ()) -> ResiduePairs:
    """Return all pairs ``i < j`` that are at least this far apart or of two chains, ordered by i, then j.

    Parameters
    ----------
    length
        Residues of all chains.
    min_separation
        Of pairs within a chain.
    chain_starts
        Where a further chain begins, see :class:`~protlens.Protein`.
    """
    if not chain_starts:
        first, second = np.triu_indices(length, k=min_separation)
        return ResiduePairs(first.astype(np.int64), second.astype(np.int64))
    pairs = pairs_at(*np.triu_indices(length, k=1), chain_starts=chain_starts)
    return pairs.take(pairs.separations >= min_separation)


def labelled_pairs(mask: Mask, *, chain_starts: Sequence[int] = ()) -> tuple[ResiduePairs, Bool[np.ndarray, " pair"]]:
    """Return the pairs ``i < j`` of which is known whether they touch, and which of them do.

    Parameters
    ----------
    mask
        Of :class:`~protlens.properties.pair.Contact` or another symmetric property of the pair.
    chain_starts
        Where a further chain begins.
    """
    first, second = np.nonzero(np.triu(mask.known, k=1))
    return pairs_at(first, second, chain_starts=chain_starts), mask.holds[first, second]


def pairs_at(
    first: Int64[np.ndarray, " pair"], second: Int64[np.ndarray, " pair"], *, chain_starts: Sequence[int] = ()
) -> ResiduePairs:
    """Return the pairs of residues at these positions, in chains that begin at the first and at these places."""
    chains = [np.searchsorted(chain_starts, ends, side="right") for ends in (first, second)]
    between = np.asarray(chains[0] != chains[1]) if chain_starts else None
    return ResiduePairs(first.astype(np.int64), second.astype(np.int64), between)
