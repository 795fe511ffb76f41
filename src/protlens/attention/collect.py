"""The sums of one batch over all layers, collected while the model runs."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial

import numpy as np
import torch
from jaxtyping import Float64, Int32, Int64
from torch import Tensor

from protlens.attention.masks import ProteinMasks, batch_masks, count_pairs, pair_strata, residue_strata, separations
from protlens.attention.reduce import FoundArcs, LayerSums, find_arcs, join_found, sum_arcs
from protlens.attention.shares import LayerWeights
from protlens.data.burial import burial
from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.models.protocol import AttentionModel, LayerAttention, encode_proteins, is_last, reach_by_layer
from protlens.properties.mask import Mask, Property
from protlens.reach import EVERYWHERE, Reach, distinct
from protlens.runs.counts import SEPARATION_EDGES, STRATA, WEIGHTS, Bins
from protlens.runs.placed import PlacedArcs, ProteinLabels, join_placed, no_arcs
from protlens.runs.shard import SHARES, Background, KeptArcs, ShardSums, join_arcs
from protlens.runs.sites import CELLS, cells


def collect_sums(
    model: AttentionModel,
    proteins: Sequence[Protein],
    properties: Sequence[Property],
    *,
    numbers: Sequence[int],
    bins: Bins,
    arcs_of: Collection[int] | None = None,
) -> ShardSums:
    """Run the model once over some proteins and return their sums.

    Parameters
    ----------
    model, proteins
        The proteins fit the model's input.
    properties
        Properties of the residue first, then those of the pair.
    numbers
        Numbers under which the proteins are kept.
    bins
        Bins of attention weight; single arcs are kept too if they say so.
    arcs_of
        Numbers of the proteins of which they are kept; None for all.
    """
    reaches = list(distinct(reach_by_layer(model)))
    lengths = [len(protein) for protein in proteins]
    of_proteins = [[prop.mask(protein) for prop in properties] for protein in proteins]
    background = _background(of_proteins, properties, lengths, reaches)
    strata = _strata(of_proteins, properties, proteins, reaches)
    labels = _labels(of_proteins, properties, proteins, reaches)
    masks = batch_masks(proteins, properties, of_proteins, model.device)
    del of_proteins  # what is left of the pairs is a byte each
    edges = torch.tensor(bins.inner, dtype=torch.float32, device=model.device)
    shape = (len(proteins), model.info.heads, max(lengths))
    sums = _room(len(proteins), len(properties), bins, layers=model.info.layers, heads=model.info.heads)
    kept: list[KeptArcs] = []
    layer_reach = [reaches.index(reach) for reach in reach_by_layer(model)]
    columns, cells = ([no_arcs(size)] for size in (1, sum(prop.level == "pair" for prop in properties)))
    found, weight_sums = list[FoundArcs](), LayerWeights(masks, lengths, heads=model.info.heads)

    def visit(layer: int, weights: LayerAttention, first: int = 0, /) -> None:
        found.append(find_arcs(weights, edges, first))
        weight_sums.add(weights, first)
        if is_last(weights, first):
            finish(layer, join_found(found))
            found.clear()

    def finish(layer: int, arcs: FoundArcs) -> None:
        counted = sum_arcs(arcs, masks, shape=shape, edges=len(bins.inner), threshold=bins.threshold_bin)
        shares, weight = weight_sums.take()
        for name, values in (*_counts(counted, bins), *((name, getattr(shares, name)) for name in SHARES)):
            sums[name][layer] = values.cpu().numpy()
        sums["weights"][:, layer] = _weight_sums(weight.cpu().numpy(), background, layer_reach[layer])
        columns.append(_placed(layer, counted.columns, numbers))
        cells.append(_placed(layer, counted.cells, numbers))
        if bins.keep_arcs is not None:
            kept.append(_kept(layer, arcs.at_least(bins.keep_arcs), np.asarray(numbers, np.int32), arcs_of))

    with torch.inference_mode():
        model.attend(encode_proteins(model, proteins), visit)
    for name in ("arcs", "eligible", "hits", "residues", "amino_acids", "separations"):
        sums[name] = np.ascontiguousarray(np.moveaxis(sums[name], 0, 1))
    return ShardSums(
        properties=tuple(prop.name for prop in properties),
        proteins=np.asarray(numbers, np.int32),
        pair_properties=tuple(prop.name for prop in properties if prop.level == "pair"),
        lengths=np.asarray(lengths, np.int32),
        **sums,
        background=background,
        strata=strata,
        labels=labels,
        columns=join_placed(columns),
        cells=join_placed(cells),
        arcs_kept=join_arcs(kept) if kept else None,
    )


def _room(batch: int, classes: int, bins: Bins, *, layers: int, heads: int) -> dict[str, np.ndarray]:
    """Return empty arrays for all layers.

    They are made before the first layer: small arrays that outlive a layer would split the memory that the large ones
    of the next layer need, and the process would grow with every layer.
    """
    head = (layers, heads)
    counts = {
        "arcs": (layers, batch, heads),
        "eligible": (layers, batch, heads, classes),
        "hits": (layers, batch, heads, classes),
        "residues": (layers, batch, heads, classes),
        "histogram_eligible": (*head, len(bins.inner), classes),
        "histogram_hits": (*head, len(bins.inner), classes),
        "amino_acids": (layers, batch, heads, len(AMINO_ACIDS)),
        "separations": (layers, batch, heads, len(SEPARATION_EDGES)),
    }
    return {
        **{name: np.empty(shape, np.int64) for name, shape in counts.items()},
        **{name: np.empty(head) for name in SHARES},
        "weights": np.empty((len(WEIGHTS), *head, classes)),
    }


def _counts(sums: LayerSums, bins: Bins) -> Iterator[tuple[str, torch.Tensor]]:
    above = bins.threshold_bin - 1
    yield "arcs", sums.arcs[:, :, above:].sum(2)
    yield "eligible", sums.eligible[:, :, above:].sum(2)
    yield "hits", sums.hits[:, :, above:].sum(2)
    yield "histogram_eligible", sums.eligible.sum(0)
    yield "histogram_hits", sums.hits.sum(0)
    yield "residues", sums.residues
    yield "amino_acids", sums.amino_acids
    yield "separations", sums.separations


def _weight_sums(
    weight: Float64[np.ndarray, "sum=3 batch head property"], background: Background, reach: int
) -> Float64[np.ndarray, "sum=7 head property"]:
    """Return the sums of ``WeightSums`` over the proteins of a batch, for a layer of one reach."""
    pairs, positive = background.pairs[:, reach], background.positive_pairs[:, reach]
    rate = np.divide(positive, pairs, out=np.zeros(pairs.shape), where=pairs > 0)
    total, eligible, holds = weight * (pairs >= 0)[:, None]
    moments = (eligible**2, eligible * holds, holds**2)
    return np.asarray(np.stack([total, eligible, holds, eligible * rate[:, None], *moments]).sum(1))


def _background(
    masks: ProteinMasks, properties: Sequence[Property], lengths: Sequence[int], reaches: Sequence[Reach]
) -> Background:
    counts = np.full((4, len(lengths), len(reaches), len(properties)), -1, np.int64)
    for row, (of_protein, length) in enumerate(zip(masks, lengths, strict=True)):
        for number, reach in enumerate(reaches):
            for column, (mask, prop) in enumerate(zip(of_protein, properties, strict=True)):
                if mask is not None:
                    seen, queries = _seen(mask, prop, reach), reach.queries(length)
                    sites = int(seen.known.sum()), int(seen.holds.sum())
                    residue = prop.level == "residue"
                    pairs = (int(queries[seen.known].sum()), int(queries[seen.holds].sum())) if residue else sites
                    counts[:, row, number, column] = *pairs, *(sites if reach == EVERYWHERE else pairs)
    return Background(*counts)


def _seen(mask: Mask, prop: Property, reach: Reach) -> Mask:
    """Return the mask of a property of the pair without the pairs that cannot be seen; others as they are."""
    if prop.level == "residue" or reach == EVERYWHERE:
        return mask
    visible = reach.pairs(len(mask.known))
    return Mask(holds=mask.holds & visible, known=mask.known & visible)


def _strata(
    masks: ProteinMasks, properties: Sequence[Property], proteins: Sequence[Protein], reaches: Sequence[Reach]
) -> Int64[np.ndarray, "protein reach property stratum=20 2"]:
    """Return how many labelled sites of each protein lie in each stratum, and in how many the property holds."""
    counts = np.zeros((len(proteins), len(reaches), len(properties), STRATA, 2), np.int64)
    for row, protein in enumerate(proteins):
        place = residue_strata(protein)
        for number, reach in enumerate(reaches):
            for column, (mask, prop) in enumerate(zip(masks[row], properties, strict=True)):
                if mask is not None:
                    seen = _seen(mask, prop, reach)
                    if prop.level == "pair":
                        by_pair = count_pairs(seen, partial(pair_strata, protein), STRATA)
                        counts[row, number, column] = by_pair.T
                        continue
                    weights = None if reach == EVERYWHERE else reach.queries(len(protein))
                    for part, where in enumerate((seen.known, seen.holds)):
                        weight = None if weights is None else weights[where]
                        found = np.bincount(place[where], weight, minlength=STRATA + 1)
                        counts[row, number, column, :, part] = found[:STRATA]
    return counts


def _labels(
    masks: ProteinMasks, properties: Sequence[Property], proteins: Sequence[Protein], reaches: Sequence[Reach]
) -> tuple[ProteinLabels, ...]:
    levels = [prop.level for prop in properties]
    pairwise = [prop for prop in properties if prop.level == "pair"]
    rows = []
    for protein, of_protein in zip(proteins, masks, strict=True):
        letters = residue_strata(protein)
        residue = [mask for mask, level in zip(of_protein, levels, strict=True) if level == "residue"]
        pair = [mask for mask, level in zip(of_protein, levels, strict=True) if level == "pair"]
        codes = tuple(None if mask is None else mask.known.astype(np.uint8) + mask.holds for mask in residue)
        counted = tuple(
            tuple(
                None if mask is None else _count_cells(_seen(mask, prop, reach), letters, protein)
                for mask, prop in zip(pair, pairwise, strict=True)
            )
            for reach in reaches
        )
        rows.append(ProteinLabels(letters.astype(np.uint8), burial(protein), codes, counted))
    return tuple(rows)


def _count_cells(
    mask: Mask, letters: Int64[np.ndarray, " residue"], protein: Protein
) -> Int32[np.ndarray, "part=3 cell"]:
    def cell(rows: slice) -> Int64[np.ndarray, "row key"]:
        return cells(letters[rows, None], letters, separations(protein, rows))

    eligible, positive = count_pairs(mask, cell, CELLS)
    there = np.flatnonzero(eligible)
    return np.stack([there, eligible[there], positive[there]]).astype(np.int32)


def _placed(layer: int, rows: Int64[Tensor, "row column"], numbers: Sequence[int]) -> PlacedArcs:
    columns = rows.cpu().numpy()
    return PlacedArcs(
        protein=np.asarray(numbers, np.int32)[columns[:, 0]],
        layer=np.full(len(columns), layer, np.int16),
        head=columns[:, 1].astype(np.int16),
        place=columns[:, 2].astype(np.int32),
        arcs=columns[:, 3:].astype(np.int32),
    )


def _kept(layer: int, arcs: FoundArcs, numbers: np.ndarray, arcs_of: Collection[int] | None) -> KeptArcs:
    protein = numbers[arcs.row.cpu().numpy()]
    wanted = slice(None) if arcs_of is None else np.isin(protein, list(arcs_of))
    columns = {name: getattr(arcs, name).cpu().numpy()[wanted] for name in ("head", "query", "key")}
    return KeptArcs(
        protein=protein[wanted],
        layer=np.full(len(protein[wanted]), layer, np.int16),
        head=columns["head"].astype(np.int16),
        query=columns["query"].astype(np.int32),
        key=columns["key"].astype(np.int32),
        weight=arcs.weight.float().cpu().numpy()[wanted],
    )
