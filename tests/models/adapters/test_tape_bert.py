"""TAPE's BERT against its definition, written out in plain tensor operations."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from eager import shown_by
from protlens.errors import ModelError
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from tiny_models import TAPE_VOCABULARY

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQXUZOB"


def _dense(state: dict[str, Tensor], name: str, x: Tensor) -> Tensor:
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def _norm(state: dict[str, Tensor], name: str, x: Tensor) -> Tensor:
    centred = x - x.mean(-1, keepdim=True)
    scaled = centred / torch.sqrt(centred.pow(2).mean(-1, keepdim=True) + 1e-12)
    return state[f"{name}.weight"] * scaled + state[f"{name}.bias"]


def _plain(state: dict[str, Tensor], ids: list[int], *, layers: int, heads: int) -> Tensor:
    """Return ``[layer, head, token, token]`` of TAPE's transformer."""
    state = {name.removeprefix("bert."): values.double() for name, values in state.items()}
    x = state["embeddings.word_embeddings.weight"][ids]
    x = (
        x
        + state["embeddings.position_embeddings.weight"][: len(ids)]
        + state["embeddings.token_type_embeddings.weight"][0]
    )
    x, shown = _norm(state, "embeddings.LayerNorm", x), []
    for layer in range(layers):
        at = f"encoder.layer.{layer}"
        parts = [_dense(state, f"{at}.attention.self.{name}", x) for name in ("query", "key", "value")]
        query, key, value = (part.view(len(ids), heads, -1).transpose(0, 1) for part in parts)
        weights = torch.softmax(query @ key.transpose(1, 2) / math.sqrt(query.shape[-1]), dim=-1)
        shown.append(weights)
        mixed = (weights @ value).transpose(0, 1).reshape(len(ids), -1)
        x = _norm(state, f"{at}.attention.output.LayerNorm", x + _dense(state, f"{at}.attention.output.dense", mixed))
        inner = _dense(state, f"{at}.intermediate.dense", x)
        inner = inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2)))
        x = _norm(state, f"{at}.output.LayerNorm", x + _dense(state, f"{at}.output.dense", inner))
    return torch.stack(shown)


def test_weights_are_those_of_the_definition(
    tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel]
) -> None:
    state = torch.load(tiny_folder("tape") / "pytorch_model.bin", weights_only=True)
    ids = [TAPE_VOCABULARY.index(token) for token in ("<cls>", *CHAIN, "<sep>")]
    model = tiny_model("tape")
    assert model.encode([CHAIN]).tokens[0].tolist() == ids
    plain = _plain(state, ids, layers=3, heads=4)[:, :, 1:-1, 1:-1]
    assert torch.allclose(shown_by(model, [CHAIN])[:, 0].double(), plain, rtol=0, atol=1e-5)


def test_a_letter_outside_its_vocabulary_becomes_the_unknown(tiny_model: Callable[[str], EncoderModel]) -> None:
    assert tiny_model("tape").encode(["JA"]).tokens[0].tolist() == [2, 4, 5, 3]


def test_pruned_heads_are_refused(tiny_folder: Callable[[str], Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("tape"), tmp_path / "tape"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "pruned_heads": {"0": [1]}}))
    with pytest.raises(ModelError, match="heads have been pruned"):
        load_model(folder)
