from dataclasses import asdict

import numpy as np
import pytest
import torch

from protlens.data.dataset import Dataset
from protlens.errors import FileFormatError, ModelError, OptionError, RunError, UnknownNameError
from protlens.exploration import of_run as module
from protlens.exploration.of_run import arc_source, dataset_of, properties_of
from protlens.models.load import load_model
from protlens.properties.pair import Contact
from protlens.properties.residue import TrackProperty
from protlens.views.shelf_protein import ShelfProtein
from tiny_models import tiny_model_folder
from toy import toy_dataset, toy_model


def test_the_data_set_is_that_of_the_name_in_the_manifest(with_manifest, kept):
    named = with_manifest(kept, "dataset", name="pdb-mini", fingerprint=module.load_dataset("pdb-mini").fingerprint())
    assert dataset_of(named).name == "pdb-mini"


def test_a_given_data_set_may_have_another_name(kept, tmp_path):
    toy_dataset().write(tmp_path / "moved.parquet")
    assert dataset_of(kept, tmp_path / "moved.parquet").ids == toy_dataset().ids
    assert dataset_of(kept, Dataset("other", toy_dataset())).name == "other"


def test_another_data_set_is_refused(kept, with_manifest):
    message = r"^data set 'pdb-mini': run .* was made with other proteins or labels, called 'toy'; give the data set"
    with pytest.raises(RunError, match=message):
        dataset_of(kept, "pdb-mini")
    with pytest.raises(RunError, match=r"^data set 'pdb-mini': run"):
        dataset_of(with_manifest(kept, "dataset", name="pdb-mini"))
    with pytest.raises(RunError, match="other proteins or labels"):
        dataset_of(kept, toy_dataset()[:6])


def test_a_name_that_leads_nowhere_asks_for_the_data_set(kept, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"^data set 'toy' of run .*: not found; give the data set") as caught:
        dataset_of(kept)
    assert "\n" not in str(caught.value)


def test_a_data_set_that_cannot_be_read_is_named(kept, tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"no")
    with pytest.raises(FileFormatError, match=r"x.parquet"):
        dataset_of(kept, tmp_path / "x.parquet")
    with pytest.raises(UnknownNameError):
        dataset_of(kept, "no-such-name")


def test_properties_are_those_the_run_was_made_with(kept, with_manifest):
    found = properties_of(kept)
    assert [(one.name, one.level, one.found) for one in found] == [
        ("contact", "pair", Contact()),
        ("binding_site", "residue", TrackProperty("binding_site", "binding_site")),
    ]
    odd = with_manifest(kept, "options", definitions=["Contact(atom='CA')", "someone.Else"])
    assert [one.found for one in properties_of(odd)] == [Contact(atom="CA"), None]


def test_runs_without_definitions_have_names_only(kept, with_manifest):
    odd = with_manifest(kept, "options", definitions=[])
    assert [(one.name, one.found) for one in properties_of(odd)] == [("contact", None), ("binding_site", None)]


@pytest.mark.parametrize(("floor", "expected"), [(0.1, 0.1), (0.3, 0.3), (0.5, 0.3)])
def test_the_floor_never_lies_above_the_threshold(kept, floor, expected):
    assert arc_source(kept, toy_model(), device="cpu", floor=floor).floor == expected


def test_the_model_limits_what_is_read(kept, with_manifest):
    assert arc_source(kept, toy_model(), device="cpu", floor=0.1).residues == 35
    endless = with_manifest(kept, "model", max_residues=None)
    assert arc_source(endless, toy_model(), device="cpu", floor=0.1).residues == 2000


def test_a_model_that_is_not_here_leaves_the_kept_arcs(kept, bare):
    source = arc_source(kept, None, device="cpu", floor=0.1)
    assert (source.floor, source.note, source.residues) == (0.2, None, None)
    note = "Arcs cannot be shown: model 'fake' is not on this machine, and the run kept none."
    assert arc_source(bare, None, device="cpu", floor=0.1).note == note


@pytest.mark.parametrize("given", ["mini-bert", "loaded"])
def test_another_model_is_refused_at_once(kept, given):
    model = load_model("mini-bert", device="cpu") if given == "loaded" else given
    with pytest.raises(ModelError, match=r"^model 'mini-bert': its weights are not those that run") as caught:
        arc_source(kept, model, device="cpu", floor=0.1)
    assert "\n" not in str(caught.value)


def test_a_given_model_that_is_nowhere_is_told(kept, tmp_path):
    with pytest.raises(ModelError, match="there is no such folder"):
        arc_source(kept, tmp_path / "gone", device="cpu", floor=0.1)


def test_a_device_that_is_not_there_is_told_at_once(kept):
    with pytest.raises(OptionError, match="device: 'tpu'; allowed: auto, cpu, cuda"):
        arc_source(kept, toy_model(), device="tpu", floor=0.1)


def vars_of(model):
    return {**asdict(model.info), "dtype": model.dtype}


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_model_computes_as_in_the_run(kept, with_manifest, tmp_path, dtype):
    folder = tiny_model_folder("bert", tmp_path / "tiny")
    model = load_model(folder, device="cpu", dtype=dtype)
    run = with_manifest(kept, "model", **vars_of(model))
    protein = toy_dataset()[0]
    layers: list[torch.Tensor] = []
    model.attend(model.encode([protein.sequence]), lambda _, weights: layers.append(weights[0].sum(1)))
    found = arc_source(run, folder, device="cpu", floor=0.1).arcs(ShelfProtein(0, protein, 30, (protein.id,)))
    np.testing.assert_allclose(found.received, torch.stack(layers).numpy(), atol=1e-5)
