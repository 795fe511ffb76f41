import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from eager import shown_by
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model


def test_one_special_token_stands_at_the_end(tiny_model: Callable[[str], EncoderModel]) -> None:
    model = tiny_model("t5")
    tokens = model.encode(["AXU", "A"]).tokens
    x = int(tokens[0, 1])
    assert tokens.tolist() == [[3, x, x, 1], [3, 1, 0, 0]]
    assert model.special_tokens == (0, 1)


def test_an_encoder_alone_gives_the_same(
    tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_folder("t5"), tmp_path / "t5"))
    tensors = load_file(folder / "model.safetensors")
    encoder = {name: values for name, values in tensors.items() if name.startswith(("shared", "encoder."))}
    assert any(name.startswith("decoder.") for name in tensors)
    save_file(encoder, folder / "model.safetensors", metadata={"format": "pt"})
    shown = shown_by(load_model(folder, device="cpu"), ["MKTAYIAK"])
    assert torch.equal(shown, shown_by(tiny_model("t5"), ["MKTAYIAK"]))
