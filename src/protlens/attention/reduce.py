"""From the attention of one layer to integer sums, on the device where the attention is.

A softmax row holds at most 1/f weights of f or more, so everything that is asked of an arc is asked of a short list:
one pass over each block finds the weights above the lowest bin, and each sum is a count over the list of the layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from protlens.attention.masks import BatchMasks
from protlens.models.protocol import LayerAttention
from protlens.runs.counts import SEPARATION_EDGES
from protlens.runs.sites import CELLS, LETTERS, SEPARATION_STARTS


@dataclass(frozen=True, slots=True)
class FoundArcs:
    """The residue pairs of a layer whose weight lies above the lowest bin; all arrays are ``[arc]``."""

    row: Int64[Tensor, " arc"]
    head: Int64[Tensor, " arc"]
    query: Int64[Tensor, " arc"]
    key: Int64[Tensor, " arc"]
    weight: Float[Tensor, " arc"]
    bin: Int64[Tensor, " arc"]

    def at_least(self, floor: float) -> "FoundArcs":
        """Return the arcs of at least this weight, in the order of protein, head, query and key."""
        kept = (self.weight >= floor).nonzero().squeeze(1)
        heads = 1 + int(self.head.max()) if len(self.head) else 1
        return self.take(kept[(self.row * heads + self.head)[kept].argsort(stable=True)])

    def take(self, places: Int64[Tensor, " place"]) -> "FoundArcs":
        """Return the arcs at these places, in their order."""
        return FoundArcs(*(getattr(self, name)[places] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class LayerSums:
    """Sums of one layer over one batch.

    Parameters
    ----------
    arcs
        Pairs in each bin of weight but the lowest, by protein.
    eligible, hits
        Those that are eligible, and those where the property holds; residue properties first, then pair properties,
        each in their order.
    amino_acids, separations
        Arcs at or above the threshold.
    residues
        Distinct residues onto which eligible arcs at or above the threshold fall.
    columns
        Arcs at or above the threshold by attended-to residue: protein of the batch, head, key, arcs.
    cells
        Arcs at or above the threshold that are eligible for a property of the pair, by cell (see
        ``protlens.runs.sites``): protein of the batch, head, cell, and arcs for each of these properties.
    """

    arcs: Int64[Tensor, "batch head bin"]
    eligible: Int64[Tensor, "batch head bin property"]
    hits: Int64[Tensor, "batch head bin property"]
    amino_acids: Int64[Tensor, "batch head amino_acid=20"]
    separations: Int64[Tensor, "batch head band"]
    residues: Int64[Tensor, "batch head property"]
    columns: Int64[Tensor, "place 4"]
    cells: Int64[Tensor, "pair_place column"]


def find_arcs(weights: LayerAttention, edges: Float[Tensor, " edge"], first: int = 0) -> FoundArcs:
    """Return the pairs whose weight reaches the first inner edge of the bins.

    Parameters
    ----------
    weights
        The attention of one layer, or a block of it.
    edges
        Inner edges of the bins, ascending ``float32 [edge]``; a weight equal to an edge lies above it.
    first
        The place of the block's first query.
    """
    _, heads, queries, keys = weights.shape
    position = _reaching(weights, edges[0])
    of_query = position // keys
    of_head = of_query // queries
    row = of_head // heads
    head, query, key = of_head - row * heads, of_query - of_head * queries, position - of_query * keys
    weight = weights[row, head, query, key]
    return FoundArcs(row, head, query + first, key, weight, torch.bucketize(weight, edges, right=True))


def join_found(blocks: Sequence[FoundArcs]) -> FoundArcs:
    """Return the arcs of all blocks of a layer, one block after the other."""
    if len(blocks) == 1:
        return blocks[0]
    return FoundArcs(*(torch.cat([getattr(block, name) for block in blocks]) for name in FoundArcs.__slots__))


def sum_arcs(
    arcs: FoundArcs, masks: BatchMasks, *, shape: tuple[int, int, int], edges: int, threshold: int
) -> LayerSums:
    """Count arcs by protein, head, bin and property.

    Parameters
    ----------
    arcs, masks
        Arcs of a batch, and the masks of its proteins.
    shape
        Proteins in the batch, heads, residues of the longest.
    edges
        Number of inner edges, which is that of the bins above the lowest.
    threshold
        The bin that begins at the threshold; the lowest bin is 0.
    """
    batch, heads, length = shape
    group = (arcs.row * heads + arcs.head) * edges + arcs.bin - 1
    # Whole numbers, which float32 holds exactly up to 2 ** 24: more than the arcs of a head in one protein.
    received = _count(group * length + arcs.key, (batch, heads * edges, length)).float()
    known, holds, by_letter = _on_residues(received, masks)
    by_code = [_count_codes(arcs, codes, group, batch * heads * edges) for codes in masks.codes]
    eligible = torch.cat([known.flatten(0, 1), *(c[:, 1:].sum(1, keepdim=True) for c in by_code)], 1)
    hits = torch.cat([holds.flatten(0, 1), *(c[:, 2:] for c in by_code)], 1)
    by_letter = by_letter.reshape(batch, heads, edges, -1)
    above = arcs.bin >= threshold
    columns = received.view(batch, heads, edges, length)[:, :, threshold - 1 :].sum(2)
    attended = _count_attended(arcs, above, masks.codes, shape)
    return LayerSums(
        arcs=received.sum(-1).long().view(batch, heads, edges),
        eligible=eligible.view(batch, heads, edges, -1),
        hits=hits.view(batch, heads, edges, -1),
        amino_acids=by_letter[:, :, threshold - 1 :].sum(2),
        separations=_count_separations(arcs, above, masks, (batch, heads)),
        residues=torch.cat([_on_residues((columns > 0).float(), masks)[0], attended], 2),
        columns=_rows(columns.long()),
        cells=_count_cells(arcs, above, masks, heads=heads),
    )


def _reaching(weights: LayerAttention, floor: Tensor) -> Tensor:
    """Return the flat positions of the weights that reach the floor; NumPy finds them four times faster on a CPU."""
    if weights.device.type == "cpu":
        return torch.from_numpy(np.flatnonzero(weights.numpy() >= floor.numpy()))
    return (weights >= floor).flatten().nonzero().squeeze(1)


def _count(index: Tensor, shape: tuple[int, ...]) -> Tensor:
    size = torch.Size(shape).numel()
    return torch.bincount(index, minlength=size).view(shape)


def _on_residues(received: Tensor, masks: BatchMasks) -> tuple[Tensor, ...]:
    """Return how much falls on residues whose label is known, on those where each property holds, and on letters."""
    columns = torch.cat([masks.labels, masks.amino_acids], 2)
    labels = masks.labels.shape[2] // 2
    return torch.split((received @ columns).long(), [labels, labels, masks.amino_acids.shape[2]], 2)


def _count_codes(arcs: FoundArcs, codes: Tensor, group: Tensor, groups: int) -> Tensor:
    code = codes[arcs.row, arcs.query, arcs.key].long()
    return _count(group * 3 + code, (groups, 3))


def _count_separations(arcs: FoundArcs, above: Tensor, masks: BatchMasks, shape: tuple[int, int]) -> Tensor:
    starts = torch.tensor(SEPARATION_EDGES[1:], device=above.device)
    band = torch.bucketize(masks.separations(arcs.row, arcs.query, arcs.key), starts, right=True)
    bands = len(SEPARATION_EDGES)
    return _count((((arcs.row * shape[1] + arcs.head) * bands) + band)[above], (*shape, bands))


def _count_attended(
    arcs: FoundArcs, above: Tensor, codes: Sequence[Tensor], shape: tuple[int, int, int]
) -> Int64[Tensor, "batch head property"]:
    """Return the distinct residues onto which the arcs fall that are eligible for each property of the pair."""
    place = (arcs.row * shape[1] + arcs.head) * shape[2] + arcs.key
    chosen = (place[above & (code[arcs.row, arcs.query, arcs.key] > 0)] for code in codes)
    residues = [(_count(places, shape) > 0).sum(2) for places in chosen]
    return torch.stack([arcs.row.new_zeros(shape[:2]), *residues], 2)[:, :, 1:]


def _count_cells(
    arcs: FoundArcs, above: Tensor, masks: BatchMasks, *, heads: int
) -> Int64[Tensor, "pair_place column"]:
    if not masks.codes:
        return arcs.row.new_zeros((0, 3))
    eligible = torch.stack([code[arcs.row, arcs.query, arcs.key] > 0 for code in masks.codes], 1)
    chosen = above & eligible.any(1)
    row, query, key = arcs.row[chosen], arcs.query[chosen], arcs.key[chosen]
    starts = torch.tensor(SEPARATION_STARTS[1:], device=row.device)
    stratum = torch.bucketize(masks.separations(row, query, key), starts, right=True)
    letters = torch.stack([masks.letters[row, query], masks.letters[row, key]])
    cell = (stratum * LETTERS + letters.amin(0)) * LETTERS + letters.amax(0)
    place, inverse = torch.unique((row * heads + arcs.head[chosen]) * CELLS + cell, return_inverse=True)
    counts = [torch.bincount(inverse[one], minlength=len(place)) for one in eligible[chosen].unbind(1)]
    group = place // CELLS
    return torch.stack([group // heads, group % heads, place % CELLS, *counts], 1)


def _rows(counts: Int64[Tensor, "batch head key"]) -> Int64[Tensor, "place 4"]:
    """Return the places of all counts above zero, and these."""
    places = counts.nonzero()
    return torch.cat([places, counts[places.unbind(1)][:, None]], 1)
