"""The attention function that shows its weights.

transformers calls it by name in place of ``sdpa``, once a layer. Scores, weights and what is shown share one buffer
that the next layer overwrites, so memory does not grow with the number of layers, and a full pass over
``batch x head x query x key`` is spent on each of: scores, softmax, and the product with the values.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import bidirectional_mask_function, eager_mask

from protlens.errors import ModelError, explain
from protlens.models.left_out import LeftOut, left_out, weights_instead
from protlens.models.mask_reach import reach_of
from protlens.models.protocol import Visitor
from protlens.reach import EVERYWHERE, Reach

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
    heads
        How many heads each layer must show; None takes what comes.
    reach
        How far each layer attends; None takes what comes. Other masks are refused, as what is counted would not hold.
    whole
        Whether all tokens are shown, the special ones included.
    """

    def __init__(
        self,
        visit: Visitor,
        lengths: Sequence[int],
        *,
        before: int,
        after: int,
        layers: int,
        heads: int | None = None,
        reach: Sequence[Reach] | None = None,
        whole: bool = False,
    ) -> None:
        self._visit = visit
        self._lengths = lengths
        self._before = before
        self._specials = before + after
        self._whole = whole
        self._layers = layers
        self._heads = heads
        self._expected = reach
        self._buffer: Tensor | None = None
        self._mask: Tensor | None = None
        self._seen = 0
        self._known: dict[tuple[int, torch.Size], Reach] = {}
        self.reach: list[Reach] = []

    def scores(self, query: HookedValues, key: HookedValues, *, scale: float, bias: Tensor | None = None) -> Scores:
        """Return ``scale * query @ key.T + bias`` in float32, in the buffer.

        bfloat16 inputs are widened first: their scores would keep eight bits only.
        """
        batch, heads, tokens, _ = query.shape
        if key.shape[1:3] != (heads, tokens):
            raise _refusal(f"{tokens} tokens of {heads} heads look at {key.shape[2]} of {key.shape[1]} heads")
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

    def look_at(self, mask: Tensor | None) -> None:
        """Note how far the tokens of the coming layer attend by its mask, before it is run.

        Raises
        ------
        ModelError
            If this is not how far the layer is known to attend.
        """
        self._mask = mask
        longest = max(range(len(self._lengths)), key=self._lengths.__getitem__)
        tokens = self._lengths[longest] + self._specials
        found = self._reach_of(mask, longest, tokens)
        layer = len(self.reach)
        self.reach.append(found)
        if self._expected is not None and layer < self._layers and self._expected[layer].within(tokens) != found:
            raise _refusal(
                f"layer {layer + 1} attends {_in_words(found)} in a chain of {tokens} tokens,"
                f" and {_in_words(self._expected[layer])} in shorter ones"
            )

    def _reach_of(self, mask: Tensor | None, row: int, tokens: int) -> Reach:
        """Return how far a mask lets attend; layers share their masks, so each is looked at once."""
        if mask is None:
            return EVERYWHERE
        place = (mask.data_ptr(), mask.shape)
        if place not in self._known:
            self._known[place] = reach_of(_visible(mask, row)[:tokens, :tokens])
        return self._known[place]

    def mix(self, scores: Scores, value: HookedValues, *, sinks: Tensor | None = None) -> HookedValues:
        """Turn scores into weights in place, show them to the visitor and return the weighted values.

        A sink is a score a head, ``[head]``, that takes part in the softmax and stands for no token.
        """
        tokens = scores.shape[-1]
        for row, length in enumerate(self._lengths):
            if length + self._specials < tokens:
                scores[row, :, :, length + self._specials :] = -torch.inf
        weights = torch.softmax(scores, dim=-1, out=scores) if sinks is None else _softmax_beside(scores, sinks)
        mixed = torch.matmul(weights.to(value.dtype), value)
        absent = left_out()
        if absent is not None and (heads := absent.of_layer(self._seen)):
            mixed[:, heads] = self._mix_without(absent, weights[:, heads], value[:, heads])
        self._show(weights)
        return mixed

    def _mix_without(self, absent: LeftOut, weights: Scores, value: HookedValues) -> HookedValues:
        """Return what heads that are left out add instead."""
        if absent.replace == "zero":
            return torch.zeros_like(value)
        tokens = torch.arange(weights.shape[-1])
        ends = torch.tensor(self._lengths)[:, None] + self._specials
        visible = (tokens < ends).to(weights.device)[:, None, None]
        if self._mask is not None:
            visible = visible & _seen_by(self._mask)
        inner = (tokens >= self._before) & (tokens < ends - (self._specials - self._before))
        instead = weights_instead(weights, visible, inner.to(weights.device), replace=absent.replace)
        return torch.matmul(instead.to(value.dtype), value)

    def finish(self) -> None:
        """Raise ModelError unless every layer has been shown."""
        if self._seen != self._layers:
            raise _refusal(f"it showed the attention of {self._seen} of {self._layers} layers")

    def _room(self, rows: int, tokens: int, device: torch.device) -> Tensor:
        if self._buffer is None or self._buffer.shape != (rows, tokens, tokens):
            self._buffer = torch.empty((rows, tokens, tokens), dtype=torch.float32, device=device)
        return self._buffer

    def _show(self, weights: Scores) -> None:
        layer, self._seen = self._seen, self._seen + 1
        if layer >= self._layers:
            raise _refusal(f"it calls its attention more often than its {self._layers} layers")
        if self._heads not in (None, weights.shape[1]):
            raise _refusal(f"layer {layer + 1} has {weights.shape[1]} heads, and config.json says {self._heads}")
        shown = [length + self._specials * self._whole for length in self._lengths]
        longest = max(shown)
        first = 0 if self._whole else self._before
        inner = slice(first, first + longest)
        residues = weights[:, :, inner, inner]
        for row, length in enumerate(shown):
            if length < longest:
                residues[row, :, length:] = 0
                residues[row, :, :, length:] = 0
        self._visit(layer, residues)


def _visible(mask: Tensor, row: int) -> Tensor:
    """Return which tokens attend to which in one sequence of a batch."""
    of_row = _seen_by(mask)[row if mask.shape[0] > 1 else 0, 0]
    return of_row.expand(of_row.shape[-1], -1)  # one row stands for all tokens where padding alone is hidden


def _seen_by(mask: Tensor) -> Tensor:
    """Return which tokens attend to which, ``bool [batch or 1, 1, query or 1, key]``; the first head stands for all."""
    first = mask[:, :1]
    return first if first.dtype == torch.bool else first > torch.finfo(first.dtype).min / 2


def _in_words(reach: Reach) -> str:
    back, ahead = ("all" if limit is None else str(limit) for limit in (reach.back, reach.ahead))
    return f"{back} back and {ahead} ahead"


def _refusal(found: str) -> ModelError:
    return ModelError(
        explain("attention of the model", found=found, allowed="one softmax between all of its tokens a layer")
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


_HARMLESS = frozenset(
    {
        *("dropout", "is_causal", "sliding_window", "position_ids", "cache_position", "use_cache", "layer_idx"),
        *("output_attentions", "output_hidden_states", "return_dict", "training", "deterministic"),
    }
)
"""Arguments of attention functions that do not change the weights: a window or a direction is in the mask too."""


def _attention(
    module: torch.nn.Module,
    query: HookedValues,
    key: HookedValues,
    value: HookedValues,
    attention_mask: Tensor | None,
    *,
    scaling: float | None = None,
    position_bias: Tensor | None = None,
    softcap: float | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Do what transformers' own attention functions do, in the order of theirs: scale, cap, bias, mask, softmax."""
    sinks = others.pop("s_aux", None)
    if strange := sorted(name for name, given in others.items() if given is not None and name not in _HARMLESS):
        raise _refusal(f"it hands its attention function {', '.join(strange)}, which protlens does not know")
    capture = current()
    capture.look_at(attention_mask)
    key, value = (_shared_by_heads(part, query.shape[1]) for part in (key, value))
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    bias = _sum(position_bias, attention_mask)
    if softcap is None:
        scores = capture.scores(query, key, scale=scale, bias=bias)
    else:
        scores = capture.scores(query, key, scale=scale / softcap).tanh_().mul_(softcap)
        scores = scores if bias is None else scores.add_(bias)
    return capture.mix(scores, value, sinks=sinks).transpose(1, 2).contiguous(), None


def _shared_by_heads(part: HookedValues, heads: int) -> HookedValues:
    """Give each head the keys or values that it shares with its neighbours."""
    return part if part.shape[1] == heads else part.repeat_interleave(heads // part.shape[1], dim=1)


def _sum(bias: Tensor | None, mask: Tensor | None) -> Tensor | None:
    if mask is not None and mask.dtype == torch.bool:
        mask = torch.zeros(mask.shape, device=mask.device).masked_fill_(~mask, torch.finfo(torch.float32).min)
    return mask if bias is None else bias if mask is None else bias + mask


def _softmax_beside(scores: Scores, sinks: Tensor) -> Scores:
    sink = sinks.float().reshape(1, -1, 1, 1)
    highest = torch.maximum(scores.amax(-1, keepdim=True), sink)
    weights = scores.sub_(highest).exp_()
    return weights.div_(weights.sum(-1, keepdim=True) + (sink - highest).exp())


def _mask(*, mask_function: Callable[..., Any], **rest: Any) -> Tensor | None:
    """Build the mask that transformers would, or none where every token sees all tokens.

    Padding stands at the end, and the capture knows the lengths.
    """
    if mask_function is bidirectional_mask_function:
        return None
    mask: Tensor = eager_mask(mask_function=mask_function, **rest)
    return mask


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, _mask)
