import gc
import json
import shutil
import tempfile
from dataclasses import asdict

import numpy as np
import pytest
import torch

from protlens.contacts.prediction import predict_contacts
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, ModelError, OptionError, RunError, UnknownNameError
from protlens.explorer.library import LibraryProtein
from protlens.explorer.opening import arc_source, open_run, open_structure, properties_of
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.extraction.run_parts import dataset_of
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.models.protocol import whole_layers
from protlens.properties.pair import Contact
from protlens.properties.residue import TrackProperty
from protlens.properties.selection import select_properties
from protlens.stats.alignment import SUPPORT
from reference import attention_of
from tiny_models import tiny_model_folder
from toy import toy_dataset, toy_model


def test_the_data_set_is_that_of_the_name_in_the_manifest(with_manifest, kept):
    named = with_manifest(kept, "dataset", name="pdb-mini", fingerprint=load_dataset("pdb-mini").fingerprint())
    assert dataset_of(named).name == "pdb-mini"


def test_a_given_data_set_may_have_another_name(kept, tmp_path):
    toy_dataset().write(tmp_path / "moved.parquet")
    assert dataset_of(kept, tmp_path / "moved.parquet").ids == toy_dataset().ids
    assert dataset_of(kept, Dataset("other", toy_dataset())).name == "other"


def test_another_data_set_is_refused(kept, with_manifest):
    message = r"^dataset 'pdb-mini': run .* was made with other proteins or labels, called 'toy'; give the dataset"
    with pytest.raises(RunError, match=message):
        dataset_of(kept, "pdb-mini")
    with pytest.raises(RunError, match=r"^dataset 'pdb-mini': run"):
        dataset_of(with_manifest(kept, "dataset", name="pdb-mini"))
    with pytest.raises(RunError, match="other proteins or labels"):
        dataset_of(kept, toy_dataset()[:6])


def test_a_name_that_leads_nowhere_asks_for_the_data_set(kept, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"^dataset 'toy' of run .*: not found; give the dataset") as caught:
        dataset_of(kept)
    assert "\n" not in str(caught.value)


def test_a_data_set_that_cannot_be_read_is_named(kept, tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"no")
    with pytest.raises(FileFormatError, match=r"x.parquet"):
        dataset_of(kept, tmp_path / "x.parquet")
    with pytest.raises(UnknownNameError):
        dataset_of(kept, "no-such-name")


@pytest.fixture
def of_files(tmp_path):
    """A run whose dataset and model are files, and these."""
    Dataset("own", toy_dataset()[:2]).write(tmp_path / "own.parquet")
    folder = tiny_model_folder("bert", tmp_path / "model", layers=1, heads=2)
    run = extract(folder, tmp_path / "own.parquet", "contact", out=tmp_path / "run")
    return run, tmp_path / "own.parquet", folder


def test_what_a_run_was_made_of_is_found_where_it_was(of_files, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    run, _, folder = of_files
    assert dataset_of(run).ids == toy_dataset()[:2].ids
    explorer = open_run(str(tmp_path / "run"))
    assert explorer.document("arcs", {"protein": toy_dataset()[0].id, "head": "1-1"})["head"] == "1-1"
    shutil.rmtree(folder)
    assert arc_source(run, None, device="cpu", floor=0.1).residues is None


def test_a_dataset_that_is_no_longer_where_it_was_or_was_changed_is_told(of_files, tmp_path):
    run, dataset, _ = of_files
    Dataset("own", toy_dataset()[1:3]).write(dataset)
    with pytest.raises(RunError, match=rf"^dataset '{dataset}': run .* was made with other proteins"):
        dataset_of(run)
    dataset.rename(tmp_path / "moved.parquet")
    message = rf"^dataset 'own' of run .*: not found; it was {dataset}; give the dataset .* as dataset=$"
    with pytest.raises(RunError, match=message):
        dataset_of(run)


def test_properties_are_those_the_run_was_made_with(kept, with_manifest):
    found = properties_of(kept)
    assert [(one.name, one.level, one.definition) for one in found] == [
        ("contact", "pair", Contact()),
        ("binding_site", "residue", TrackProperty("binding_site", "binding_site")),
    ]
    odd = with_manifest(kept, "options", definitions=["Contact(atom='CA')", "someone.Else"])
    assert [one.definition for one in properties_of(odd)] == [Contact(atom="CA"), None]


def test_runs_without_definitions_have_names_only(kept, with_manifest):
    odd = with_manifest(kept, "options", definitions=[])
    assert [(one.name, one.definition) for one in properties_of(odd)] == [("contact", None), ("binding_site", None)]


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
    model.attend(model.encode([protein.sequence]), whole_layers(lambda _, weights: layers.append(weights[0].sum(1))))
    found = arc_source(run, folder, device="cpu", floor=0.1).arcs(LibraryProtein(0, protein, 30, (protein.id,)))
    np.testing.assert_allclose(found.received, torch.stack(layers).numpy(), atol=1e-5)


LONG = "<script>alert('x')</script>/\"" + "y" * 10_000


@pytest.fixture
def protease(data_files):
    return data_files / "structures" / "7hvp.pdb.gz"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return the folder that temporary runs are put into."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def head_of(explorer, protein, label="1-1"):
    return explorer.document("arcs", {"protein": protein, "head": label})


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    out = tmp_path_factory.mktemp("bundled") / "run"
    options = ExtractionOptions(limit=12)
    data = load_dataset("pdb-mini")
    return extract(load_model("mini-bert"), data, select_properties(data, ["contact"]), out=out, options=options)


def test_a_run_of_bundled_parts_needs_nothing_but_its_folder(bundled):
    explorer = open_run(bundled.path)
    index = explorer.index()
    assert index["title"] == "mini-bert on pdb-mini"
    assert (index["note"], index["floor"], index["accepts"]["residues"]) == (None, 0.1, 510)
    start = index["start"]
    found = head_of(explorer, start["protein"], start["head"])
    protein = explorer.protein(start["protein"])
    weights = attention_of(load_model("mini-bert", device="cpu"), protein["sequence"][: protein["analysed"]])
    layer, head = (int(part) - 1 for part in start["head"].split("-"))
    reaching = np.argwhere(weights[layer, head] >= np.float32(0.1))
    assert set(zip(found["query"], found["key"], strict=True)) == {tuple(pair) for pair in reaching.tolist()}


def test_the_arcs_of_all_proteins_add_up_to_the_numbers_of_the_run(bundled):
    """Alignment and arcs of a head can be counted again from what the page shows."""
    explorer = open_run(bundled.path)
    columns = explorer.heads("contact", "matched")["columns"]
    for place in np.argsort(columns["arcs"])[-2:]:
        states = ""
        for entry in explorer.entries():
            arcs = head_of(explorer, entry["id"], columns["label"][place])
            shown = zip(arcs["weight"], arcs["holds"]["contact"], strict=True)
            states += "".join(state for weight, state in shown if weight >= 0.3)
        assert len(states.replace("?", "")) == columns["arcs"][place] > 0
        assert states.count("1") == columns["hits"][place]


def test_kept_arcs_are_shown_without_a_model(kept, bare):
    explorer = open_run(kept.path, dataset=toy_dataset())
    index = explorer.index()
    assert (index["floor"], index["note"], index["accepts"]) == (0.2, None, None)
    found = head_of(explorer, "toy0")
    assert found["received"] is None
    assert len(found["weight"]) == (attention_of(toy_model(), toy_dataset()[0].sequence)[0, 0] >= 0.2).sum()


def test_without_model_and_kept_arcs_the_rest_is_shown(bare):
    explorer = open_run(bare.path, dataset=toy_dataset())
    assert (
        explorer.index()["note"] == "Arcs cannot be shown: model 'fake' is not on this machine, and the run kept none."
    )
    with pytest.raises(RunError, match=r"^Arcs cannot be shown"):
        head_of(explorer, "toy0")
    assert explorer.protein("toy0")["sequence"]
    assert explorer.scene("toy0")
    assert explorer.heads("contact", "paper")["columns"]["label"]


def test_a_run_that_is_not_finished_or_no_run_is_refused(kept, tmp_path):
    with pytest.raises(RunError, match=r"no manifest\.json there"):
        open_run(tmp_path)
    part = shutil.copytree(kept.path, tmp_path / "part")
    shutil.rmtree(part / "shards" / "00000")
    with pytest.raises(RunError, match="shards are there; go on with"):
        open_run(part, dataset=toy_dataset())


def test_wrong_parts_are_refused_at_once(kept):
    with pytest.raises(RunError, match="other proteins or labels"):
        open_run(kept.path, dataset="pdb-mini")
    with pytest.raises(ModelError, match="its weights are not those"):
        open_run(kept.path, model="mini-bert", dataset=toy_dataset())


def test_ids_of_any_kind_are_shown_as_they_are(tmp_path):
    names = [LONG, "a/b", "..", "%2F", "é ü", '"quoted"', " ", "\u202eright"]
    data = Dataset("<b>odd</b>", [Protein(id=name, sequence="ACDEFGHIKL") for name in names])
    model = toy_model(name=LONG)
    run = extract(model, data, select_properties(data, ["amino_acid:C"]), out=tmp_path / "run")
    explorer = open_run(run.path, model=model, dataset=data)
    assert [entry["id"] for entry in explorer.entries()] == names
    for name in names:
        assert explorer.document("protein", {"id": name})["group"] == [name]
        assert head_of(explorer, name)["protein"] == name
        assert explorer.document("proteins", {"query": name.upper()})["total"] >= 1
    json.dumps(explorer.index(), allow_nan=False)


def test_chains_of_a_structure_are_separate_inputs_drawn_together(protease, temporary):
    explorer = open_structure(protease)
    index = explorer.index()
    assert (index["title"], index["threshold"], index["floor"]) == ("mini-bert on 7hvp.pdb.gz", 0.1, 0.1)
    chains = read_structure(protease)
    assert [entry["id"] for entry in explorer.entries()] == ["7HVP.A", "7HVP.B"] == explorer.protein("7HVP.B")["group"]
    model = load_model("mini-bert", device="cpu")
    for chain in chains:
        weights = attention_of(model, chain.sequence)
        found = head_of(explorer, chain.id, index["start"]["head"])
        layer, head = (int(part) - 1 for part in index["start"]["head"].split("-"))
        assert len(found["weight"]) == int((weights[layer, head] >= np.float32(0.1)).sum())
    columns = explorer.heads(index["start"]["property"], "matched")["columns"]
    assert max(columns["arcs"]) >= SUPPORT
    assert explorer.scene("7HVP.A") == explorer.scene("7HVP.B")


@pytest.mark.slow
def test_the_temporary_run_goes_with_its_explorer(protease, temporary):
    explorer = open_structure(protease, chains=["A"])
    assert explorer.index()["start"]["protein"] == "7HVP.A"
    assert len(list(temporary.iterdir())) == 1
    del explorer
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_a_failure_leaves_no_temporary_run(protease, temporary):
    def attention(sequence):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_structure(protease, model=FakeModel(attention, layers=1, heads=1))
    with pytest.raises(OptionError):
        open_structure(protease, threshold=1.5)
    assert list(temporary.iterdir()) == []


def test_a_structure_with_the_numbers_of_a_run(bundled, protease, temporary):
    explorer = open_structure(protease, run=bundled.path, chains=["B"])
    index = explorer.index()
    assert (index["threshold"], index["dataset"]["name"]) == (0.3, "pdb-mini")
    assert index["start"]["protein"] == "7HVP.B"
    assert explorer.heads("contact", "matched") == open_run(bundled.path).heads("contact", "matched")
    assert head_of(explorer, "7HVP.B")["received"] is not None
    assert list(temporary.iterdir()) == []


def test_a_structure_with_a_run_needs_the_run_s_model(kept, bundled, protease):
    with pytest.raises(ModelError, match=r"^attention on structure .*: model 'fake' of run .* is not on this machine"):
        open_structure(protease, run=kept.path)
    with pytest.raises(ModelError, match="its weights are not those"):
        open_structure(protease, run=bundled.path, model=toy_model())


@pytest.mark.slow
def test_a_low_threshold_lowers_the_floor(bundled, protease):
    assert open_structure(protease, run=bundled.path, threshold=0.02).index()["floor"] == 0.02
    assert open_structure(protease, threshold=0.02).index()["floor"] == 0.02
    assert open_structure(protease, threshold=0.4).index()["floor"] == 0.1


def test_a_chain_or_a_file_that_is_not_there_is_told(protease, tmp_path):
    with pytest.raises(FileFormatError, match="chain Z of structure"):
        open_structure(protease, chains=["Z"])
    with pytest.raises(FileFormatError, match="No such file"):
        open_structure(tmp_path / "gone.pdb")
    with pytest.raises(UnknownNameError):
        open_structure(protease, model="no-such-model")


def test_what_is_added_stands_beside_the_structure(protease, data_files):
    explorer = open_structure(protease, model=toy_model(max_residues=50))
    assert explorer.protein("7HVP.A")["analysed"] == 50
    (added,) = explorer.add_structure(data_files / "structures" / "1crn.cif.gz")
    assert [entry["id"] for entry in explorer.entries()] == [added, "7HVP.A", "7HVP.B"]
    assert explorer.protein(added)["group"] == [added]


@pytest.mark.slow
def test_predicted_contacts_stand_beside_the_heads_where_a_regression_is_at_hand(data_files, tmp_path):
    file = data_files / "structures" / "7hvp.pdb.gz"
    explorer = open_structure(file, model="mini-bert", chains="A", device="cpu")
    assert "learned on 60 proteins of pdb-mini" in explorer.index()["contacts"]
    document = explorer.document("arcs", {"protein": "7HVP.A", "head": "contacts"})
    assert list(document) == list(explorer.document("arcs", {"protein": "7HVP.A", "head": "1-7"}))
    table = predict_contacts("mini-bert", file, out=tmp_path, device="cpu").tables.pairs.filter(protein="7HVP.A")
    pairs = list(zip(document["query"], document["key"], strict=True))
    assert sorted(pairs) == sorted(table.select("first", "second").rows())
    assert document["weight"] == pytest.approx(sorted(table["probability"], reverse=True), rel=1e-3)
    assert document["complete_from"] <= document["weight"][-1]
    assert explorer.labels[-1] == "contacts"
    assert "contacts" not in explorer.document("gallery", {"protein": "7HVP.A"})["label"]
