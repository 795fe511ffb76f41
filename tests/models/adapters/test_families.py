import json
from collections.abc import Callable
from pathlib import Path

import pytest
import transformers

from protlens.errors import ModelError
from protlens.models.adapters.families import MODEL_FAMILIES, find_family, read_config

TAPE = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "max_position_embeddings": 8192,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "type_vocab_size": 1,
    "vocab_size": 30,
}
HERE = Path("here")


@pytest.mark.parametrize("kind", ["bert", "albert", "xlnet", "esm", "t5"])
def test_the_model_type_decides(kind: str) -> None:
    assert find_family({"model_type": kind, **TAPE}, HERE) is MODEL_FAMILIES[kind]
    assert MODEL_FAMILIES[kind].name == kind


def test_tape_is_known_by_its_keys() -> None:
    assert find_family(TAPE, HERE).name == "tape"


@pytest.mark.parametrize(
    "content",
    [
        {"model_type": ["bert"]},
        {"architectures": ["BertModel"], **TAPE},
        {**TAPE, "vocab_size": 30522},
        {key: value for key, value in TAPE.items() if key != "type_vocab_size"},
        {},
    ],
)
def test_a_config_that_names_no_architecture_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"a config\.json without model_type"):
        find_family(content, HERE)


def test_another_architecture_of_transformers_is_read_as_it_is() -> None:
    family = find_family({"model_type": "llama"}, HERE)
    assert (family.name, family.model_class, family.tested) == ("llama", transformers.LlamaModel, False)


def test_a_bert_that_decodes_is_compared_when_it_is_loaded() -> None:
    assert find_family({"model_type": "bert", **TAPE}, HERE).tested
    assert not find_family({"model_type": "bert", "is_decoder": True, **TAPE}, HERE).tested


def test_what_would_change_how_it_runs_is_left_out(tmp_path: Path) -> None:
    content = {"model_type": "bert", "output_attentions": True, "auto_map": {"AutoModel": "evil.py"}}
    (tmp_path / "config.json").write_text(json.dumps(content))
    assert read_config(tmp_path) == {"model_type": "bert"}


def test_a_folder_without_a_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"it has no config\.json"):
        read_config(tmp_path)
    with pytest.raises(ModelError, match="there is no such folder"):
        read_config(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "{", "[1]", '"bert"', "\x80", "[" * 100_000, '{"a": "' + "x" * (1 << 20) + '"}'])
def test_a_broken_config_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(ModelError, match=r"config\.json: not"):
        read_config(tmp_path)


def test_every_tiny_checkpoint_is_recognised(tiny_folder: Callable[[str], Path]) -> None:
    for family in (*MODEL_FAMILIES, "esm1b"):
        folder = tiny_folder(family)
        assert find_family(read_config(folder), folder).name == ("esm" if family == "esm1b" else family)
