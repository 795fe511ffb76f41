"""The attention that a model itself gives, beside that which protlens shows.

transformers computes weights in plain steps when it is asked to hand them out (``eager`` with ``output_attentions``).
That takes the memory of all layers at once, and is what every other way of computing them must agree with.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.attention_hook import NAME, Capture, capturing
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.hidden_states import States, watching
from protlens.models.protocol import Batch, ModelInfo
from protlens.models.reach import Reach

TOLERANCE = {"float32": 1e-4, "bfloat16": 0.05}
"""How far a weight may lie from the model's own in float32; in bfloat16, what share of a row may lie elsewhere."""

_SHORT = ("MKTAYIAKQR", "ACDEFGHIKLMNPQRSTVWYXUZOB")
_LONGEST = 600
_WINDOWS = ("sliding_window", "sliding_window_size", "local_attention", "attention_window", "window_size")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far one batch of sequences is from what the model itself gives.

    Parameters
    ----------
    residues
        Of each sequence.
    largest
        The largest difference of a weight, by layer; special tokens take part.
    moved
        The mean share of a row that lies elsewhere, half the sum of its differences, by layer.
    states
        The largest difference of a hidden state, relative to the largest state, by layer: what enters the first, and
        what leaves each.
    reach
        How far each layer attends.
    """

    residues: tuple[int, ...]
    largest: tuple[float, ...]
    moved: tuple[float, ...]
    states: tuple[float, ...]
    reach: tuple[Reach, ...]


def compare(
    encoder: nn.Module, family: ModelFamily, codes: Codes, *, layers: int, heads: int, max_residues: int | None
) -> list[Comparison]:
    """Compare all layers and heads on sequences of several lengths, each alone and all in one batch.

    Parameters
    ----------
    encoder, family, codes
        A loaded model.
    layers, heads
        How many layers it has, and heads in each.
    max_residues
        The longest chain that it reads.

    Raises
    ------
    ModelError
        If the model does not give its own attention, or does not show that of each layer.
    """
    sequences = [sequence[:max_residues] for sequence in (*_SHORT, _sequence(_probe_length(encoder.config)))]
    groups = [*([sequence] for sequence in sequences), sequences]
    try:
        return [_compare(encoder, family, codes.write(group), codes, (layers, heads)) for group in groups]
    except ModelError:
        raise
    except Exception as error:  # each architecture raises its own where it wants more than tokens
        reason = next(iter(str(error).strip().splitlines()), repr(error))
        raise ModelError(
            explain(
                "attention of the model",
                found=f"it does not run on tokens alone ({type(error).__name__}: {reason})",
                allowed="an encoder or decoder of one sequence of tokens",
            )
        ) from error


def checked_reach(encoder: nn.Module, family: ModelFamily, codes: Codes, info: ModelInfo) -> tuple[Reach, ...]:
    """Return how far each layer attends, once the model is found to show the attention that it gives itself.

    Raises
    ------
    ModelError
        If it does not.
    """
    found = compare(encoder, family, codes, layers=info.layers, heads=info.heads, max_residues=info.max_residues)
    exact = next(encoder.parameters()).dtype == torch.float32
    kind, limit = ("weight", TOLERANCE["float32"]) if exact else ("share of a row", TOLERANCE["bfloat16"])
    for one in found:
        for layer, difference in enumerate(one.largest if exact else one.moved, 1):
            if not difference <= limit:
                raise ModelError(
                    explain(
                        f"attention of the model {info.name!r}",
                        found=f"in layer {layer} a {kind} differs by {difference:.2g} from the model's own",
                        allowed=f"{limit:g}",
                        hint="protlens cannot show this architecture",
                    )
                )
    return max(found, key=lambda one: max(one.residues)).reach


def _sequence(length: int) -> str:
    generator = torch.Generator().manual_seed(length)
    letters = "ACDEFGHIKLMNPQRSTVWY"
    return "".join(letters[i] for i in torch.randint(len(letters), (length,), generator=generator).tolist())


def _probe_length(config: Any) -> int:
    """Return a length at which windows show that a configuration names, if that is not too long to try."""
    entries = config.to_dict()
    windows = [entries.get(name) for name in _WINDOWS]
    needed = [window + 16 for window in windows if isinstance(window, int) and 0 < window + 16 <= _LONGEST]
    return max([40, *needed])


def _compare(encoder: nn.Module, family: ModelFamily, batch: Batch, codes: Codes, shape: tuple[int, int]) -> Comparison:
    layers, heads = shape
    device = next(encoder.parameters()).device
    batch = Batch(batch.tokens.to(device), batch.mask.to(device), batch.lengths)
    own, own_states = _own(encoder, family, batch, layers)
    tokens = batch.mask.sum(dim=1).tolist()
    largest: list[float] = []
    moved: list[float] = []
    states: list[float] = []

    def visit(layer: int, weights: Tensor) -> None:
        differences = [(weights[row, :, :n, :n] - own[layer][row, :, :n, :n]).abs() for row, n in enumerate(tokens)]
        largest.append(max(float(one.max()) for one in differences))
        moved.append(max(float(one.sum(-1).mean()) / 2 for one in differences))

    def look(layer: int, shown: Tensor) -> None:
        real = torch.arange(shown.shape[1]) < torch.tensor(batch.lengths)[:, None]
        wanted = own_states[layer][:, len(codes.before) : len(codes.before) + shown.shape[1]].float()
        difference = (shown - wanted)[real.to(device)].abs().max()
        states.append(float(difference / wanted[real.to(device)].abs().max().clamp(min=1e-12)))

    capture = Capture(visit, tokens, before=0, after=0, layers=layers, heads=heads)
    watched = States(look, batch.lengths, before=len(codes.before), layers=layers)
    with (
        torch.inference_mode(),
        watching(family.layers(encoder), watched, token_first=family.token_first),
        capturing(capture),
    ):
        last = encoder(**family.inputs(batch)).last_hidden_state
    watched.finish(last)
    return Comparison(batch.lengths, tuple(largest), tuple(moved), tuple(states), tuple(capture.reach))


def _own(encoder: nn.Module, family: ModelFamily, batch: Batch, layers: int) -> tuple[Sequence[Tensor], list[Tensor]]:
    inputs = {**family.inputs(batch), "attention_mask": batch.mask.long()}
    with torch.inference_mode(), _computing_its_own(encoder, family):
        output = encoder(**inputs, output_attentions=True, output_hidden_states=True)
    given = output.get("attentions") or ()
    if len(given) != layers or any(weights is None for weights in given):
        raise ModelError(
            explain(
                "attention of the model",
                found=f"transformers hands out that of {sum(one is not None for one in given)} of {layers} layers",
                allowed="softmax attention in every layer",
            )
        )
    return given, [*output.hidden_states[:layers], output.last_hidden_state]


@contextmanager
def _computing_its_own(encoder: Any, family: ModelFamily) -> Iterator[None]:
    """Let a model compute attention as transformers does while inside."""
    family.restore(encoder)
    encoder.set_attn_implementation("eager")
    try:
        yield
    finally:
        encoder.set_attn_implementation(NAME)
        family.prepare(encoder)
