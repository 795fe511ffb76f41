"""Residue pairs as a list, each unordered pair once, and the bands of separation at which they are scored.

The bands are those of CASP: short, medium and long range.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from protlens.properties.mask import Mask

MIN_SEPARATION = 6
"""Pairs closer than this in sequence are never scored: their contacts follow from the chain."""


@dataclass(frozen=True, slots=True)
class SeparationRange:
    """A band of ``|i-j|``, both ends included.

    Parameters
    ----------
    first, last
        The smallest separation, and the largest or None if there is no end.
    """

    first: int
    last: int | None = None

    def holds(self, separations: Int64[np.ndarray, " pair"]) -> Bool[np.ndarray, " pair"]:
        """Return which separations lie in the band."""
        inside = separations >= self.first
        return inside if self.last is None else inside & (separations <= self.last)


RANGES: Mapping[str, SeparationRange] = {
    "all": SeparationRange(MIN_SEPARATION),
    "short": SeparationRange(6, 11),
    "medium": SeparationRange(12, 23),
    "long": SeparationRange(24),
}
"""The ranges that are reported."""

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
    """

    first: Int64[np.ndarray, " pair"]
    second: Int64[np.ndarray, " pair"]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    @property
    def separations(self) -> Int64[np.ndarray, " pair"]:
        """How far apart in sequence the residues are."""
        return np.asarray(np.abs(self.second - self.first))

    def take(self, chosen: Int64[np.ndarray, " chosen"] | Bool[np.ndarray, " pair"]) -> "ResiduePairs":
        """Return the pairs at these places, or where True."""
        return ResiduePairs(self.first[chosen], self.second[chosen])


def all_pairs(length: int, *, min_separation: int = MIN_SEPARATION) -> ResiduePairs:
    """Return all pairs ``i < j`` of a chain that are at least this far apart, ordered by i, then j."""
    first, second = np.triu_indices(length, k=min_separation)
    return ResiduePairs(first.astype(np.int64), second.astype(np.int64))


def labelled_pairs(mask: Mask) -> tuple[ResiduePairs, Bool[np.ndarray, " pair"]]:
    """Return the pairs ``i < j`` of which is known whether they touch, and which of them do.

    Parameters
    ----------
    mask
        Of :class:`~protlens.properties.pair.Contact` or another symmetric property of the pair.
    """
    first, second = np.nonzero(np.triu(mask.known, k=1))
    return ResiduePairs(first.astype(np.int64), second.astype(np.int64)), mask.holds[first, second]
