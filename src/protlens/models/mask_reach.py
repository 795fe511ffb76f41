"""How far the mask of a layer lets its tokens attend."""

import torch
from jaxtyping import Bool
from torch import Tensor

from protlens.errors import ModelError, explain
from protlens.reach import Reach


def reach_of(visible: Bool[Tensor, "query key"]) -> Reach:
    """Return how far tokens attend by a mask that is true where they do.

    Raises
    ------
    ModelError
        If the mask is not the same for each token, as where a sequence is cut into blocks.
    """
    length = len(visible)
    seen, position = visible.to(torch.uint8), torch.arange(length, device=visible.device)
    first, last = seen.argmax(1), length - 1 - seen.flip(1).argmax(1)  # of the largest the first
    reach = Reach(int((position - first).max()), int((last - position).max())).within(length)
    if not torch.equal(visible.cpu(), torch.from_numpy(reach.pairs(length))):
        raise ModelError(
            explain(
                "attention of the model",
                found="a mask that is not the same for each residue, as where a sequence is cut into blocks",
                allowed="all residues, those before, or a window around each",
            )
        )
    return reach
