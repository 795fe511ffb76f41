import json

import pytest
from safetensors.numpy import load_file

from protlens.errors import ModelError
from protlens.models.checkpoint.config_bounds import numbers_in
from protlens.models.load import load_model
from tiny_models import tiny_model_folder


@pytest.fixture
def folder(tmp_path):
    return tiny_model_folder("bert", tmp_path / "model")


def change(folder, **entries):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"num_hidden_layers": 100_000}, "num_hidden_layers is 100000, where 1 to 1000 can be"),
        ({"num_attention_heads": 0}, "num_attention_heads is 0"),
        ({"vocab_size": 10**9}, "vocab_size is 1000000000"),
        ({"vocab_size": 10**7}, r"it asks for [\d,]{9,} parameters, and the weights hold [\d,]+"),
        ({"intermediate_size": 10**8}, "it asks for"),
        ({"pad_token_id": 10**6}, r"pad_token_id is 1000000, where 0 to \d+ can be"),
        ({"pad_token_id": -1}, "pad_token_id is -1"),
        ({"num_attention_heads": 7}, "multiple of the number of attention|no bert model can be made of it"),
        ({"num_labels": 10**9}, "num_labels is 1000000000; allowed: up to 100000"),
        ({"transformers_weights": "other.safetensors"}, "'transformers_weights' sends to other weights"),
    ],
)
def test_what_asks_for_too_much_is_refused_before_it_is_built(folder, entries, words):
    change(folder, **entries)
    with pytest.raises(ModelError, match=words) as caught:
        load_model(folder)
    assert len(str(caught.value)) < 400 + len(str(folder))


def test_numbers_are_counted_without_reading_them(folder):
    path = folder / "model.safetensors"
    assert numbers_in([path]) == sum(array.size for array in load_file(path).values()) > 1000


def test_a_cut_header_is_one_line(folder):
    content = (folder / "model.safetensors").read_bytes()
    for size in (0, 4, 60):
        (folder / "model.safetensors").write_bytes(content[:size])
        with pytest.raises(ModelError, match=r"model\.safetensors: damaged at its begin"):
            load_model(folder)
