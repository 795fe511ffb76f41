"""Contact scores that are linear in the attention maps: a single head, a mean of heads, a regression.

All are computed from the symmetric, corrected maps in one pass over the model, one layer in memory at a time.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float32, Float64

from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, pair_scores, visit_maps
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.pairs.windows import WindowedModel, edge_distances, parts_of, windows_of

SELECTION: Mapping[str, str] = {"range": "long", "k": "L"}
"""The precision by which heads are chosen."""


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
    on_layer: Callable[[int, Float32[np.ndarray, "head pair"]], None] | None = None,
) -> Float64[np.ndarray, "score pair"]:
    """Return weighted sums of the attention between the residues of some pairs.

    Of a :class:`~protlens.pairs.windows.WindowedModel`, a pair that no window holds has no score: it stands just below
    the lowest of the others, and is ranked last. Without ``on_layer`` one window after the other is run, and memory
    does not grow with the windows.

    Parameters
    ----------
    model, protein
        What to run on what.
    pairs
        Which pairs to score.
    weights
        Weights of each head's symmetric, corrected map, one row for each way of scoring.
    on_layer
        Called with each layer and the scores that its single heads give, if it is not None.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """
    windows = windows_of(model, len(protein))
    if on_layer is None and isinstance(model, WindowedModel) and len(windows) > 1:
        return _stitched_scores(model, protein, pairs, weights=weights)
    scores = np.zeros((len(weights), len(pairs)))

    def add(layer: int, maps: HeadMaps) -> None:
        single = pair_scores(maps, pairs)
        if on_layer is not None:
            on_layer(layer, single)
        scores[:] += weights[:, layer] @ single

    visit_maps(model, protein, add)
    if len(windows) == 1:
        return scores
    return _rank_last(scores, held=np.any([_inside(pairs, window) for window in windows], axis=0))


def _stitched_scores(
    model: WindowedModel,
    protein: str | Protein,
    pairs: ResiduePairs,
    *,
    weights: Float64[np.ndarray, "score layer head"],
) -> Float64[np.ndarray, "score pair"]:
    """Return what :func:`stitch` gives, as the weighted sum of stitched maps is the stitched sum of weighted maps."""
    total, weight = np.zeros((len(weights), len(pairs))), np.zeros(len(pairs))
    windows = model.windows(len(protein))
    for part, window in zip(parts_of(protein, windows), windows, strict=True):
        inside = _inside(pairs, window)
        here = ResiduePairs(pairs.first[inside] - window.start, pairs.second[inside] - window.start)
        far = edge_distances(window, len(protein))
        near = np.minimum(far[here.first], far[here.second])
        total[:, inside] += near * weighted_scores(model.inner, part, here, weights=weights)
        weight[inside] += near
    return _rank_last(total / np.maximum(weight, 1), held=weight > 0)


def _inside(pairs: ResiduePairs, window: slice) -> Bool[np.ndarray, " pair"]:
    ends = np.stack([pairs.first, pairs.second])
    return np.asarray(((ends >= window.start) & (ends < window.stop)).all(axis=0))


def _rank_last(
    scores: Float64[np.ndarray, "score pair"], *, held: Bool[np.ndarray, " pair"]
) -> Float64[np.ndarray, "score pair"]:
    """Return scores with those of pairs that no window holds just below the lowest of the others."""
    lowest = np.nextafter(scores.min(axis=1, where=held, initial=np.inf), -np.inf)
    return np.where(held, scores, np.where(np.isfinite(lowest), lowest, 0.0)[:, None])
