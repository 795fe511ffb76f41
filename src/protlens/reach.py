"""Which residues those of a layer can attend to.

A bidirectional encoder lets every residue attend to all. A causal model lets it attend to itself and to what stands
before it; a layer with a sliding window, to its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the residues of a layer attend; None where nothing but the chain's ends limits them.

    Parameters
    ----------
    back, ahead
        Residues before and after the attending one, itself not counted: ``Reach(None, 0)`` is causal,
        ``Reach(64, 64)`` a window of 129 residues.

    Examples
    --------
    >>> causal = protlens.Reach(None, 0)
    >>> causal.pairs(3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    >>> causal.queries(3).tolist()
    [3, 2, 1]
    """

    back: int | None = None
    ahead: int | None = None

    def within(self, length: int) -> "Reach":
        """Return the same reach as it shows in a chain of some residues: a limit that its ends set first is none."""
        return Reach(*(None if limit is None or limit >= length - 1 else limit for limit in (self.back, self.ahead)))

    def pairs(self, length: int) -> Bool[np.ndarray, "query key"]:
        """Return which residue can attend to which."""
        position = np.arange(length)
        ahead = position - position[:, None]
        return (ahead <= _limit(self.ahead, length)) & (-ahead <= _limit(self.back, length))

    def queries(self, length: int) -> Int64[np.ndarray, " key"]:
        """Return how many residues can attend to each."""
        position = np.arange(length)
        first = np.maximum(position - _limit(self.ahead, length), 0)
        last = np.minimum(position + _limit(self.back, length), length - 1)
        return last - first + 1


EVERYWHERE = Reach()
"""Every residue attends to all."""


def distinct(reach: Sequence[Reach]) -> dict[Reach, list[int]]:
    """Return the layers that attend as far, zero-based, for each reach, in the order of the first layers."""
    layers: dict[Reach, list[int]] = {}
    for layer, one in enumerate(reach):
        layers.setdefault(one, []).append(layer)
    return layers


def _limit(limit: int | None, length: int) -> int:
    return length if limit is None else limit
