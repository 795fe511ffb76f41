"""A model whose attention and states are given: for tests of what stands on models, and for planted signals."""

from collections.abc import Callable, Sequence

import torch

from protlens.errors import ModelError, explain
from protlens.models.protocol import Batch, LayerAttention, ModelInfo, StateVisitor, Visitor
from protlens.reach import Reach


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
    embedding
        From a sequence of L residues to ``float [layer + 1, L, channel]``; without it there are no hidden states.
    reach
        How far each layer attends, which the function keeps to; None for everywhere.
    """

    def __init__(
        self,
        attention: Callable[[str], torch.Tensor],
        *,
        layers: int,
        heads: int,
        max_residues: int | None = None,
        name: str = "fake",
        embedding: Callable[[str], torch.Tensor] | None = None,
        reach: Sequence[Reach] | None = None,
    ) -> None:
        self._attention = attention
        self._embedding = embedding
        self.reach = reach
        self.info = ModelInfo(name, "fake", layers, heads, max_residues, "local", "0" * 64)
        self.device = torch.device("cpu")
        self.dtype = "float32"

    def encode(self, sequences: str | Sequence[str]) -> Batch:
        """Write letters as their code points, padded with zero."""
        sequences = [sequences] if isinstance(sequences, str) else sequences
        lengths = tuple(len(sequence) for sequence in sequences)
        tokens = torch.zeros((len(sequences), max(lengths)), dtype=torch.long)
        for row, sequence in zip(tokens, sequences, strict=True):
            row[: len(sequence)] = torch.tensor([ord(letter) for letter in sequence])
        return Batch(tokens, tokens != 0, lengths)

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Call ``visit`` with the given attention of each layer, as one block."""
        for layer in range(self.info.layers):
            visit(layer, self._layer(batch, layer), 0)

    def hidden_states(self, batch: Batch, visit: StateVisitor) -> None:
        """Call ``visit`` with the given states, first those that enter layer one."""
        if self._embedding is None:
            raise ModelError(explain(f"model {self.info.name!r}", found="it was made without hidden states"))
        given = [self._embedding(sequence) for sequence in _sequences(batch)]
        for layer in range(self.info.layers + 1):
            visit(layer, torch.nn.utils.rnn.pad_sequence([states[layer] for states in given], batch_first=True))

    def _layer(self, batch: Batch, layer: int) -> LayerAttention:
        longest = max(batch.lengths)
        weights = torch.zeros((len(batch.lengths), self.info.heads, longest, longest))
        for row, sequence in enumerate(_sequences(batch)):
            weights[row, :, : len(sequence), : len(sequence)] = self._attention(sequence)[layer]
        return weights


def _sequences(batch: Batch) -> list[str]:
    return [
        "".join(chr(token) for token in tokens[:length].tolist())
        for tokens, length in zip(batch.tokens, batch.lengths, strict=True)
    ]
