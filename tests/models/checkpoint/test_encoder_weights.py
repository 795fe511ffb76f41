import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from eager import shown_by
from protlens.errors import ModelError
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model

CHAINS = ["MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "ACDEFGHIKLMNPQRSTVWYXUZOBJ"]

Folders = Callable[[str], Path]
Models = Callable[[str], EncoderModel]


def test_transformers_keeps_its_settings(tiny_folder: Folders) -> None:
    logging = transformers.utils.logging
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_info()
    logging.enable_progress_bar()
    load_model(tiny_folder("bert"), device="cpu")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == (logging.INFO, True)
    logging.set_verbosity(before[0])
    if not before[1]:
        logging.disable_progress_bar()


@pytest.fixture
def copy(tmp_path: Path, tiny_folder: Folders) -> Folders:
    return lambda family: Path(shutil.copytree(tiny_folder(family), tmp_path / family))


def test_loading_says_nothing(tiny_folder: Folders, capfd: pytest.CaptureFixture[str]) -> None:
    load_model(tiny_folder("bert"), device="cpu")
    assert capfd.readouterr() == ("", "")


def test_weights_of_another_architecture_are_refused(copy: Folders) -> None:
    folder, other = copy("bert"), copy("albert")
    shutil.copy(other / "model.safetensors", folder / "model.safetensors")
    with pytest.raises(ModelError, match=r"the weights do not fit config\.json: embeddings"):
        load_model(folder)


def test_a_missing_tensor_is_refused(copy: Folders) -> None:
    folder = copy("bert")
    tensors = load_file(folder / "model.safetensors")
    del tensors["bert.encoder.layer.1.attention.self.key.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"encoder\.layer\.1\.attention\.self\.key\.weight is missing;"):
        load_model(folder)


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("bert", "num_hidden_layers"),
        ("xlnet", "n_layer"),
        ("esm", "num_hidden_layers"),
        ("t5", "num_layers"),
        ("tape", "num_hidden_layers"),
    ],
)
def test_fewer_layers_in_the_config_than_in_the_weights_are_refused(family: str, key: str, copy: Folders) -> None:
    folder = copy(family)
    config = json.loads((folder / "config.json").read_text())
    config[key] -= 1
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"(layer|block)\.2\.[\w.]+ belongs to no layer"):
        load_model(folder)


def test_shapes_that_differ_from_the_config_are_refused(copy: Folders) -> None:
    folder = copy("bert")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "intermediate_size": 48}))
    with pytest.raises(ModelError, match=r"dense\.bias has shape \(128,\) where config\.json says \(48,\) and 8 more"):
        load_model(folder)


@pytest.mark.parametrize("family", ["bert", "tape"])
def test_a_cut_off_weight_file_is_refused(family: str, copy: Folders) -> None:
    folder = copy(family)
    file = folder / ("pytorch_model.bin" if family == "tape" else "model.safetensors")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ModelError, match="weights that cannot be loaded"):
        load_model(folder)


class _Payload:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.write_text, (self.target, "ran")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_runs_code_is_refused(zipped: bool, copy: Folders, tmp_path: Path) -> None:
    folder, target = copy("tape"), tmp_path / "ran"
    state = {"bert.embeddings.word_embeddings.weight": _Payload(target)}
    torch.save(state, folder / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    with pytest.raises(ModelError, match="more than plain tensors") as caught:
        load_model(folder)
    assert "weights_only" not in str(caught.value), "torch's advice is to load it all the same"
    assert not target.exists()
    torch.load(folder / "pytorch_model.bin", weights_only=False)
    assert target.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_saved_by_torch_are_read(zipped: bool, copy: Folders, tiny_model: Models) -> None:
    folder = copy("bert")
    tensors = load_file(folder / "model.safetensors")
    torch.save(tensors, folder / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    (folder / "model.safetensors").unlink()
    assert torch.equal(shown_by(load_model(folder, device="cpu"), CHAINS), shown_by(tiny_model("bert"), CHAINS))


def test_shards_are_read(copy: Folders, tiny_model: Models) -> None:
    folder = copy("bert")
    tensors = load_file(folder / "model.safetensors")
    names = sorted(tensors)
    where = {name: f"model-0000{1 + (n > 20)}-of-00002.safetensors" for n, name in enumerate(names)}
    for shard in set(where.values()):
        save_file({n: tensors[n] for n in names if where[n] == shard}, folder / shard, metadata={"format": "pt"})
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    (folder / "model.safetensors").unlink()
    assert torch.equal(shown_by(load_model(folder, device="cpu"), CHAINS), shown_by(tiny_model("bert"), CHAINS))
