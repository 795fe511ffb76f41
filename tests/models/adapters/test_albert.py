from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from eager import shown_by
from protlens.models.encoder import EncoderModel


def test_layers_are_iterations_of_one_set_of_weights(
    tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel]
) -> None:
    names = load_file(tiny_folder("albert") / "model.safetensors")
    assert sum("attention.query.weight" in name for name in names) == 1
    shown = shown_by(tiny_model("albert"), ["MKTAYIAKQRQISF"])
    assert len(shown) == 3
    assert not torch.allclose(shown[0], shown[1], atol=1e-2)


def test_a_sequence_stands_between_cls_and_sep(tiny_model: Callable[[str], EncoderModel]) -> None:
    tokens = tiny_model("albert").encode(["AXU", "A"]).tokens
    x = int(tokens[0, 2])
    assert tokens.tolist() == [[2, 5, x, x, 3], [2, 5, 3, 0, 0]]
