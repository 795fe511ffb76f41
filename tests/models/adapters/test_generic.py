from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from any_model import any_model_folder
from protlens.errors import ModelError
from protlens.models.adapters.generic import generic_family
from protlens.models.load import load_masked_lm, load_model
from protlens.models.own_attention import compare
from protlens.models.protocol import whole_layers
from protlens.reach import EVERYWHERE, Reach


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("progen2", "which the installed transformers does not have"),
        ("vit", "which does not read one sequence of tokens"),
        ("llava", "which does not read one sequence of tokens"),
        ("timm_wrapper", "which does not read one sequence of tokens"),
    ],
)
def test_what_is_no_model_of_sequences_is_refused(kind: str, found: str) -> None:
    with pytest.raises(ModelError, match=f"architecture '{kind}', {found}.*never run"):
        generic_family(kind, {}, Path("here"))


@pytest.mark.parametrize(
    ("kind", "reach"),
    [
        ("roberta", {EVERYWHERE}),
        ("esmc", {EVERYWHERE}),
        ("modernbert", {EVERYWHERE, Reach(4, 4)}),
        ("gpt2", {Reach(None, 0)}),
        ("mistral", {Reach(7, 0)}),
        ("gemma2", {Reach(None, 0), Reach(7, 0)}),
        ("gpt_oss", {Reach(None, 0), Reach(7, 0)}),
        ("bart", {EVERYWHERE}),
    ],
)
def test_each_layer_attends_as_far_as_its_mask_lets_it(kind: str, reach: set[Reach], tmp_path: Path) -> None:
    model = load_model(any_model_folder(kind, tmp_path / kind), device="cpu")
    assert (model.info.family, model.info.layers, model.info.heads) == (kind, 3, 4)
    assert set(model.reach) == reach
    position = torch.arange(40)
    ahead = position - position[:, None]
    for layer, weights in enumerate(_layers(model, "ACDEFGHIKLMNPQRSTVWY" * 2)):
        limit = model.reach[layer]
        hidden = (ahead > (40 if limit.ahead is None else limit.ahead)) | (
            -ahead > (40 if limit.back is None else limit.back)
        )
        assert not weights[:, :, hidden].any()
        assert (weights[:, :, ~hidden] > 0).any()


def _layers(model: Any, sequence: str) -> list[torch.Tensor]:
    shown: list[torch.Tensor] = []
    model.attend(model.encode(sequence), whole_layers(lambda _, weights: shown.append(weights.clone())))
    return shown


@pytest.mark.parametrize("kind", ["roberta", "modernbert", "gpt_oss"])
def test_positions_that_padding_takes_are_not_there_for_residues(kind: str, tmp_path: Path) -> None:
    model = load_model(any_model_folder(kind, tmp_path / kind), device="cpu")
    assert model.info.max_residues == (125 if kind == "roberta" else 126)
    assert len(_layers(model, "M" * model.info.max_residues)) == 3


def test_a_window_that_shows_only_in_long_chains_is_refused_there(tmp_path: Path) -> None:
    folder = any_model_folder("mistral", tmp_path / "one", sliding_window=700, max_position_embeddings=900)
    model = load_model(folder, device="cpu")
    assert set(model.reach) == {Reach(None, 0)}
    with pytest.raises(ModelError, match="layer 1 attends 699 back and 0 ahead in a chain of 752 tokens"):
        _layers(model, "M" * 750)


@pytest.mark.parametrize(
    ("kind", "changes", "found"),
    [
        ("mamba", {}, "whose configuration names no attention heads"),
        ("deberta-v2", {}, "it showed the attention of 0 of 3 layers"),
        ("granite_swa", {}, r"in layer 1 a weight differs by .* from the model's own; allowed: 0.0001"),
        ("diffllama", {}, "it calls its attention more often than its 3 layers"),
    ],
)
def test_what_cannot_be_shown_is_refused(kind: str, changes: Mapping[str, Any], found: str, tmp_path: Path) -> None:
    folder = any_model_folder(kind, tmp_path / kind, **changes)
    with pytest.raises(ModelError, match=found):
        load_model(folder, device="cpu")


def test_an_adapter_that_drops_the_mask_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = any_model_folder("gpt2", tmp_path / "gpt2")
    monkeypatch.setitem(transformers.AttentionMaskInterface()._global_mapping, "protlens", lambda **_: None)
    with pytest.raises(ModelError, match=r"a weight differs by .* from the model's own"):
        load_model(folder, device="cpu")


def test_bfloat16_is_compared_by_the_share_that_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = any_model_folder("gpt2", tmp_path / "gpt2")
    assert load_model(folder, device="cpu", dtype="bfloat16").dtype == "bfloat16"
    monkeypatch.setitem(transformers.AttentionMaskInterface()._global_mapping, "protlens", lambda **_: None)
    with pytest.raises(ModelError, match="a share of a row differs by"):
        load_model(folder, device="cpu", dtype="bfloat16")


@pytest.mark.parametrize("kind", ["esmc", "modernbert", "roberta"])
def test_the_masked_language_model_is_that_of_transformers(kind: str, tmp_path: Path) -> None:
    folder = any_model_folder(kind, tmp_path / kind, head="masked_lm")
    model = load_masked_lm(folder, device="cpu")
    batch = model.encoder.encode(["MKTAYIAKQR", "ACDEFGHIKLMNPQRSTVWY"])
    own = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = own(input_ids=batch.tokens, attention_mask=batch.mask).logits
    letters = [int(model._letters[i]) for i in range(20)]
    assert torch.allclose(model.logits(batch)[1], logits[1, 1:21][:, letters], atol=1e-4)
    assert torch.allclose(model.logits(batch)[0, :10], logits[0, 1:11][:, letters], atol=1e-4)


@pytest.mark.parametrize("kind", ["bert", "albert", "esm", "t5", "esmc", "gpt_oss"])
def test_hidden_states_and_weights_are_the_models_own(kind: str, tmp_path: Path) -> None:
    model = load_model(any_model_folder(kind, tmp_path / kind), device="cpu")
    for one in compare(model._encoder, model._family, model._codes, model.info):
        assert max(one.largest) < 1e-5
        assert max(one.states) < 1e-5
        assert (len(one.largest), len(one.states)) == (3, 4)
