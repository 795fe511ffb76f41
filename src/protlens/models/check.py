"""Whether a loaded model shows what protlens takes its attention for: what it gives itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike

from protlens.data.protein import AMINO_ACIDS
from protlens.models.catalog import CATALOG
from protlens.models.encoder import EncoderModel
from protlens.models.load import Device, Dtype, load_model
from protlens.models.own_attention import STATES_TOLERANCE, TOLERANCE, Comparison, Show, compare
from protlens.models.protocol import Batch, LayerAttention, StateVisitor, Visitor, whole_layers
from protlens.reach import Reach
from protlens.typing import PathInput

_CHAIN = AMINO_ACIDS + "XUZOBJ"
_PARTNER = "MKTAYIAKQR"


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """How far a layer is from what the model itself gives, over all sequences that were tried.

    Parameters
    ----------
    layer
        Counted from one.
    weight
        The largest difference of a weight.
    moved
        The share of a row that lies elsewhere, at most.
    state
        The largest difference of a hidden state that leaves the layer, relative to the largest state.
    """

    layer: int
    weight: float
    moved: float
    state: float


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found.

    Parameters
    ----------
    what
        The statement that was checked.
    passed
        Whether it holds.
    detail
        The numbers behind it.
    dtype
        What the model computed in.
    layers
        For a comparison of weights: its numbers by layer.
    """

    what: str
    passed: bool
    detail: str
    dtype: str = "float32"
    layers: tuple[LayerDifference, ...] = ()


def check_model(
    model: PathInput | EncoderModel,
    *,
    device: Device = "auto",
    dtype: Dtype = "float32",
    tolerance: float | None = None,
) -> list[CheckResult]:
    """Compare what a model shows with the attention and the hidden states that transformers gives of it.

    All layers and heads are compared, on sequences of several lengths, each alone and all in one padded batch.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a model as :func:`~protlens.models.load.load_model` returns it.
    device, dtype
        Where a model that is named runs, and what it computes in; with ``bfloat16`` it is checked in ``float32``
        first. A model that is given is checked as it is.
    tolerance
        How far a weight may differ in ``float32``, and what share of a row may lie elsewhere in ``bfloat16``; 0.0001
        and 0.05 if left out.

    Raises
    ------
    ModelError
        If the model does not show the attention of each of its layers at all.

    Examples
    --------
    >>> checks = protlens.check_model("mini-bert")
    >>> all(check.passed for check in checks)
    True
    >>> max(layer.weight for check in checks for layer in check.layers) < 1e-5
    True
    """
    if not isinstance(model, str | PathLike):
        return _checks(model, tolerance)
    kinds: list[Dtype] = ["float32"] if dtype == "float32" else ["float32", dtype]
    return [one for kind in kinds for one in _checks(load_model(model, device=device, dtype=kind), tolerance)]


def _checks(model: EncoderModel, tolerance: float | None) -> list[CheckResult]:
    alone = _layers(model, [_CHAIN])
    shape = list(_shape(model, alone))
    if not all(one.passed for one in shape):
        return shape
    tokens = _layers(model, [_CHAIN], special=True)
    return [
        *shape,
        _aside(model),
        *_own(model, tolerance),
        _between_residues(model, alone, tokens),
        _padding(model, _layers(model, [_PARTNER, _CHAIN])),
    ]


def _layers(model: EncoderModel, sequences: list[str], *, special: bool = False) -> list[LayerAttention]:
    shown: list[LayerAttention] = []
    attend = model.attend_tokens if special else model.attend
    attend(model.encode(sequences), whole_layers(lambda _, weights: shown.append(weights.to("cpu", copy=True))))
    return shown


def _shape(model: EncoderModel, alone: list[LayerAttention]) -> Iterator[CheckResult]:
    info = model.info
    expected = (1, info.heads, len(_CHAIN), len(_CHAIN))
    shapes = {tuple(layer.shape) for layer in alone}
    whole = len(alone) == info.layers and shapes == {expected}
    detail = f"{len(alone)} layers of {info.heads} heads, {len(_CHAIN)} residues for {len(_CHAIN)} letters"
    yield CheckResult("every layer shows one weight a head and residue pair", whole, detail, model.dtype)
    if info.name in CATALOG:
        spec = CATALOG[info.name]
        agrees = (spec.layers, spec.heads, spec.family) == (info.layers, info.heads, info.family)
        detail = f"catalog: {spec.layers} layers of {spec.heads} heads"
        yield CheckResult("the shape is the catalog's", agrees, detail, model.dtype)


def _aside(model: EncoderModel) -> CheckResult:
    what = "all tensors of the encoder are read"
    return CheckResult(what, passed=True, detail=aside_text(model.left_aside), dtype=model.dtype)


def aside_text(names: Sequence[str]) -> str:
    """Return in a few words which tensors of a checkpoint were left aside."""
    if not names:
        return "none left aside"
    return f"left aside, of heads: {', '.join(names[:2])}{f' and {len(names) - 2} more' if len(names) > 2 else ''}"


def _own(model: EncoderModel, tolerance: float | None) -> Iterator[CheckResult]:
    found = compare(model._encoder, model._family, model._codes, model.info, show=_showing(model))
    layers = tuple(_by_layer(found))
    exact = model.dtype == "float32"
    limit = TOLERANCE[model.dtype] if tolerance is None else tolerance
    weight, moved = max(one.weight for one in layers), max(one.moved for one in layers)
    lengths = ", ".join(str(one.residues[0]) for one in found[:-1])
    text = f"up to {weight:.1e} apart, {moved:.2g} of a row; {lengths} residues, alone and in one batch"
    passed = (weight if exact else moved) <= limit
    yield CheckResult("weights are the model's own", passed, text, model.dtype, layers)
    state = max(max(one.states) for one in found)
    text = f"up to {state:.1e} of the largest apart"
    yield CheckResult("hidden states are the model's own", state <= STATES_TOLERANCE[model.dtype], text, model.dtype)


def _showing(model: EncoderModel) -> Show:
    def show(batch: Batch, visit: Visitor, look: StateVisitor) -> Sequence[Reach]:
        model.attend_tokens(batch, visit)
        model.hidden_states(batch, look)
        return model.reach

    return show


def _by_layer(found: Sequence[Comparison]) -> Iterator[LayerDifference]:
    for layer in range(len(found[0].largest)):
        yield LayerDifference(
            layer + 1,
            max(one.largest[layer] for one in found),
            max(one.moved[layer] for one in found),
            max(one.states[layer + 1] for one in found),
        )


def _between_residues(model: EncoderModel, alone: list[LayerAttention], tokens: list[LayerAttention]) -> CheckResult:
    first, _ = model.special_tokens
    rows = slice(first, first + len(_CHAIN))
    worst = max(float((a - t[:, :, rows, rows]).abs().max()) for a, t in zip(alone, tokens, strict=True))
    share = 1 - sum(float(layer.sum(dim=-1).mean()) for layer in alone) / len(alone)
    what = "what is shown is the part between residues"
    return CheckResult(what, worst == 0, f"{share:.0%} goes to special tokens", model.dtype)


def _padding(model: EncoderModel, beside: list[LayerAttention]) -> CheckResult:
    short = len(_PARTNER)
    stray = max(float(layer[0, :, short:].abs().max() + layer[0, :, :, short:].abs().max()) for layer in beside)
    return CheckResult("padded rows and columns are zero", stray == 0, f"largest {stray:.1e}", model.dtype)
