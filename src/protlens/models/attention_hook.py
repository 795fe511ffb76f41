"""The attention function that shows its weights.

transformers calls it by name in place of ``sdpa``, once a layer. Scores, weights and what is shown share one buffer
that the next layer overwrites, so memory does not grow with the number of layers, and a full pass over
``batch x head x query x key`` is spent on each of: scores, softmax, and the product with the values.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface

from protlens.errors import ModelError, explain
from protlens.models.protocol import Visitor

NAME = "protlens"
"""What the attention function is registered as."""

Scores = Float[Tensor, "batch head token token"]
HookedValues = Float[Tensor, "batch head token channel"]


class Capture:
    """One run of a model: turns scores into weights and shows each layer's to the visitor.

    Parameters
    ----------
    visit
        Called with each layer's weights between residues.
    lengths
        Residues of each sequence.
    before, after
        Numbers of special tokens around a sequence.
    layers
        How often the attention function must be called.
    """

    def __init__(self, visit: Visitor, lengths: Sequence[int], *, before: int, after: int, layers: int) -> None:
        self._visit = visit
        self._lengths = lengths
        self._before = before
        self._specials = before + after
        self._layers = layers
        self._buffer: Tensor | None = None
        self._seen = 0

    def scores(self, query: HookedValues, key: HookedValues, *, scale: float, bias: Tensor | None = None) -> Scores:
        """Return ``scale * query @ key.T + bias`` in float32, in the buffer.

        bfloat16 inputs are widened first: their scores would keep eight bits only.
        """
        batch, heads, tokens, _ = query.shape
        out = self._room(batch * heads, tokens, query.device)
        if bias is not None:
            out.view(batch, heads, tokens, tokens).copy_(bias)
        torch.baddbmm(
            out,
            query.float().flatten(0, 1),
            key.float().flatten(0, 1).transpose(1, 2),
            beta=0 if bias is None else 1,
            alpha=scale,
            out=out,
        )
        return out.view(batch, heads, tokens, tokens)

    def mix(self, scores: Scores, value: HookedValues) -> HookedValues:
        """Turn scores into weights in place, show them to the visitor and return the weighted values."""
        tokens = scores.shape[-1]
        for row, length in enumerate(self._lengths):
            if length + self._specials < tokens:
                scores[row, :, :, length + self._specials :] = -torch.inf
        weights = torch.softmax(scores, dim=-1, out=scores)
        mixed = torch.matmul(weights.to(value.dtype), value)
        self._show(weights)
        return mixed

    def finish(self) -> None:
        """Raise ModelError unless every layer has been shown."""
        if self._seen != self._layers:
            raise self._refusal(f"it showed the attention of {self._seen} of {self._layers} layers")

    def _room(self, rows: int, tokens: int, device: torch.device) -> Tensor:
        if self._buffer is None or self._buffer.shape != (rows, tokens, tokens):
            self._buffer = torch.empty((rows, tokens, tokens), dtype=torch.float32, device=device)
        return self._buffer

    def _show(self, weights: Scores) -> None:
        layer, self._seen = self._seen, self._seen + 1
        if layer >= self._layers:
            raise self._refusal(f"it calls its attention more often than its {self._layers} layers")
        longest = max(self._lengths)
        inner = slice(self._before, self._before + longest)
        residues = weights[:, :, inner, inner]
        for row, length in enumerate(self._lengths):
            if length < longest:
                residues[row, :, length:] = 0
                residues[row, :, :, length:] = 0
        self._visit(layer, residues)

    def _refusal(self, found: str) -> ModelError:
        return ModelError(
            explain("attention of the model", found=found, allowed="one call of its attention function a layer")
        )


_CURRENT: ContextVar[Capture] = ContextVar("protlens_capture")


@contextmanager
def capturing(capture: Capture) -> Iterator[None]:
    """Let the models that run inside show their attention to ``capture``; on leaving, check that all layers did."""
    token = _CURRENT.set(capture)
    try:
        yield
    finally:
        _CURRENT.reset(token)
    capture.finish()


def current() -> Capture:
    """Return the capture of the run that is under way."""
    return _CURRENT.get()


def _attention(
    module: torch.nn.Module,
    query: HookedValues,
    key: HookedValues,
    value: HookedValues,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    position_bias: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    capture = current()
    mixed = capture.mix(capture.scores(query, key, scale=scaling, bias=position_bias), value)
    return mixed.transpose(1, 2), None


def _no_mask(*_: Any, **__: Any) -> None:
    """Build no mask: padding stands at the end, and the capture knows the lengths."""


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, _no_mask)
