"""From attention to maps of residue pairs: symmetry, and the average product correction.

References
----------
Dunn, Wahl and Gloor, Bioinformatics 24 (2008) 333, doi 10.1093/bioinformatics/btm604, for the correction. Rao et al.,
"Transformer protein language models are unsupervised structure learners" (ICLR 2021), for its use on attention.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel, LayerAttention, encode_proteins, whole_layers
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.pairs.windows import edge_distances, parts_of, windows_of


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


HeadMaps: TypeAlias = Float[Tensor, "head residue residue"]
"""Symmetric maps of one layer, ``float32``."""

MapVisitor: TypeAlias = Callable[[int, HeadMaps], None]
"""Called with the zero-based layer and its maps."""


def visit_maps(model: AttentionModel, protein: str | Protein, visit: MapVisitor, *, apc: bool = True) -> None:
    """Run a model on one sequence and call ``visit`` with the symmetric maps of each layer in order.

    Of a :class:`~protlens.pairs.windows.WindowedModel` the maps of its windows are made symmetric and corrected each by
    itself, and stitched (see :func:`stitch`).

    Parameters
    ----------
    model, protein
        What to run on what; a sequence suffices for most models.
    visit
        Called with the layer and ``float32 [head, residue, residue]``: attention plus its transpose.
    apc
        Whether the average product correction is applied to each map.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """
    windows = windows_of(model, len(protein))

    def show(layer: int, attention: LayerAttention) -> None:
        maps = symmetrise(attention)
        visit(layer, stitch(average_product_correction(maps) if apc else maps, windows))

    model.attend(encode_proteins(model, parts_of(protein, windows)), whole_layers(show))


def stitch(maps: Float[Tensor, "window head part part"], windows: Sequence[slice]) -> HeadMaps:
    """Return one map of each head for the whole chain.

    A pair of residues has the mean over the windows that hold both, each window weighing as much as the one of the two
    that is nearer to an edge of it is far from that edge (see :func:`~protlens.pairs.windows.edge_distances`). A pair
    that no window holds has no score: it stands just below the lowest value of its head's map.

    Parameters
    ----------
    maps
        Symmetric, one for each window.
    windows
        From :func:`~protlens.pairs.windows.windows_of`; the last ends where the chain does.
    """
    if len(windows) == 1:
        return maps[0]
    length = windows[-1].stop
    total = maps.new_zeros((maps.shape[1], length, length))
    weight = maps.new_zeros((length, length))
    for one, window in zip(maps, windows, strict=True):
        far = torch.from_numpy(edge_distances(window, length)).to(maps)
        near = torch.minimum(far[:, None], far)
        total[:, window, window] += near * one
        weight[window, window] += near
    stitched = (total / weight).masked_fill_(weight == 0, torch.inf)
    lowest = stitched.amin((1, 2)).nextafter(maps.new_tensor(-torch.inf))
    return torch.where(weight == 0, lowest[:, None, None], stitched)


def pair_scores(maps: HeadMaps, pairs: ResiduePairs) -> Float32[np.ndarray, "head pair"]:
    """Return the scores of some pairs from each map."""
    first, second = (torch.from_numpy(ends).to(maps.device) for ends in (pairs.first, pairs.second))
    return maps[:, first, second].float().cpu().numpy()


def attention_features(
    model: AttentionModel, protein: str | Protein, pairs: ResiduePairs, *, apc: bool = True
) -> Float32[np.ndarray, "layer head pair"]:
    """Return the attention between the residues of some pairs, of all heads.

    Parameters
    ----------
    model, protein, apc
        See :func:`visit_maps`.
    pairs
        What the result is limited to: 4 bytes a head and pair.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """
    features = np.empty((model.info.layers, model.info.heads, len(pairs)), np.float32)

    def keep(layer: int, maps: HeadMaps) -> None:
        features[layer] = pair_scores(maps, pairs)

    visit_maps(model, protein, keep, apc=apc)
    return features
