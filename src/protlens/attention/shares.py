"""Where all the attention of one layer goes, whatever the weight, added up over blocks of queries.

What is asked of each weight is asked by one product: the weights of a query, ``[head, key]``, by one column a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from protlens.attention.masks import BatchMasks
from protlens.models.protocol import LayerAttention

_LEAST_LOGARITHM = -104.0
"""Below that of the smallest float32 above 0."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Where the attention of one layer goes, summed over the residues of one batch; see ``HeadSums``."""

    to_special: Float64[Tensor, " head"]
    to_self: Float64[Tensor, " head"]
    to_previous: Float64[Tensor, " head"]
    to_next: Float64[Tensor, " head"]
    entropy: Float64[Tensor, " head"]
    distance: Float64[Tensor, " head"]


class LayerWeights:
    """Sums over all weights of one layer, in float64 from block to block; the next layer begins where they are taken.

    Parameters
    ----------
    masks, lengths
        The masks of a batch of proteins, and their residues.
    heads
        Heads of each layer.
    """

    def __init__(self, masks: BatchMasks, lengths: Sequence[int], *, heads: int) -> None:
        self._masks = masks
        self._lengths = torch.tensor(lengths, device=masks.letters.device)
        self._heads = heads
        self._rooms: dict[str, Tensor] = {}
        self._begin()

    def _begin(self) -> None:
        device, (batch, longest) = self._lengths.device, self._masks.letters.shape
        empty = partial(torch.zeros, dtype=torch.float64, device=device)
        self._shares = {name: empty(self._heads) for name in Shares.__dataclass_fields__}
        self._received = empty((batch, self._heads, longest))
        self._on_pairs = empty((batch, 2 * len(self._masks.codes), self._heads))

    def add(self, weights: LayerAttention, first: int) -> None:
        """Add a block of queries, the first of which stands at this place."""
        answers = self._answers(weights, first)
        inside = torch.arange(first, first + weights.shape[2], device=weights.device) < self._lengths[:, None]
        special = ((1 - answers[:, :, 0]) * inside[..., None]).clamp_(min=0)
        self._received += _column_sums(weights)
        self._on_pairs += answers[:, :, 2:].sum(1)
        for name, values in {
            "to_special": special.sum((0, 1)),
            "to_self": _diagonal(weights, first),
            "to_previous": _diagonal(weights, first - 1),
            "to_next": _diagonal(weights, first + 1),
            "entropy": self._entropy(weights) - torch.special.xlogy(special, special).sum((0, 1)),
            "distance": answers[:, :, 1].sum((0, 1)),
        }.items():
            self._shares[name] += values

    def take(self) -> tuple[Shares, Float64[Tensor, "sum=3 batch head property"]]:
        """Return where each head's attention goes over all residues of the batch, and how much falls on each property.

        That is the weight of all pairs, of those eligible for each property, and of those where it holds. Pairs of a
        protein that carries no labels of a property are not eligible, but counted among all pairs.
        """
        received, labels = self._received, self._masks.labels.double()
        known, holds = self._on_pairs.transpose(1, 2).chunk(2, 2)
        known_residues, residues_that_hold = (received @ part for part in labels.chunk(2, 2))
        eligible = torch.cat([known_residues, known], 2)
        total = received.sum(2, keepdim=True).expand_as(eligible)
        found = torch.stack([total, eligible, torch.cat([residues_that_hold, holds], 2)])
        shares = Shares(**self._shares)
        self._begin()
        return shares, found

    def _answers(self, weights: LayerAttention, first: int) -> Float64[Tensor, "batch query question head"]:
        """Return what each query gives to all keys, its mean distance, and what to pairs known and pairs that hold."""
        batch, _, queries, longest = weights.shape
        rows, codes = slice(first, first + queries), self._masks.codes
        asked = self._room("asked", (batch, queries, 2 + 2 * len(codes), longest), weights)
        place = torch.arange(longest, device=weights.device, dtype=weights.dtype)
        asked[:, :, 0] = 1
        asked[:, :, 1] = (place[rows, None] - place).abs_()
        for number, code in enumerate(codes, 2):
            asked[:, :, number] = code[:, rows].clamp_max(1)
            asked[:, :, number + len(codes)] = code[:, rows] >> 1
        found = [torch.bmm(one, of.permute(1, 2, 0)) for one, of in zip(asked, weights, strict=True)]
        return torch.stack(found).double()

    def _entropy(self, weights: LayerAttention) -> Float64[Tensor, " head"]:
        """Return the sum of -p log p in nats; that of 0, where log p would have no end, is 0."""
        logarithms = self._room("logarithms", tuple(weights.shape), weights)
        if weights.device.type == "cpu":
            with np.errstate(divide="ignore"):
                np.log(weights.numpy(), out=logarithms.numpy())  # in less than half the time of torch's
        else:
            torch.log(weights, out=logarithms)
        return -logarithms.clamp_(min=_LEAST_LOGARITHM).mul_(weights).sum(3).double().sum((0, 2))

    def _room(self, name: str, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """Return room that the next block takes again: new memory would have to be brought to the cache each time."""
        size = torch.Size(shape).numel()
        if name not in self._rooms or self._rooms[name].numel() < size:
            self._rooms[name] = like.new_empty(size)
        return self._rooms[name][:size].view(shape)


def _column_sums(weights: LayerAttention) -> Float[Tensor, "batch head key"]:
    """Return what each key is given, by a product with ones: a sum down the columns takes three times as long."""
    ones = weights.new_ones((weights.shape[1], 1, weights.shape[2]))
    return torch.stack([torch.bmm(ones, one).squeeze(1) for one in weights])


def _diagonal(weights: LayerAttention, offset: int) -> Float64[Tensor, " head"]:
    """Return the attention to the keys that stand ``offset`` after the rows of a block."""
    return weights.diagonal(offset, 2, 3).double().sum((0, 2))
