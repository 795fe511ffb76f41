"""From attention to maps of residue pairs: symmetry, and the average product correction.

References
----------
Dunn, Wahl and Gloor, Bioinformatics 24 (2008) 333, doi 10.1093/bioinformatics/btm604, for the correction. Rao et al.,
"Transformer protein language models are unsupervised structure learners" (ICLR 2021), for its use on attention.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def symmetrise(maps: Float[Tensor, "... residue residue"]) -> Float[Tensor, "... residue residue"]:
    """Return the sum of each map and its transpose."""
    return maps + maps.transpose(-1, -2)


def average_product_correction(maps: Float[Tensor, "... residue residue"]) -> Float[Tensor, "... residue residue"]:
    """Return ``m(i,j) - m(i,.) m(.,j) / m(.,.)`` of each map, a dot being a sum over residues.

    This takes away what a pair's score owes to its two residues alone. A map that sums to zero is returned as it is.
    """
    rows, columns = maps.sum(-1, keepdim=True), maps.sum(-2, keepdim=True)
    total = rows.sum(-2, keepdim=True)
    return maps - torch.where(total == 0, 0.0, rows * columns / torch.where(total == 0, 1.0, total))
