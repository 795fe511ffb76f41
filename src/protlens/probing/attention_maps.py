"""Attention as scores of residue pairs, one layer at a time.

Memory holds one layer of one protein, whatever the depth of the model.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from protlens.models.base import AttentionModel, LayerAttention
from protlens.probing.apc import average_product_correction, symmetrise
from protlens.probing.pairs import ResiduePairs

HeadMaps: TypeAlias = Float[Tensor, "head residue residue"]
"""Symmetric maps of one layer, ``float32``."""

MapVisitor: TypeAlias = Callable[[int, HeadMaps], None]
"""Called with the zero-based layer and its maps."""


def visit_maps(model: AttentionModel, sequence: str, visit: MapVisitor, *, apc: bool = True) -> None:
    """Run a model on one sequence and call ``visit`` with the symmetric maps of each layer in order.

    Parameters
    ----------
    model, sequence
        What to run on what.
    visit
        Called with the layer and ``float32 [head, residue, residue]``: attention plus its transpose.
    apc
        Whether the average product correction is applied to each map.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """

    def show(layer: int, attention: LayerAttention) -> None:
        maps = symmetrise(attention[0])
        visit(layer, average_product_correction(maps) if apc else maps)

    model.attend(model.encode([sequence]), show)


def pair_scores(maps: HeadMaps, pairs: ResiduePairs) -> Float32[np.ndarray, "head pair"]:
    """Return the scores of some pairs from each map."""
    first, second = (torch.from_numpy(ends).to(maps.device) for ends in (pairs.first, pairs.second))
    return maps[:, first, second].float().cpu().numpy()


def attention_features(
    model: AttentionModel, sequence: str, pairs: ResiduePairs, *, apc: bool = True
) -> Float32[np.ndarray, "layer head pair"]:
    """Return the attention between the residues of some pairs, of all heads.

    Parameters
    ----------
    model, sequence, apc
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

    visit_maps(model, sequence, keep, apc=apc)
    return features
