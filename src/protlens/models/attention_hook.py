"""The attention function that shows its weights.

transformers calls it by name in place of ``sdpa``, once a layer. The rows of a softmax do not depend on each other, so
a layer is computed and shown some queries at a time: scores, weights and what is shown share one buffer of a few MiB,
which the next block overwrites while it is still in the processor's cache. Memory grows with the length, not with its
square, and not with the number of layers.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Any, TypeAlias

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from protlens.errors import ModelError, explain
from protlens.models.left_out import WeightsInstead, left_out
from protlens.models.mask_reach import reach_of
from protlens.models.protocol import Visitor
from protlens.models.query_blocks import even_blocks, rows_of_block
from protlens.reach import EVERYWHERE, Reach

NAME = "protlens"
"""What the attention function is registered as."""

Scores = Float[Tensor, "batch head query token"]
HookedValues = Float[Tensor, "batch head token channel"]
Added: TypeAlias = Callable[[slice], Tensor | None]
"""From some queries to what is added to their scores, ``[batch or 1, head or 1, query or 1, token]``, or None."""


def values_apart(device: str) -> bool:
    """Whether values are mixed by torch's own attention function, which forms no weights, beside the blocks of them."""
    return device == "cuda"


def _nothing(_: slice) -> None:
    return


class Capture:
    """One run of a model: forms each layer's weights and shows them to the visitor, some queries at a time.

    Parameters
    ----------
    visit
        Called with each block of a layer's weights between residues.
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

    def attend(
        self,
        query: HookedValues,
        key: HookedValues,
        value: HookedValues,
        *,
        scale: float,
        added: Added = _nothing,
        softcap: float | None = None,
        sinks: Tensor | None = None,
    ) -> HookedValues:
        """Show the weights of a layer to the visitor, and return the values that they mix.

        Parameters
        ----------
        query, key, value
            Of all tokens. Scores are formed in float32, from bfloat16 too, which would keep eight bits of them only.
        scale
            What ``query @ key.T`` is multiplied with.
        added
            From some queries to what is then added.
        softcap
            The largest score, before that is added.
        sinks
            A score a head, ``[head]``, that takes part in the softmax and stands for no token.
        """
        batch, heads, tokens, _ = query.shape
        if key.shape[1:3] != (heads, tokens):
            raise _refusal(f"{tokens} tokens of {heads} heads look at {key.shape[2]} of {key.shape[1]} heads")
        layer = self._next_layer(heads)
        keys = key.float().transpose(2, 3)
        absent = self._absent(layer)
        apart = values_apart(query.device.type) and added is _nothing and softcap is None and sinks is None
        mixed = self._mixed_apart(query, key, value, scale) if apart else _room_for_mixed(value)
        at_once = rows_of_block(4 * batch * heads * tokens, query.device.type)
        blocks = even_blocks(tokens, at_once)
        for rows in blocks:
            scores = self._room(batch, heads, rows.stop - rows.start, tokens, query.device)
            _form_scores(query[:, :, rows], keys, scores, scale=scale, added=added(rows), softcap=softcap)
            weights = self._softmax(scores, sinks)
            if not apart:
                for row in range(batch):
                    mixed[row, :, rows] = torch.bmm(weights[row].to(value.dtype), value[row])
            if absent is not None:
                absent.note(weights[:, absent.heads], rows)
            self._show(layer, weights, rows.start)
        if absent is not None:
            for rows in blocks:
                instead = absent.weights(rows).to(value.dtype)
                mixed[:, absent.heads, rows] = torch.matmul(instead, value[:, absent.heads])
        return mixed

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

    def _next_layer(self, heads: int) -> int:
        layer, self._seen = self._seen, self._seen + 1
        if layer >= self._layers:
            raise _refusal(f"it calls its attention more often than its {self._layers} layers")
        if self._heads not in (None, heads):
            raise _refusal(f"layer {layer + 1} has {heads} heads, and config.json says {self._heads}")
        return layer

    def _softmax(self, scores: Scores, sinks: Tensor | None) -> Scores:
        """Turn scores into weights in place, none of them on padding."""
        tokens = scores.shape[-1]
        for row, length in enumerate(self._lengths):
            if length + self._specials < tokens:
                scores[row, :, :, length + self._specials :] = -torch.inf
        return torch.softmax(scores, dim=-1, out=scores) if sinks is None else _softmax_beside(scores, sinks)

    def _mixed_apart(self, query: HookedValues, key: HookedValues, value: HookedValues, scale: float) -> HookedValues:
        ends = self._ends()
        padded = int(ends.min()) < query.shape[2]
        real = (torch.arange(query.shape[2]) < ends[:, None])[:, None, None].to(query.device) if padded else None
        return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=real, scale=scale)

    def _ends(self) -> Int64[Tensor, " batch"]:
        """Return how many tokens each sequence has."""
        return torch.tensor(self._lengths) + self._specials

    def _absent(self, layer: int) -> WeightsInstead | None:
        """Return what forms the weights of the heads of a layer that are left out, None if there are none."""
        absent = left_out()
        heads = [] if absent is None else absent.of_layer(layer)
        if absent is None or not heads:
            return None
        ends = self._ends()[:, None]
        mask = self._mask

        def visible(rows: slice, keys: int) -> Tensor:
            real = (torch.arange(keys) < ends)[:, None, None]
            return real if mask is None else real.to(mask.device) & _of_rows(_seen_by(mask), rows)

        def residues(rows: slice) -> Tensor:
            token = torch.arange(rows.start, rows.stop)
            return (token >= self._before) & (token < ends - (self._specials - self._before))

        return WeightsInstead(heads, absent.replace, visible=visible, residues=residues)

    def finish(self) -> None:
        """Raise ModelError unless every layer has been shown."""
        if self._seen != self._layers:
            raise _refusal(f"it showed the attention of {self._seen} of {self._layers} layers")

    def _room(self, batch: int, heads: int, rows: int, tokens: int, device: torch.device) -> Scores:
        size = batch * heads * rows * tokens
        if self._buffer is None or self._buffer.numel() < size:
            self._buffer = torch.empty(size, dtype=torch.float32, device=device)
        return self._buffer[:size].view(batch, heads, rows, tokens)

    def _show(self, layer: int, weights: Scores, first: int) -> None:
        """Show a block of weights, whose first query is the given token, without what stands for no residue."""
        shown = [length + self._specials * self._whole for length in self._lengths]
        longest = max(shown)
        before = 0 if self._whole else self._before
        start, stop = max(first, before), min(first + weights.shape[2], before + longest)
        if start >= stop:
            return
        residues = weights[:, :, start - first : stop - first, before : before + longest]
        for row, length in enumerate(shown):
            if length < longest:
                residues[row, :, max(length - (start - before), 0) :] = 0
                residues[row, :, :, length:] = 0
        self._visit(layer, residues, start - before)


def _room_for_mixed(value: HookedValues) -> HookedValues:
    """Return room in the order ``batch token head channel``, which models go on with."""
    batch, heads, tokens, channels = value.shape
    return value.new_empty((batch, tokens, heads, channels)).transpose(1, 2)


def _form_scores(
    query: Tensor, keys: Tensor, scores: Scores, *, scale: float, added: Tensor | None, softcap: float | None
) -> None:
    """Write ``cap(scale * query @ keys) + added`` into the room for them."""
    under = added if softcap is None else None
    if under is not None:
        scores.copy_(under)
    alpha = scale if softcap is None else scale / softcap
    for row, of_sequence in enumerate(scores):  # a product over all of a batch would copy queries, keys and values
        torch.baddbmm(of_sequence, query[row].float(), keys[row], beta=under is not None, alpha=alpha, out=of_sequence)
    if softcap is not None:
        scores.tanh_().mul_(softcap)
        if added is not None:
            scores.add_(added)


def _of_rows(part: Tensor, rows: slice) -> Tensor:
    """Return what belongs to some queries of what may be the same for all."""
    return part if part.shape[2] == 1 else part[:, :, rows]


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
    register()
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
    added = _nothing if position_bias is attention_mask is None else partial(_bias, position_bias, attention_mask)
    mixed = capture.attend(query, key, value, scale=scale, added=added, softcap=softcap, sinks=sinks)
    return mixed.transpose(1, 2).contiguous(), None


def _shared_by_heads(part: HookedValues, heads: int) -> HookedValues:
    """Give each head the keys or values that it shares with its neighbours."""
    return part if part.shape[1] == heads else part.repeat_interleave(heads // part.shape[1], dim=1)


def _bias(bias: Tensor | None, mask: Tensor | None, rows: slice) -> Tensor | None:
    """Return what a position's bias and a mask add to the scores of some queries."""
    bias, mask = (None if part is None else _of_rows(part, rows) for part in (bias, mask))
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
    from transformers.masking_utils import bidirectional_mask_function, eager_mask

    if mask_function is bidirectional_mask_function:
        return None
    mask: Tensor = eager_mask(mask_function=mask_function, **rest)
    return mask


@cache
def register() -> None:
    """Make the attention function known to transformers, whose models call it by its name."""
    # Not above, as in load.py: transformers' models take seconds to import.
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, _mask)
