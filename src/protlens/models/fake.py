"""A model whose attention is given: for tests of what stands on models, and for planted signals."""

from collections.abc import Callable, Sequence

import torch

from protlens.models.base import Batch, LayerAttention, ModelInfo, Visitor


class FakeModel:
    """Shows the attention that a function returns.

    Parameters
    ----------
    attention
        From a sequence of L residues to ``float [layer, head, L, L]``, rows summing to at most one.
    layers, heads
        The shape that the function keeps.
    max_residues
        The longest chain it accepts, or None.
    """

    def __init__(
        self,
        attention: Callable[[str], torch.Tensor],
        *,
        layers: int,
        heads: int,
        max_residues: int | None = None,
        name: str = "fake",
    ) -> None:
        self._attention = attention
        self.info = ModelInfo(name, "fake", layers, heads, max_residues, "local", "0" * 64)
        self.device = torch.device("cpu")
        self.dtype = "float32"

    def encode(self, sequences: Sequence[str]) -> Batch:
        """Write letters as their code points, padded with zero."""
        lengths = tuple(len(sequence) for sequence in sequences)
        tokens = torch.zeros((len(sequences), max(lengths)), dtype=torch.long)
        for row, sequence in zip(tokens, sequences, strict=True):
            row[: len(sequence)] = torch.tensor([ord(letter) for letter in sequence])
        return Batch(tokens, tokens != 0, lengths)

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Call ``visit`` with the given attention of each layer."""
        for layer in range(self.info.layers):
            visit(layer, self._layer(batch, layer))

    def _layer(self, batch: Batch, layer: int) -> LayerAttention:
        longest = max(batch.lengths)
        weights = torch.zeros((len(batch.lengths), self.info.heads, longest, longest))
        for row, (tokens, length) in enumerate(zip(batch.tokens, batch.lengths, strict=True)):
            sequence = "".join(chr(token) for token in tokens[:length].tolist())
            weights[row, :, :length, :length] = self._attention(sequence)[layer]
        return weights
