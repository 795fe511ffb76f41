"""The attention that a model itself gives, beside that which protlens shows.

transformers computes weights in plain steps when it is asked to hand them out (``eager`` with ``output_attentions``).
That takes the memory of all layers at once, and is what every other way of computing them must agree with.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.attention_hook import NAME, Capture, capturing
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.hidden_states import States, watching
from protlens.models.protocol import Batch, ModelInfo, StateVisitor, Visitor, whole_layers
from protlens.reach import Reach

TOLERANCE = {"float32": 1e-4, "bfloat16": 0.05}
"""How far a weight may lie from the model's own in float32; in bfloat16, what share of a row may lie elsewhere."""

STATES_TOLERANCE = {"float32": 1e-4, "bfloat16": 0.25}
"""How far a hidden state may lie from the model's own, relative to the largest; scores are always in float32 here."""

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


Show: TypeAlias = Callable[[Batch, Visitor, StateVisitor], Sequence[Reach]]
"""Runs a model on a batch, shows weights between all tokens and hidden states, and returns how far layers attend."""


def compare(
    encoder: nn.Module, family: ModelFamily, codes: Codes, info: ModelInfo, *, show: Show | None = None
) -> list[Comparison]:
    """Compare all layers and heads on sequences of several lengths, each alone and all in one batch.

    Parameters
    ----------
    encoder, family, codes, info
        A loaded model.
    show
        What is compared with the encoder's own attention; that which protlens computes in it, if left out.

    Raises
    ------
    ModelError
        If the model does not give its own attention, or does not show that of each layer.
    """
    show = show or partial(_show, encoder, family, codes, info)
    probe = _sequence(_probe_length(encoder.config))
    sequences = [sequence[: info.max_residues] for sequence in (*_SHORT, probe)]
    groups = [*([sequence] for sequence in sequences), sequences]
    try:
        return [_compare(encoder, family, codes, info, group=group, show=show) for group in groups]
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


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a model that shows the attention that it gives itself.

    Parameters
    ----------
    reach
        How far each layer attends.
    difference
        How far a weight lies from the model's own at most.
    """

    reach: tuple[Reach, ...]
    difference: float


def checked(encoder: nn.Module, family: ModelFamily, codes: Codes, info: ModelInfo) -> Checked:
    """Compare a model that was loaded with the attention that it gives itself.

    Raises
    ------
    ModelError
        If it does not.
    """
    found = compare(encoder, family, codes, info)
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
    longest = max(found, key=lambda one: max(one.residues))
    return Checked(longest.reach, max(max(one.largest) for one in found))


def _sequence(length: int) -> str:
    generator = torch.Generator().manual_seed(length)
    places = torch.randint(len(AMINO_ACIDS), (length,), generator=generator)
    return "".join(AMINO_ACIDS[place] for place in places.tolist())


def _probe_length(config: Any) -> int:
    """Return a length at which windows show that a configuration names, if that is not too long to try."""
    entries = config.to_dict()
    windows = [entries.get(name) for name in _WINDOWS]
    needed = [window + 16 for window in windows if isinstance(window, int) and 0 < window + 16 <= _LONGEST]
    return max([40, *needed])


def _compare(
    encoder: nn.Module, family: ModelFamily, codes: Codes, info: ModelInfo, *, group: Sequence[str], show: Show
) -> Comparison:
    device = next(encoder.parameters()).device
    written = codes.write(group)
    batch = Batch(written.tokens.to(device), written.mask.to(device), written.lengths)
    own, own_states = _own(encoder, family, batch, info.layers)
    tokens = batch.mask.sum(dim=1).tolist()
    before = len(codes.before)
    largest: list[float] = []
    moved: list[float] = []
    states: list[float] = []

    def visit(layer: int, weights: Tensor) -> None:
        differences = [(weights[row, :, :n, :n] - own[layer][row, :, :n, :n]).abs() for row, n in enumerate(tokens)]
        largest.append(max(float(one.max()) for one in differences))
        moved.append(max(float(one.sum(-1).mean()) / 2 for one in differences))

    def look(layer: int, shown: Tensor) -> None:
        real = (torch.arange(shown.shape[1]) < torch.tensor(batch.lengths)[:, None]).to(device)
        wanted = own_states[layer][:, before : before + shown.shape[1]].float()
        difference = (shown - wanted)[real].abs().max()
        states.append(float(difference / wanted[real].abs().max().clamp(min=1e-12)))

    reach = show(batch, whole_layers(visit), look)
    return Comparison(batch.lengths, tuple(largest), tuple(moved), tuple(states), tuple(reach))


def _show(
    encoder: nn.Module,
    family: ModelFamily,
    codes: Codes,
    info: ModelInfo,
    batch: Batch,
    visit: Visitor,
    look: StateVisitor,
) -> Sequence[Reach]:
    """Run an encoder once, and take its masks as they come."""
    tokens = batch.mask.sum(dim=1).tolist()
    capture = Capture(visit, tokens, before=0, after=0, layers=info.layers, heads=info.heads)
    watched = States(look, batch.lengths, before=len(codes.before), layers=info.layers)
    with (
        torch.inference_mode(),
        watching(family.layers(encoder), watched, token_first=family.token_first),
        capturing(capture),
    ):
        last = encoder(**family.inputs(batch)).last_hidden_state
    watched.finish(last)
    return capture.reach


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
