from collections.abc import Callable

import pytest
import torch

from protlens.errors import ModelError
from protlens.models.check import check_model
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from protlens.models.protocol import Batch, Visitor, whole_layers

Models = Callable[[str], EncoderModel]


@pytest.mark.parametrize("family", ["bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape"])
def test_every_family_passes(family: str, tiny_model: Models) -> None:
    findings = check_model(tiny_model(family))
    assert len(findings) == 6
    assert [layer.layer for finding in findings for layer in finding.layers] == [1, 2, 3]
    assert max(layer.weight for finding in findings for layer in finding.layers) < 1e-6
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
        self._model.attend(batch, whole_layers(lambda layer, weights: visit(layer, self._change(weights), 0)))

    def attend_tokens(self, batch: Batch, visit: Visitor) -> None:
        change = self._change if self._tokens else torch.Tensor.clone
        self._model.attend_tokens(batch, whole_layers(lambda layer, weights: visit(layer, change(weights), 0)))


def _renormalised(weights: torch.Tensor) -> torch.Tensor:
    return weights / weights.sum(-1, keepdim=True).clamp(min=1e-9)


def _doubled(weights: torch.Tensor) -> torch.Tensor:
    return weights * 2


def _mixed(weights: torch.Tensor) -> torch.Tensor:
    return weights.mean(0, keepdim=True).expand_as(weights)


def _turned(weights: torch.Tensor) -> torch.Tensor:
    """Give each head the place of its neighbour: rows still sum to one."""
    return weights.roll(1, dims=1)


def _one_head_less(weights: torch.Tensor) -> torch.Tensor:
    return weights[:, 1:]


@pytest.mark.parametrize(
    ("change", "tokens", "failing"),
    [
        (_renormalised, False, "what is shown is the part between residues"),
        (_doubled, True, "weights are the model's own"),
        (_mixed, True, "weights are the model's own"),
        (_turned, True, "weights are the model's own"),
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


def test_states_that_are_not_the_models_fail(tiny_model: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model("bert")
    states = model.hidden_states
    monkeypatch.setattr(model, "hidden_states", lambda batch, look: states(batch, lambda n, one: look(n, one * 1.001)))
    assert [one.what for one in check_model(model) if not one.passed] == ["hidden states are the model's own"]


def test_bfloat16_is_checked_after_float32(tiny_folder: Callable[[str], str]) -> None:
    findings = check_model(tiny_folder("esm"), device="cpu", dtype="bfloat16")
    assert [one.dtype for one in findings] == ["float32"] * 6 + ["bfloat16"] * 6
    assert all(one.passed for one in findings)
    assert [one.passed for one in check_model(tiny_folder("esm"), tolerance=-1.0)].count(False) == 1


def test_a_model_that_shows_nothing_is_refused(tiny_folder: Callable[[str], str]) -> None:
    model = load_model(tiny_folder("bert"), device="cpu")
    model._encoder.set_attn_implementation("eager")
    with pytest.raises(ModelError, match="0 of 3 layers"):
        check_model(model)
