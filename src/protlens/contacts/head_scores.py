"""Contact scores that are linear in the attention maps: a single head, a mean of heads, a regression.

All are computed from the symmetric, corrected maps in one pass over the model, one layer in memory at a time.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64

from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, pair_scores, visit_maps
from protlens.pairs.residue_pairs import ResiduePairs

SELECTION: Mapping[str, str] = {"range": "long", "k": "L"}
"""The precision by which heads are chosen."""


def head_order(heads: pl.DataFrame) -> list[tuple[int, int]]:
    """Return the heads by mean precision over proteins, best first; a tie goes to the earlier head.

    Parameters
    ----------
    heads
        ``layer, head, range, k, precision``, a row for each protein. Proteins without pairs in the range do not count.
    """
    chosen = heads.filter(**SELECTION).group_by("layer", "head").agg(pl.col("precision").mean())
    ranked = chosen.sort("precision", "layer", "head", descending=[True, False, False], nulls_last=True)
    return [(int(layer), int(head)) for layer, head in ranked.select("layer", "head").iter_rows()]


def mean_of(heads: Sequence[tuple[int, int]], *, layers: int, per_layer: int) -> Float64[np.ndarray, "layer head"]:
    """Return the weights of the mean over some heads.

    Parameters
    ----------
    heads
        Zero-based layers and heads.
    layers, per_layer
        The shape of the model.
    """
    weights = np.zeros((layers, per_layer))
    for layer, head in heads:
        weights[layer, head] = 1 / len(heads)
    return weights


def weighted_scores(
    model: AttentionModel,
    protein: str | Protein,
    pairs: ResiduePairs,
    *,
    weights: Float64[np.ndarray, "score layer head"],
    on_layer: Callable[[int, Float32[np.ndarray, "head pair"]], None] = lambda layer, scores: None,
) -> Float64[np.ndarray, "score pair"]:
    """Return weighted sums of the attention between the residues of some pairs.

    Parameters
    ----------
    model, protein
        What to run on what.
    pairs
        Which pairs to score.
    weights
        Weights of each head's symmetric, corrected map, one row for each way of scoring.
    on_layer
        Called with each layer and the scores that its single heads give.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """
    scores = np.zeros((len(weights), len(pairs)))

    def add(layer: int, maps: HeadMaps) -> None:
        single = pair_scores(maps, pairs)
        on_layer(layer, single)
        scores[:] += weights[:, layer] @ single

    visit_maps(model, protein, add)
    return scores
