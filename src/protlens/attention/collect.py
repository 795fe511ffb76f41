"""The sums of one batch over all layers, collected while the model runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float64, Int64

from protlens.attention.masks import BatchMasks, batch_masks
from protlens.attention.reduce import Arcs, LayerSums, Shares, find_arcs, sum_arcs, sum_shares
from protlens.data.protein import Protein
from protlens.models.base import AttentionModel, LayerAttention
from protlens.properties.base import Property
from protlens.runs.counts import Bins
from protlens.runs.shard import SHARES, Background, KeptArcs, ShardSums


@dataclass(slots=True)
class _Layers:
    """What the visits of one batch leave behind, one entry a layer."""

    sums: list[LayerSums] = field(default_factory=list)
    shares: list[Shares] = field(default_factory=list)
    kept: list[Arcs] = field(default_factory=list)


def collect_sums(
    model: AttentionModel,
    proteins: Sequence[Protein],
    properties: Sequence[Property],
    *,
    numbers: Sequence[int],
    bins: Bins,
) -> ShardSums:
    """Run the model once over some proteins and return their sums.

    Parameters
    ----------
    model, proteins
        The proteins fit the model's input.
    properties
        Those of the residue first, then those of the pair.
    numbers
        Those under which the proteins are kept.
    bins
        Of attention weight; single arcs are kept too if they say so.
    """
    masks = batch_masks(proteins, properties, model.device)
    edges = torch.tensor(bins.inner, dtype=torch.float32, device=model.device)
    shape = (len(proteins), model.info.heads, max(map(len, proteins)))
    lengths = [len(protein) for protein in proteins]
    layers = _Layers()

    def visit(layer: int, weights: LayerAttention) -> None:
        arcs = find_arcs(weights, edges)
        layers.sums.append(sum_arcs(arcs, masks, shape=shape, edges=len(bins.inner), threshold=bins.threshold_bin))
        layers.shares.append(sum_shares(weights, lengths))
        if bins.keep_arcs is not None:
            layers.kept.append(arcs.at_least(bins.keep_arcs))

    with torch.inference_mode():
        model.attend(model.encode([protein.sequence for protein in proteins]), visit)
    return ShardSums(
        properties=tuple(found.name for found in properties),
        proteins=np.asarray(numbers, np.int32),
        residues=np.asarray(lengths, np.int32),
        **_counts(layers.sums, bins),
        **_shares(layers.shares),
        background=_background(masks, properties, lengths),
        arcs_kept=None if bins.keep_arcs is None else _kept(layers.kept, np.asarray(numbers, np.int32)),
    )


def _counts(layers: Sequence[LayerSums], bins: Bins) -> dict[str, Int64[np.ndarray, "..."]]:
    above = bins.threshold_bin - 1
    return {
        "arcs": _stack([sums.arcs[:, :, above:].sum(2) for sums in layers], 1),
        "eligible": _stack([sums.eligible[:, :, above:].sum(2) for sums in layers], 1),
        "hits": _stack([sums.hits[:, :, above:].sum(2) for sums in layers], 1),
        "histogram_eligible": _stack([sums.eligible.sum(0) for sums in layers], 0),
        "histogram_hits": _stack([sums.hits.sum(0) for sums in layers], 0),
        "amino_acids": _stack([sums.amino_acids for sums in layers], 0),
        "separations": _stack([sums.separations for sums in layers], 0),
    }


def _shares(layers: Sequence[Shares]) -> dict[str, Float64[np.ndarray, "layer head"]]:
    return {name: _stack([getattr(shares, name) for shares in layers], 0) for name in SHARES}


def _stack(parts: Sequence[torch.Tensor], axis: int) -> np.ndarray:
    return torch.stack(list(parts), axis).cpu().numpy()


def _background(masks: BatchMasks, properties: Sequence[Property], lengths: Sequence[int]) -> Background:
    counts = np.full((4, len(lengths), len(properties)), -1, np.int64)
    for row, (found, length) in enumerate(zip(masks.masks, lengths, strict=True)):
        for column, (mask, prop) in enumerate(zip(found, properties, strict=True)):
            if mask is not None:
                sites = int(mask.known.sum()), int(mask.holds.sum())
                queries = length if prop.level == "residue" else 1
                counts[:, row, column] = queries * sites[0], queries * sites[1], *sites
    return Background(*counts)


def _kept(layers: Sequence[Arcs], numbers: np.ndarray) -> KeptArcs:
    columns = {
        name: np.concatenate([getattr(arcs, name).cpu().numpy() for arcs in layers])
        for name in ("row", "head", "query", "key", "weight")
    }
    layer = np.repeat(np.arange(len(layers)), [len(arcs.weight) for arcs in layers])
    return KeptArcs(
        protein=numbers[columns["row"]],
        layer=layer.astype(np.int16),
        head=columns["head"].astype(np.int16),
        query=columns["query"].astype(np.int32),
        key=columns["key"].astype(np.int32),
        weight=columns["weight"].astype(np.float32),
    )
