import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import protlens.models.at_hand as at_hand_module
import protlens.models.load as load_module
from protlens.errors import DownloadError, ModelError, OptionError, UnknownNameError
from protlens.models import found_checkpoint
from protlens.models.catalog import CATALOG
from protlens.models.encoder import EncoderModel
from protlens.models.load import is_at_hand, load_masked_lm, load_model, model_info
from protlens.models.protocol import whole_layers

Folders = Callable[[str], Path]


@pytest.mark.parametrize(
    ("family", "layers", "limit"),
    [("bert", 3, 600), ("albert", 3, 600), ("xlnet", 3, None), ("esm", 3, 1022), ("t5", 3, None), ("tape", 3, 600)],
)
def test_a_folder_is_loaded(
    family: str, layers: int, limit: int | None, tiny_model: Callable[..., EncoderModel]
) -> None:
    info = tiny_model(family).info
    assert (info.name, info.family, info.revision) == (family, family, "local")
    assert (info.layers, info.heads, info.max_residues) == (layers, 4, limit)
    assert len(info.sha256) == 64


def test_a_folder_is_named_after_itself(tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny_folder("bert"))
    assert load_model(".", device="cpu").info.name == "bert"
    monkeypatch.chdir("..")
    assert load_model("bert/", device="cpu").info.name == "bert"
    assert load_model(Path("bert"), device="cpu").info.name == "bert"


def test_a_folder_wins_over_a_hub_name(tiny_folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(tiny_folder("esm"), tmp_path / "facebook" / "esm2_t6_8M_UR50D")
    monkeypatch.chdir(tmp_path)
    assert load_model("facebook/esm2_t6_8M_UR50D", device="cpu").info.revision == "local"


@pytest.mark.parametrize(
    ("name", "repository"), [("Rostlab/prot_bert", "Rostlab/prot_bert"), ("esm-2-8m", "facebook/esm2_t6_8M_UR50D")]
)
def test_hub_names_and_the_catalogs_are_fetched(
    name: str, repository: str, tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(found_checkpoint, "fetch", lambda it: (asked.append(it), (tiny_folder("bert"), "c0ffee"))[1])
    info = load_model(name, device="cpu").info
    assert asked == [repository]
    assert (info.name, info.revision) == (name, "c0ffee")


def test_a_model_that_is_not_on_the_hub_says_how_to_give_it() -> None:
    with pytest.raises(DownloadError, match=r"tape-bert.*put its config\.json and pytorch_model\.bin into a folder"):
        load_model("tape-bert")


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean prot-bert"):
        load_model("protbert")


@pytest.mark.parametrize("name", ["./none", "/none/at/all", "a/b/c", "models/", "~/none"])
def test_a_folder_that_is_not_there_is_not_taken_for_a_hub_name(name: str) -> None:
    with pytest.raises(ModelError, match="there is no such folder"):
        load_model(name)


def test_options_that_are_not_allowed_are_refused(tiny_folder: Folders) -> None:
    with pytest.raises(OptionError, match="device: 'gpu'; allowed: auto, cpu, cuda"):
        load_model(tiny_folder("bert"), device="gpu")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="dtype: 'float16'; allowed: float32, bfloat16"):
        load_model(tiny_folder("bert"), dtype="float16")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="dtype: 'float16'; allowed: float32, bfloat16"):
        load_masked_lm(tiny_folder("bert"), dtype="float16")  # type: ignore[arg-type]


def test_a_device_that_is_not_there_is_refused(tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match="no CUDA device"):
        load_model(tiny_folder("bert"), device="cuda")
    assert load_model(tiny_folder("bert")).device == torch.device("cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_it_runs_on_a_cuda_device(tiny_folder: Folders) -> None:
    shown: list[torch.Tensor] = []
    for device in ("cpu", "cuda"):
        model = load_model(tiny_folder("bert"), device=device)  # type: ignore[arg-type]
        model.attend(model.encode(["ACDEF", "GG"]), whole_layers(lambda _, weights: shown.append(weights.cpu())))
    assert torch.allclose(torch.stack(shown[:3]), torch.stack(shown[3:]), atol=1e-4)


@pytest.mark.parametrize("change", [{"num_hidden_layers": "three"}, {"hidden_size": 65}, {"hidden_act": "none"}])
def test_a_config_with_wrong_values_is_refused(change: dict[str, object], tiny_folder: Folders, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("bert"), tmp_path / "bert"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ModelError, match="bert"):
        load_model(folder)


def test_an_esm_config_without_a_padding_token_is_refused(tiny_folder: Folders, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("esm"), tmp_path / "esm"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "pad_token_id": None}))
    with pytest.raises(ModelError, match=r"config\.json: not as expected"):
        load_model(folder)


def test_a_folder_without_weights_is_refused(tiny_folder: Folders, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder("bert"), tmp_path / "bert"))
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"it has no weights; allowed: model\.safetensors or"):
        load_model(folder)


@pytest.mark.slow
def test_loading_reaches_no_network_and_prints_nothing() -> None:
    code = (
        "import socket; socket.socket.connect = socket.getaddrinfo = lambda *_: 1 / 0\n"
        "from protlens.models.load import load_model\n"
        "model = load_model('mini-bert'); model.attend(model.encode(['ACD']), lambda *_: None)"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("family", ["bert", "t5"])
def test_info_is_that_of_the_loaded_model(family: str, tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_model(tiny_folder(family), device="cpu").info
    monkeypatch.setattr(found_checkpoint, "load_encoder", None)
    assert model_info(tiny_folder(family)) == loaded


def test_what_is_at_hand_needs_no_network(tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def is_cached(name: str) -> bool:
        asked.append(name)
        return name == "me/mine"

    monkeypatch.setattr(load_module, "is_cached", is_cached)
    monkeypatch.setattr("protlens.models.at_hand.is_cached", is_cached)
    monkeypatch.setattr(at_hand_module, "find_packaged", lambda package: package.distribution == "antiberty" or None)
    monkeypatch.chdir(tiny_folder("bert").parent)
    assert [is_at_hand(name) for name in ("mini-bert", "bert", "me/mine", "me/other")] == [True, True, True, False]
    others = [spec for spec in map(CATALOG.__getitem__, CATALOG) if not spec.bundled]
    here = [spec.name for spec in others if is_at_hand(spec.name)]
    assert here == ["antiberty"]
    repositories = [spec.repository for spec in others if spec.repository is not None and spec.name not in here]
    assert asked == ["me/mine", "me/other", *repositories]
