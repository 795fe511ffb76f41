import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from eager import shown_by
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQXUZOB"
FREQUENCIES = "rotary_embeddings.inv_freq"


@pytest.mark.parametrize("family", ["esm", "esm1b"])
def test_letters_are_written_as_they_are(
    family: str, tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel]
) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_folder(family))
    tokens = tiny_model(family).encode([CHAIN, "A"]).tokens
    assert tokens[0].tolist() == tokenizer(CHAIN)["input_ids"]
    assert tokens[1].tolist() == [0, 5, 2, *[1] * (len(CHAIN) - 1)]
    assert len(set(tiny_model(family).encode(["XUZOB"]).tokens[0, 1:-1].tolist())) == 5
    assert tiny_model(family).encode(["J"]).tokens[0].tolist() == [0, 3, 2]


def test_rotary_frequencies_kept_in_each_layer_are_read(
    tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel], tmp_path: Path
) -> None:
    """The files on the hub are from before transformers kept one set of frequencies for all layers."""
    folder = Path(shutil.copytree(tiny_folder("esm"), tmp_path / "esm"))
    tensors = load_file(folder / "model.safetensors")
    frequencies = next(tensors.pop(name) for name in list(tensors) if name.endswith("inv_freq"))
    for layer in range(3):
        tensors[f"esm.encoder.layer.{layer}.attention.self.rotary_embeddings.inv_freq"] = frequencies.clone()
    tensors["esm.embeddings.position_ids"] = torch.arange(1026)[None]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    assert torch.equal(shown_by(load_model(folder, device="cpu"), [CHAIN]), shown_by(tiny_model("esm"), [CHAIN]))


def test_a_checkpoint_without_a_contact_head_is_enough(tiny_folder: Callable[[str], Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("esm"), tmp_path / "esm"))
    tensors = load_file(folder / "model.safetensors")
    kept = {name: values for name, values in tensors.items() if "contact_head" not in name}
    assert len(kept) < len(tensors)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    assert load_model(folder).info.layers == 3


def test_rotary_frequencies_stay_precise_in_bfloat16(tiny_folder: Callable[[str], Path]) -> None:
    half = load_model(tiny_folder("esm"), device="cpu", dtype="bfloat16")._encoder.get_buffer(FREQUENCIES)
    full = load_model(tiny_folder("esm"), device="cpu")._encoder.get_buffer(FREQUENCIES)
    assert torch.equal(half, full)
    assert not torch.equal(half, half.bfloat16().float())
