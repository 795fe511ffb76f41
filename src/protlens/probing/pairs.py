"""Residue pairs as a list, each unordered pair once."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from protlens.probing.ranges import MIN_SEPARATION
from protlens.properties.base import Mask


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
