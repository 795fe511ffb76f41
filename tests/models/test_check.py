from collections.abc import Callable

import pytest
import torch

from protlens.errors import ModelError
from protlens.models.check import check_model
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from protlens.models.protocol import Batch, Visitor

Models = Callable[[str], EncoderModel]


@pytest.mark.parametrize("family", ["bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape"])
def test_every_family_passes(family: str, tiny_model: Models) -> None:
    findings = check_model(tiny_model(family))
    assert len(findings) == 5
    assert [finding.what for finding in findings if not finding.passed] == []
    assert findings[0].detail == "3 layers of 4 heads, 26 residues for 26 letters"


def test_the_bundled_model_is_compared_with_the_catalog() -> None:
    findings = {finding.what: finding for finding in check_model(load_model("mini-bert", device="cpu"))}
    assert findings["the shape is the catalog's"].detail == "catalog: 6 layers of 8 heads"
    assert all(finding.passed for finding in findings.values())


class _Changed:
    """A model whose attention is changed on its way to the visitor."""

    def __init__(self, model: EncoderModel, change: Callable[[torch.Tensor], torch.Tensor], *, tokens: bool) -> None:
        self._model, self._change, self._tokens = model, change, tokens

    def __getattr__(self, name: str) -> object:
        return getattr(self._model, name)

    def attend(self, batch: Batch, visit: Visitor) -> None:
        self._model.attend(batch, lambda layer, weights: visit(layer, self._change(weights)))

    def attend_tokens(self, batch: Batch, visit: Visitor) -> None:
        change = self._change if self._tokens else torch.Tensor.clone
        self._model.attend_tokens(batch, lambda layer, weights: visit(layer, change(weights)))


def _renormalised(weights: torch.Tensor) -> torch.Tensor:
    return weights / weights.sum(-1, keepdim=True).clamp(min=1e-9)


def _doubled(weights: torch.Tensor) -> torch.Tensor:
    return weights * 2


def _mixed(weights: torch.Tensor) -> torch.Tensor:
    return weights.mean(0, keepdim=True).expand_as(weights)


def _one_head_less(weights: torch.Tensor) -> torch.Tensor:
    return weights[:, 1:]


@pytest.mark.parametrize(
    ("change", "tokens", "failing"),
    [
        (_renormalised, False, "what is shown is the part between residues"),
        (_doubled, True, "weights of a row sum to one, special tokens included"),
        (_mixed, False, "padding and batching change nothing"),
        (_mixed, False, "padded rows and columns are zero"),
        (_one_head_less, True, "every layer shows one weight a head and residue pair"),
    ],
)
def test_a_model_that_shows_something_else_fails(
    change: Callable[[torch.Tensor], torch.Tensor], tokens: bool, failing: str, tiny_model: Models
) -> None:
    model = _Changed(tiny_model("bert"), change, tokens=tokens)
    findings = check_model(model)  # type: ignore[arg-type]
    assert failing in [finding.what for finding in findings if not finding.passed]


def test_a_model_that_shows_nothing_is_refused(tiny_folder: Callable[[str], str]) -> None:
    model = load_model(tiny_folder("bert"), device="cpu")
    model._encoder.set_attn_implementation("eager")
    with pytest.raises(ModelError, match="0 of 3 layers"):
        check_model(model)
