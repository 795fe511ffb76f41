"""What enters each layer of an encoder, and what leaves the last one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from protlens.errors import ModelError, explain
from protlens.models.protocol import StateVisitor


class States:
    """One run of a model: shows the hidden states of its residues, one layer at a time.

    Parameters
    ----------
    visit
        Called with each layer's states.
    lengths
        Residues of each sequence.
    before
        Number of special tokens before a sequence.
    layers
        How many layers the model must run through.
    """

    def __init__(self, visit: StateVisitor, lengths: Sequence[int], *, before: int, layers: int) -> None:
        self._visit = visit
        self._lengths = torch.tensor(lengths)
        self._inner = slice(before, before + max(lengths))
        self._layers = layers
        self._seen = 0

    def enter(self, states: Float[Tensor, "batch token channel"]) -> None:
        """Show what enters the next layer."""
        if self._seen >= self._layers:
            raise self._refusal(f"more than its {self._layers} layers ran")
        self._show(states)

    def finish(self, states: Float[Tensor, "batch token channel"]) -> None:
        """Show what left the model.

        Raises
        ------
        ModelError
            If not every layer was seen before.
        """
        if self._seen != self._layers:
            raise self._refusal(f"{self._seen} of {self._layers} layers showed theirs")
        self._show(states)

    def _show(self, states: Float[Tensor, "batch token channel"]) -> None:
        if states.ndim != 3:
            raise self._refusal(f"{states.ndim} axes of states, {tuple(states.shape)}")
        residues = states[:, self._inner].float()
        padded = torch.arange(residues.shape[1]) >= self._lengths[:, None]
        layer, self._seen = self._seen, self._seen + 1
        self._visit(layer, residues.masked_fill(padded[..., None].to(residues.device), 0.0))

    def _refusal(self, found: str) -> ModelError:
        return ModelError(explain("hidden states of the model", found=found, allowed="one pass through each layer"))


@contextmanager
def watching(layers: Sequence[nn.Module], states: States, *, token_first: bool) -> Iterator[None]:
    """Show to ``states`` what enters each of these layers while inside, a layer that runs twice twice.

    Parameters
    ----------
    layers
        Modules whose first argument, or the one named ``hidden_states``, is the hidden states.
    states
        Sees them as ``[batch, token, channel]``.
    token_first
        Whether the modules hold them as ``[token, batch, channel]``.
    """

    def look(_: nn.Module, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        entering = arguments[0] if arguments else named["hidden_states"]
        states.enter(entering.transpose(0, 1) if token_first else entering)

    handles = [layer.register_forward_pre_hook(look, with_kwargs=True) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
