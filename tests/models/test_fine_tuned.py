"""Fine-tuned checkpoints: the encoder's attention is shown, and what was left aside is said."""

import json
import shutil
import warnings
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from any_model import any_model_folder, write_tokenizer
from protlens.errors import ModelError
from protlens.models.check import check_model
from protlens.models.load import load_masked_lm, load_model, model_info
from protlens.models.protocol import whole_layers
from tiny_models import tiny_model_folder

CHAIN = "MKTAYIAKQR"


def shown(folder: Path) -> torch.Tensor:
    model = load_model(folder, device="cpu")
    layers: list[torch.Tensor] = []
    model.attend_tokens(model.encode(CHAIN), whole_layers(lambda _, weights: layers.append(weights.clone())))
    return torch.stack(layers)


def eager(model: transformers.PreTrainedModel, folder: Path) -> torch.Tensor:
    model.eval().set_attn_implementation("eager")
    with torch.no_grad():
        tokens = load_model(folder, device="cpu").encode(CHAIN).tokens
        return torch.stack(model(input_ids=tokens, output_attentions=True).attentions)


@pytest.mark.parametrize(
    ("kind", "head", "aside"),
    [
        ("esm", "classifier", "classifier.dense.bias"),
        ("roberta", "tokens", "classifier.bias"),
        ("esmc", "masked_lm", "lm_head.decoder.bias"),
        ("bert", "masked_lm", "cls.predictions.bias"),
        ("gpt2", "classifier", "score.weight"),
        ("llama", "tokens", "score.bias"),
        ("modernbert", "classifier", "classifier.bias"),
        ("llama", "causal", "lm_head.weight"),
    ],
)
def test_the_encoder_is_shown_and_the_head_left_aside(kind: str, head: str, aside: str, tmp_path: Path) -> None:
    folder = any_model_folder(kind, tmp_path, head=head)
    names = set(load_file(folder / "model.safetensors"))
    model = load_model(folder, device="cpu")
    assert aside in model.left_aside
    assert set(model.left_aside) <= names
    assert aside.partition(".")[0] in check_model(model)[1].detail
    whole = {
        "classifier": transformers.AutoModelForSequenceClassification,
        "tokens": transformers.AutoModelForTokenClassification,
        "masked_lm": transformers.AutoModelForMaskedLM,
        "causal": transformers.AutoModelForCausalLM,
    }[head].from_pretrained(folder)
    assert torch.allclose(shown(folder), eager(whole, folder), atol=1e-6)


def test_a_bare_encoder_leaves_nothing_aside(tmp_path: Path) -> None:
    model = load_model(any_model_folder("gpt2", tmp_path), device="cpu")
    assert model.left_aside == ()
    assert check_model(model)[1].detail == "none left aside"


def _adapter(base: Path, folder: Path, model_class: type, **settings: object) -> transformers.PreTrainedModel:
    """Write an adapter of random matrices and return the model that peft makes of it."""
    model = model_class.from_pretrained(base)
    peft = pytest.importorskip("peft")
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules=["query", "value"], **settings)
    with warnings.catch_warnings(action="ignore"):
        wrapped = peft.get_peft_model(model, config)
    torch.manual_seed(1)
    for name, values in wrapped.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(values, std=0.3)
    wrapped.save_pretrained(folder)
    return wrapped.merge_and_unload()


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"task_type": "SEQ_CLS"},
        {"use_dora": True, "rank_pattern": {"value": 2}},
        {"use_rslora": True, "alpha_pattern": {"layer.1.attention.self.query": 3}},
    ],
)
@pytest.mark.parametrize("named", ["beside", "path"])
def test_an_adapter_is_added_to_its_base(settings: dict, named: str, tmp_path: Path) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base", head="classifier"), tmp_path / "tuned"
    model = _adapter(base, folder, transformers.AutoModelForSequenceClassification, **settings)
    if named == "beside":
        content = json.loads((folder / "adapter_config.json").read_text())
        (folder / "adapter_config.json").write_text(json.dumps(content | {"base_model_name_or_path": "somewhere/base"}))
    assert (shown(folder) - shown(base)).abs().max() > 0.1
    assert torch.allclose(shown(folder), eager(model, folder), atol=1e-5)
    own = load_model(folder, device="cpu")
    assert own.info.name == "tuned"
    assert own.source == folder.resolve()
    assert "classifier.dense.bias" in own.left_aside
    assert own.left_aside.count("classifier.dense.weight") == 1
    assert load_model(folder, device="cpu", dtype="bfloat16").dtype == "bfloat16"


def test_the_digest_is_that_of_both(tmp_path: Path) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base"), tmp_path / "tuned"
    _adapter(base, folder, transformers.AutoModel)
    first = model_info(folder)
    assert first.sha256 != model_info(base).sha256
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({name: 2 * values for name, values in weights.items()}, folder / "adapter_model.safetensors")
    second = model_info(folder)
    assert second.sha256 != first.sha256
    shutil.rmtree(base)
    any_model_folder("roberta", base, initializer_range=0.1)
    assert model_info(folder).settings_sha256 != second.settings_sha256


def test_an_adapter_of_a_masked_language_model(tmp_path: Path) -> None:
    base, folder = tiny_model_folder("esm", tmp_path / "base"), tmp_path / "tuned"
    whole = _adapter(base, folder, transformers.EsmForMaskedLM).eval()
    model = load_masked_lm(folder, device="cpu")
    batch = model.encoder.encode(CHAIN)
    with torch.no_grad():
        wanted = whole(input_ids=batch.tokens, attention_mask=batch.mask).logits[:, 1:-1, model._letters]
    assert torch.allclose(model.logits(batch), wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ({"peft_type": "IA3"}, "an adapter of kind 'IA3'; merge it"),
        ({"base_model_name_or_path": None}, "does not name its base model"),
        ({"bias": "all"}, "it asks for bias"),
        ({"layer_replication": [[0, 1]]}, "it asks for layer_replication"),
        ({"r": 8}, "it cannot be added to its base model"),
        ({"base_model_name_or_path": "tuned"}, "'tuned'"),
    ],
)
def test_an_adapter_that_cannot_be_added_is_refused(entries: dict, found: str, tmp_path: Path) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base"), tmp_path / "tuned"
    _adapter(base, folder, transformers.AutoModel)
    content = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(content | entries))
    with pytest.raises(Exception, match=found) as refused:
        load_model(folder, device="cpu")
    assert "\n" not in str(refused.value)


def test_without_peft_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base"), tmp_path / "tuned"
    _adapter(base, folder, transformers.AutoModel)
    monkeypatch.setattr("protlens.models.checkpoint.lora.find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"peft, .* is not installed; pip install 'protlens\[peft\]'"):
        load_model(folder, device="cpu")


def test_pickled_adapters_and_those_of_other_models_are_refused(tmp_path: Path) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base"), tmp_path / "tuned"
    _adapter(base, folder, transformers.AutoModel)
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({f"other.{name}": values for name, values in weights.items()}, folder / "adapter_model.safetensors")
    with pytest.raises(ModelError, match="none of its tensors belongs to its base model"):
        load_model(folder, device="cpu")
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(ModelError, match=r"it has no adapter_model\.safetensors; .* pickles are not read"):
        load_model(folder, device="cpu")


def test_a_tokenizer_beside_an_adapter_is_not_needed(tmp_path: Path) -> None:
    base, folder = any_model_folder("roberta", tmp_path / "base"), tmp_path / "tuned"
    _adapter(base, folder, transformers.AutoModel)
    before = shown(folder)
    write_tokenizer(folder)
    assert torch.equal(shown(folder), before)
