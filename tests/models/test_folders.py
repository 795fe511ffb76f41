"""Folders as they are found: each is read with the same numbers, or refused in one line that says what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from any_model import TOKENS, any_model_folder
from protlens.errors import ModelError
from protlens.models.load import load_masked_lm, load_model
from protlens.models.protocol import whole_layers
from tiny_models import tiny_model_folder

CHAIN = "MKTAYIAKQR"


def shown(folder: Path) -> torch.Tensor:
    model = load_model(folder, device="cpu")
    layers: list[torch.Tensor] = []
    model.attend(model.encode(CHAIN), whole_layers(lambda _, weights: layers.append(weights.clone())))
    return torch.stack(layers)


def change(file: Path, **entries: object) -> None:
    """Change entries of a JSON file, or take them out with None."""
    content = json.loads(file.read_text()) | entries
    file.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return any_model_folder("roberta", tmp_path / "model")


@pytest.fixture
def wanted(tmp_path: Path) -> torch.Tensor:
    return shown(any_model_folder("roberta", tmp_path / "same"))


def _shards(folder: Path) -> None:
    model = transformers.AutoModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="50KB")
    assert len(list(folder.glob("*.safetensors"))) > 2


def _bin(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def _only_tokenizer_json(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name not in ("config.json", "model.safetensors", "tokenizer.json"):
            file.unlink()


def _no_architectures(folder: Path) -> None:
    change(folder / "config.json", architectures=None)


def _code_beside(folder: Path) -> None:
    change(folder / "config.json", auto_map={"AutoModel": "modeling.Other"})
    (folder / "modeling.py").write_text("raise SystemExit('run')")


@pytest.mark.parametrize("alter", [_shards, _bin, _only_tokenizer_json, _no_architectures, _code_beside])
def test_the_same_numbers_are_read(alter: Callable[[Path], None], folder: Path, wanted: torch.Tensor) -> None:
    alter(folder)
    assert torch.equal(shown(folder), wanted)


def test_tied_weights_are_read(tmp_path: Path) -> None:
    folder = any_model_folder("roberta", tmp_path, head="masked_lm")
    assert "lm_head.decoder.weight" not in load_file(folder / "model.safetensors")
    model = load_masked_lm(folder, device="cpu")
    batch = model.encoder.encode(CHAIN)
    own = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = own(input_ids=batch.tokens).logits[:, 1:-1, TOKENS.index("A")]
    assert torch.allclose(model.logits(batch)[..., 0], logits, atol=1e-5)


@pytest.mark.parametrize("family", ["esm", "bert", "t5", "roberta"])
def test_a_vocabulary_that_is_missing_is_said_to_be(family: str, tmp_path: Path) -> None:
    make = any_model_folder if family == "roberta" else tiny_model_folder
    folder = make(family, tmp_path)
    for name in ("vocab.txt", "spiece.model", "tokenizer.json"):
        (folder / name).unlink(missing_ok=True)
    with pytest.raises(ModelError, match=r"it has no vocabulary file; allowed: vocab\.txt, tokenizer\.json, spiece"):
        load_model(folder, device="cpu")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
@pytest.mark.parametrize(
    ("family", "name"),
    [
        *(("roberta", name) for name in ("tokenizer.json", "tokenizer_config.json", "config.json")),
        *(("roberta", name) for name in ("model.safetensors", "pytorch_model.bin")),
        *(("bert", name) for name in ("vocab.txt", "tokenizer_config.json")),
        ("esm", "vocab.txt"),
        ("t5", "spiece.model"),
        ("tape", "pytorch_model.bin"),
    ],
)
def test_a_file_cut_short_is_refused_in_one_line(family: str, name: str, share: float, tmp_path: Path) -> None:
    make = any_model_folder if family == "roberta" else tiny_model_folder
    folder = make(family, tmp_path)
    if not (folder / name).is_file():
        _bin(folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelError) as refused:
        load_model(folder, device="cpu")
    assert "\n" not in str(refused.value)
    assert str(folder) in str(refused.value)


def _tokenizer(folder: Path, edit: Callable[[dict], object]) -> None:
    content = json.loads((folder / "tokenizer.json").read_text())
    edit(content)
    (folder / "tokenizer.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda content: content["model"].update(unk_token="none"), "Missing .UNK. token"),
        (lambda content: content["model"].update(vocab={}), "Missing .UNK. token"),
        (lambda content: content["post_processor"].update(special_tokens={}), "no entry found for key"),
        (lambda content: content.clear(), "no vocabulary that can be read"),
        (lambda content: content["model"]["vocab"].update(Y=40), "writes token 40, and config.json says vocab_size 40"),
    ],
)
def test_a_damaged_tokenizer_is_refused(edit: Callable[[dict], object], found: str, folder: Path) -> None:
    _tokenizer(folder, edit)
    with pytest.raises(ModelError, match=found):
        load_model(folder, device="cpu")


@pytest.mark.parametrize("kind", ["progen", "AMPLIFY", "E1"])
def test_code_of_a_checkpoint_is_not_run(kind: str, folder: Path) -> None:
    change(folder / "config.json", model_type=kind, auto_map={"AutoModel": "modeling.Other"})
    with pytest.raises(ModelError, match=f"architecture '{kind}', which .* does not have.*code .* is never run"):
        load_model(folder, device="cpu")


def _rewrite(folder: Path, tokenizer: Tokenizer, **special: str) -> Path:
    for file in folder.glob("tok*"):
        file.unlink()
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
    return folder


def test_tokens_of_several_residues_are_refused(tmp_path: Path) -> None:
    folder = any_model_folder("gpt2", tmp_path)
    pieces = ["<|endoftext|>", *TOKENS[4:], "LA", "GV"]
    tokenizer = Tokenizer(models.BPE({piece: code for code, piece in enumerate(pieces)}, [("L", "A"), ("G", "V")]))
    with pytest.raises(ModelError, match="a vocabulary with tokens of several residues"):
        load_model(_rewrite(folder, tokenizer, eos_token="<|endoftext|>"), device="cpu")


def _words(*, lower: bool, spaces: bool, template: str | None) -> Tokenizer:
    tokens = [token.lower() if lower else token for token in TOKENS]
    tokenizer = Tokenizer(models.WordLevel({token: code for code, token in enumerate(tokens)}, unk_token="<unk>"))
    every = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit() if spaces else every
    tokenizer.normalizer = normalizers.Strip()
    if template is not None:
        special = [("<cls>", 1), ("<eos>", 2)]
        tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=special)
    return tokenizer


@pytest.mark.parametrize("kind", ["roberta", "bert", "gpt2"])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("spaces", [False, True])
@pytest.mark.parametrize(("template", "around"), [(None, (0, 0)), ("<cls> $A <eos>", (1, 1)), ("<cls> $A", (1, 0))])
def test_residues_are_written_as_the_tokenizer_does(
    kind: str, lower: bool, spaces: bool, template: str | None, around: tuple[int, int], tmp_path: Path
) -> None:
    tokenizer = _words(lower=lower, spaces=spaces, template=template)
    folder = _rewrite(any_model_folder(kind, tmp_path), tokenizer, unk_token="<unk>", pad_token="<pad>")
    model = load_model(folder, device="cpu")
    assert model.special_tokens == around
    letters = [TOKENS.index(letter) for letter in "MKT"] + [3]
    assert model.encode("MKTJ").tokens[0].tolist() == [1] * around[0] + letters + [2] * around[1]


def test_esm2_of_transformer_engine_is_refused_with_what_to_take(tmp_path: Path) -> None:
    folder = tiny_model_folder("esm", tmp_path, layers=6)
    weights = load_file(folder / "model.safetensors")
    fused = {name.replace("attention.self.query", "self_attention.layernorm_qkv"): one for name, one in weights.items()}
    save_file(fused, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"do not fit config.json: .*; take facebook/esm2_t6_8M_UR50D, the same model"):
        load_model(folder, device="cpu")
    change(folder / "config.json", model_type="nv_esm")
    with pytest.raises(ModelError, match=r"'nv_esm', written for TransformerEngine; .*take facebook/esm2_t6_8M_UR50D"):
        load_model(folder, device="cpu")
