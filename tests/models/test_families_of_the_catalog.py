"""The models that people use most, as tiny random checkpoints with the files and the vocabulary of the real ones."""

import json
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import sentencepiece
import torch
import transformers

import protlens.models.checkpoint.packaged as packaged_module
import protlens.models.load as load_module
from eager import eager_attention, eager_states, shown_by
from protlens.errors import DownloadError
from protlens.models import found_checkpoint
from protlens.models.catalog import CATALOG, PackagedModel
from protlens.models.check import check_model
from protlens.models.encoder import EncoderModel
from protlens.models.load import is_at_hand, load_masked_lm, load_model, model_info

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQXUZOB"
SPACED = " ".join("X" if letter in "UZOB" else letter for letter in CHAIN)
FAMILIES = ["esmc", "dplm", "ankh", "prostt5", "igt5"]

Models = Callable[[str], EncoderModel]
Folders = Callable[[str], Path]


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_and_states_are_those_of_transformers(family: str, tiny_model: Models, tiny_folder: Folders) -> None:
    model = tiny_model(family)
    batch = model.encode([CHAIN])
    before, _ = model.special_tokens
    rows = slice(before, before + len(CHAIN))
    ids = batch.tokens[0].tolist()
    own = eager_attention(family, tiny_folder(family), ids)[:, :, rows, rows]
    assert torch.allclose(shown_by(model, [CHAIN])[:, 0], own, atol=1e-5)
    assert torch.allclose(shown_by(model, [CHAIN[:9], CHAIN])[:, 1], own, atol=1e-5)
    states: list[torch.Tensor] = []
    model.hidden_states(batch, lambda _, shown: states.append(shown[0].clone()))
    wanted = eager_states(family, tiny_folder(family), ids)[:, rows]
    assert torch.allclose(torch.stack(states), wanted, atol=1e-4 * float(wanted.abs().max()))


@pytest.mark.parametrize("family", FAMILIES)
def test_all_checks_pass(family: str, tiny_model: Models) -> None:
    assert [check.what for check in check_model(tiny_model(family)) if not check.passed] == []


@pytest.mark.parametrize("family", ["esmc", "dplm"])
def test_letters_are_written_as_the_tokenizer_does(family: str, tiny_model: Models, tiny_folder: Folders) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_folder(family))
    assert tiny_model(family).encode([CHAIN]).tokens[0].tolist() == tokenizer(CHAIN)["input_ids"]


def test_ankh_is_written_as_its_tokenizer_does(tiny_model: Models, tiny_folder: Folders) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_folder("ankh"))
    written = tokenizer(list(CHAIN), is_split_into_words=True)["input_ids"]
    assert tiny_model("ankh").encode([CHAIN]).tokens[0].tolist() == written
    assert tiny_model("ankh").special_tokens == (0, 1)


def test_prostt5_is_told_that_amino_acids_follow(tiny_model: Models, tiny_folder: Folders) -> None:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tiny_folder("t5") / "spiece.model"))
    assert tiny_model("prostt5").encode([CHAIN]).tokens[0].tolist() == [149, *pieces.encode(SPACED), 1]
    assert tiny_model("prostt5").special_tokens == (1, 1)
    assert tiny_model("igt5").encode([CHAIN]).tokens[0].tolist() == [*pieces.encode(SPACED), 1]


def test_prostt5s_token_is_found_in_a_tokenizer_file_too(tiny_folder: Folders, tmp_path: Path) -> None:
    for file in tiny_folder("prostt5").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "added_tokens.json").unlink()
    (tmp_path / "tokenizer.json").write_text(json.dumps({"added_tokens": [{"id": 149, "content": "<AA2fold>"}]}))
    assert load_model(tmp_path, device="cpu").special_tokens == (1, 1)


def test_esm_c_reads_as_many_residues_as_it_has_positions(tiny_model: Models) -> None:
    info = tiny_model("esmc").info
    assert (info.family, info.layers, info.heads, info.max_residues) == ("esmc", 3, 4, 2046)


def test_esm_c_predicts_amino_acids(tiny_folder: Folders) -> None:
    model = load_masked_lm(tiny_folder("esmc"), device="cpu")
    own = transformers.EsmcForMaskedLM.from_pretrained(tiny_folder("esmc")).eval()
    batch = model.encoder.encode([CHAIN])
    with torch.no_grad():
        logits = own(input_ids=batch.tokens).logits[0, 1:-1][:, model._letters]
    assert torch.allclose(model.logits(batch)[0], logits, atol=1e-4)


def test_a_model_of_an_installed_package_is_read_as_data(monkeypatch: pytest.MonkeyPatch) -> None:
    if packaged_module.find_packaged(CATALOG["antiberty"].package) is None:
        pytest.skip("antiberty is not installed")
    monkeypatch.setitem(sys.modules, "antiberty", None)
    assert is_at_hand("antiberty")
    info = model_info("antiberty")
    assert (info.layers, info.heads, info.max_residues, info.revision) == (8, 8, 510, "antiberty 0.1.3")
    assert len(info.settings_sha256) == 64
    spec = CATALOG["antiberty"]
    assert (spec.layers, spec.heads, spec.family) == (info.layers, info.heads, info.family)


def test_where_there_is_no_package_it_is_fetched_or_the_line_that_brings_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tiny_folder: Folders
) -> None:
    def none(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packaged_module, "distribution", none)
    monkeypatch.setattr(found_checkpoint, "fetch", lambda it: (tiny_folder("bert"), f"fetched {it}"))
    assert model_info("antiberty").revision == "fetched jeffruffolo/AntiBERTy"

    def refuse(_: str) -> None:
        raise DownloadError("not here")

    monkeypatch.setattr(found_checkpoint, "fetch", refuse)
    monkeypatch.setattr(load_module, "is_cached", lambda _: False)
    assert not is_at_hand("antiberty")
    with pytest.raises(DownloadError, match=r"not here; or: pip install --no-deps antiberty==0\.1\.3"):
        load_model("antiberty")


def test_a_package_without_the_weights_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert packaged_module.find_packaged(PackagedModel("pytest", "1", "no/such/folder")) is None
