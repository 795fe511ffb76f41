"""Which residues those of a layer can attend to.

A bidirectional encoder lets every residue attend to all. A causal model lets it attend to itself and to what stands
before it; a layer with a sliding window, to its neighbours.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Int64
from torch import Tensor

from protlens.errors import ModelError, explain


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the residues of a layer attend; None where nothing but the chain's ends limits them.

    Parameters
    ----------
    back, ahead
        Residues before and after the attending one, itself not counted: ``Reach(None, 0)`` is causal,
        ``Reach(64, 64)`` a window of 129 residues.
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


def reach_of(visible: Bool[Tensor, "query key"]) -> Reach:
    """Return how far tokens attend by a mask that is true where they do.

    Raises
    ------
    ModelError
        If the mask is not the same for each token, as where a sequence is cut into blocks.
    """
    length = len(visible)
    query, key = visible.nonzero().unbind(1)
    ahead = key - query
    reach = Reach(int(-ahead.min()), int(ahead.max())).within(length)
    if not torch.equal(visible.cpu(), torch.from_numpy(reach.pairs(length))):
        raise ModelError(
            explain(
                "attention of the model",
                found="a mask that is not the same for each residue, as where a sequence is cut into blocks",
                allowed="all residues, those before, or a window around each",
            )
        )
    return reach


def _limit(limit: int | None, length: int) -> int:
    return length if limit is None else limit
