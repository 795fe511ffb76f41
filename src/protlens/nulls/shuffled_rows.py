"""A model whose attention weights are permuted within each row: the paper's shuffled attention."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import torch
from jaxtyping import Float32

from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel, Batch, LayerAttention, Visitor
from protlens.models.wrapping import WrappedModel
from protlens.nulls.keyed import keyed_generator
from protlens.nulls.null_kinds import KINDS
from protlens.reach import EVERYWHERE, Reach


class ShuffledRows(WrappedModel):
    """Another model, each residue of which gives its weights to residues that are drawn at random.

    A residue keeps all its weights, those to special tokens too, and gives the others to residues that its layer lets
    it attend to. What is drawn depends on the seed, on what the model reads of the protein, on the layer and the head;
    so two proteins that read the same are shuffled alike, as the model treats them alike.

    Parameters
    ----------
    model
        The other model.
    seed
        0 or more.
    name
        What the other model is called; as it calls itself if None.
    """

    def __init__(self, model: AttentionModel, *, seed: int, name: str | None = None) -> None:
        settings = sha256(f"{model.info.settings_sha256}:rows:{seed}".encode()).hexdigest()
        called = KINDS["rows"].name(name or model.info.name, seed)
        super().__init__(model, info=replace(model.info, name=called, settings_sha256=settings))
        self._seed = seed

    def encode(self, sequences: str | Sequence[str | Protein]) -> Batch:
        """Write sequences as the other model does."""
        return self.inner.encode(sequences)  # type: ignore[arg-type]

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Run the other model once, and call ``visit`` with the shuffled attention of each block."""
        tokens, mask = batch.tokens.cpu().numpy(), batch.mask.cpu().numpy()
        keys = [np.ascontiguousarray(row[there], np.int64).tobytes() for row, there in zip(tokens, mask, strict=True)]

        reach = self.reach
        generators: dict[tuple[int, int], np.random.Generator] = {}

        def shuffled(layer: int, weights: LayerAttention, first: int = 0, /) -> None:
            given = weights.cpu().numpy()
            result = np.zeros_like(given)
            for row, (key, length) in enumerate(zip(keys, batch.lengths, strict=True)):
                for head in range(given.shape[1]):
                    if first == 0:  # goes on drawing, row by row, in the blocks that follow
                        generators[row, head] = keyed_generator(self._seed, key, layer, head)
                    rows = slice(0, max(length - first, 0))
                    block = given[row, head, rows, :length]
                    result[row, head, rows, :length] = shuffle_rows(
                        block, reach[layer], generators[row, head], first=first
                    )
            visit(layer, torch.from_numpy(result).to(weights.device), first)

        self.inner.attend(batch, shuffled)


def shuffle_rows(
    weights: Float32[np.ndarray, "query key"], reach: Reach, rng: np.random.Generator, *, first: int = 0
) -> Float32[np.ndarray, "query key"]:
    """Return weights that are permuted within each row, among the residues that it may see.

    Each weight is sorted by 32 random bits that stand before its own, several times faster than by swaps.

    Parameters
    ----------
    weights
        The attention of some residues of one protein in one head, zero where a residue cannot attend.
    reach
        How far residues attend.
    rng
        How the weights are permuted; it does not depend on them, and goes on from row to row.
    first
        The place of the first of these residues.
    """
    rows, length = weights.shape
    keys = np.empty((rows, length, 2), "<u4")
    keys[..., 0] = weights.view(np.uint32)
    keys[..., 1] = rng.integers(2**32, size=(rows, length), dtype=np.uint32)
    everywhere = reach.within(length) == EVERYWHERE
    visible = None if everywhere else reach.pairs(length)[first : first + rows]
    if visible is not None:
        keys[~visible] = 2**32 - 1  # those that are not seen come last
    keys.view("<u8")[..., 0].sort(axis=1)
    drawn = np.ascontiguousarray(keys[..., 0]).view(np.float32)
    if visible is None:
        return drawn
    result = np.zeros_like(weights)
    result[visible] = drawn[np.arange(length) < visible.sum(axis=1, keepdims=True)]
    return result
