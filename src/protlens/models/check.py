"""Whether a loaded model shows what protlens takes its attention for."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from protlens.data.protein import AMINO_ACIDS
from protlens.models.catalog import CATALOG
from protlens.models.encoder import EncoderModel
from protlens.models.load import as_model
from protlens.models.protocol import LayerAttention
from protlens.typing import PathInput

TOLERANCE = 1e-4
"""How far weights may differ that should be equal: what float32 leaves after some thirty layers."""

_CHAIN = AMINO_ACIDS + "XUZOBJ"
_PARTNER = "MKTAYIAKQR"


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
    """

    what: str
    passed: bool
    detail: str


def check_model(model: PathInput | EncoderModel, *, tolerance: float = TOLERANCE) -> list[CheckResult]:
    """Run a model on a short chain, alone and beside a shorter one, and check what it shows.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a model as :func:`~protlens.models.load.load_model` returns it.
    tolerance
        How far weights may differ that should be equal; bfloat16 needs about 0.05.

    Raises
    ------
    ModelError
        If the model does not show the attention of each of its layers at all.

    Examples
    --------
    >>> checks = protlens.check_model("mini-bert")
    >>> all(check.passed for check in checks)
    True
    """
    model = as_model(model)
    alone = _layers(model, [_CHAIN])
    beside = _layers(model, [_PARTNER, _CHAIN])
    tokens = _layers(model, [_CHAIN], special=True)
    return [
        *_shape(model, alone),
        _sums(tokens, tolerance),
        _special_share(model, alone, tokens),
        _equal("padding and batching change nothing", alone, [layer[1:] for layer in beside], tolerance),
        _padding(beside),
    ]


def _layers(model: EncoderModel, sequences: list[str], *, special: bool = False) -> list[LayerAttention]:
    shown: list[LayerAttention] = []
    attend = model.attend_tokens if special else model.attend
    attend(model.encode(sequences), lambda _, weights: shown.append(weights.to("cpu", copy=True)))
    return shown


def _shape(model: EncoderModel, alone: list[LayerAttention]) -> Iterator[CheckResult]:
    info = model.info
    expected = (1, info.heads, len(_CHAIN), len(_CHAIN))
    shapes = {tuple(layer.shape) for layer in alone}
    detail = f"{len(alone)} layers of {info.heads} heads, {len(_CHAIN)} residues for {len(_CHAIN)} letters"
    yield CheckResult("every layer shows one weight a head and residue pair", shapes == {expected}, detail)
    if info.name in CATALOG:
        spec = CATALOG[info.name]
        agrees = (spec.layers, spec.heads, spec.family) == (info.layers, info.heads, info.family)
        yield CheckResult("the shape is the catalog's", agrees, f"catalog: {spec.layers} layers of {spec.heads} heads")


def _sums(tokens: list[LayerAttention], tolerance: float) -> CheckResult:
    worst = max(float((layer.sum(dim=-1) - 1).abs().max()) for layer in tokens)
    return CheckResult(
        "weights of a row sum to one, special tokens included", worst <= tolerance, f"off by {worst:.1e}"
    )


def _special_share(model: EncoderModel, alone: list[LayerAttention], tokens: list[LayerAttention]) -> CheckResult:
    first, _ = model.special_tokens
    rows = slice(first, first + len(_CHAIN))
    worst = max(float((a - t[:, :, rows, rows]).abs().max()) for a, t in zip(alone, tokens, strict=True))
    share = 1 - float(torch.stack([layer.sum(dim=-1).mean() for layer in alone]).mean())
    return CheckResult("what is shown is the part between residues", worst == 0, f"{share:.0%} goes to special tokens")


def _equal(what: str, one: list[LayerAttention], other: list[LayerAttention], tolerance: float) -> CheckResult:
    worst = max(float((a - b).abs().max()) for a, b in zip(one, other, strict=True))
    return CheckResult(what, worst <= tolerance, f"differs by {worst:.1e}")


def _padding(beside: list[LayerAttention]) -> CheckResult:
    short = len(_PARTNER)
    stray = max(float(layer[0, :, short:].abs().max() + layer[0, :, :, short:].abs().max()) for layer in beside)
    return CheckResult("padded rows and columns are zero", stray == 0, f"largest {stray:.1e}")
