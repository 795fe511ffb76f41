import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import safetensors.numpy

from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression, save_regression
from protlens.errors import FileFormatError, ModelError
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.protocol import ModelInfo

MODEL = ModelInfo("m", "bert", 2, 3, 126, "local", "ab" * 32)
TRAINING = TrainingRecord("d", "ff", ("1ABC.A",), ("c1",), {"inverse_penalty": 0.15})


@pytest.fixture
def saved(tmp_path):
    regression = ContactRegression(np.arange(6.0).reshape(2, 3) / 7, -3.25)
    path = tmp_path / "regression.safetensors"
    save_regression(path, regression, model=MODEL, training=TRAINING)
    return path


def test_what_is_saved_is_read(saved):
    regression, training = load_regression(saved, model=replace(MODEL, name="another name of the same weights"))
    assert np.array_equal(regression.weights, np.arange(6.0).reshape(2, 3) / 7)
    assert regression.intercept == -3.25
    assert training == TRAINING


FUSED = replace(TRAINING, settings={"jacobian": {"kind": "states", "runs": 201}})


def save_fused(folder, *, training=FUSED, jacobian=0.5):
    regression = ContactRegression(np.ones((2, 3)), -3.25, jacobian)
    save_regression(folder / "fusion.safetensors", regression, model=MODEL, training=training)
    return folder / "fusion.safetensors"


def test_one_with_the_jacobian_is_read_where_that_is_computed(tmp_path):
    regression, training = load_regression(save_fused(tmp_path), model=MODEL, fused=True)
    assert regression.jacobian == 0.5
    assert training.jacobian == JacobianOptions(kind="states", runs=201)
    assert TRAINING.jacobian is None
    with pytest.raises(ModelError, match="it needs the Jacobian of each chain"):
        load_regression(tmp_path / "fusion.safetensors", model=MODEL)
    without = save_fused(tmp_path, jacobian=0.0)
    assert load_regression(without, model=MODEL)[0].jacobian == 0


@pytest.mark.parametrize(
    "asked", [None, {"kind": "states"}, {"kind": "other", "runs": None}, {"kind": "states", "runs": 2.5}, "states"]
)
def test_one_that_does_not_say_which_jacobian_is_refused(asked, tmp_path):
    saved = save_fused(tmp_path, training=replace(FUSED, settings={"jacobian": asked}))
    with pytest.raises(FileFormatError, match="not readable"):
        load_regression(saved, model=MODEL, fused=True)


def test_version_1_is_one_on_attention_alone(saved):
    data = safetensors.numpy.save({"weights": np.ones((2, 3)), "intercept": np.array([-3.25])})
    about = json.loads(saved.with_suffix(".json").read_text())
    del about["checksum"]
    saved.write_bytes(data)
    saved.with_suffix(".json").write_text(json.dumps({**about, "version": 1, "sha256": sha256(data).hexdigest()}))
    assert load_regression(saved, model=MODEL)[0].jacobian == 0


@pytest.mark.parametrize("change", [{"sha256": "cd" * 32}, {"layers": 3}, {"heads": 4}])
def test_another_model_is_refused(saved, change):
    with pytest.raises(ModelError, match="fitted on m"):
        load_regression(saved, model=replace(MODEL, **change))


def test_damaged_files_are_refused(saved):
    about, data = saved.with_suffix(".json"), saved.read_bytes()
    good = json.loads(about.read_text())

    def refused(match):
        with pytest.raises(FileFormatError, match=match):
            load_regression(saved, model=MODEL)

    for key, value, match in (
        ("format", "other", "not about a contact regression"),
        ("version", 3, "version 3"),
        ("sha256", "00", "do not belong together"),
        ("model", {"name": "m"}, "not readable"),
        ("training", None, "not readable"),
    ):
        about.write_text(json.dumps({**good, key: value}))
        refused(match)
    for entry in ({"dataset": "other"}, {"clusters": ["c2"]}):
        about.write_text(json.dumps({**good, "training": good["training"] | entry}))
        refused("regression.json was changed since it was written")
    early = {key: value for key, value in good.items() if key != "checksum"}
    about.write_text(json.dumps(early))
    assert load_regression(saved, model=MODEL)[1] == TRAINING
    for text in ("[]", "{", "[" * 100_000):
        about.write_text(text)
        refused("not readable")
    about.write_text(json.dumps(good))
    saved.write_bytes(data[:-3])
    refused("do not belong together")
    saved.unlink()
    refused("not readable")


@pytest.mark.parametrize("weights", [np.full((2, 3), np.nan), np.zeros(6)])
def test_numbers_that_are_none_are_refused(saved, weights):
    data = safetensors.numpy.save({"weights": weights, "intercept": np.zeros(1)})
    about = json.loads(saved.with_suffix(".json").read_text())
    saved.write_bytes(data)
    saved.with_suffix(".json").write_text(json.dumps({**about, "sha256": sha256(data).hexdigest()}))
    with pytest.raises(FileFormatError, match="finite numbers by layer and head"):
        load_regression(saved, model=MODEL)
