import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from protlens.cli.entry import main
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import DatasetError, OptionError, RunError
from protlens.models.load import load_model
from protlens.probing.probe_analysis import probe
from protlens.probing.probe_options import ProbeOptions
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

QUICK = ProbeOptions(seeds=1, residues=300, pairs=300, resamples=20, strengths=(1e-2,))
FILES = {"split.json", "files.json", "alignment", "figures"} | {
    f"{name}.{kind}"
    for name in ("probes", "summary", "support", "reliability", "layers", "centres")
    for kind in ("parquet", "csv")
}


def dataset(count: int = 24) -> Dataset:
    rng = np.random.default_rng(3)
    proteins = []
    for number in range(count):
        length = int(rng.integers(20, 40))
        points = (4 * rng.normal(size=(length, 3))).astype(np.float32)
        points[0] = np.nan
        tracks = {name: "".join(rng.choice(list(s), length)) for name, s in (("dssp", "HECT?"), ("binding_site", "01"))}
        sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWYX"), length))
        proteins.append(
            Protein(id=f"p{number}", sequence=sequence, tracks=tracks, ca=points, cb=points, cluster=f"c{number // 2}")
        )
    proteins += [Protein(id="bare", sequence="ACD"), Protein(id="one", sequence="W", tracks={"dssp": "H"})]
    return Dataset("made", proteins)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(tiny_model_folder("bert", tmp_path_factory.mktemp("model"), layers=2), device="cpu")


def test_everything_is_written_and_relatives_stay_apart(model, tmp_path):
    out = tmp_path / "probes"
    done = []
    analysis = probe(model, dataset(), out=out, options=QUICK, on_progress=lambda *at: done.append(at))
    assert {file.name for file in out.iterdir()} == FILES
    assert all(file.exists() for file in analysis.figures)
    assert len(analysis.figures) == 4
    split = json.loads((out / "split.json").read_text())
    names = [{member["cluster"] for member in split["members"][part]} for part in ("train", "validation", "test")]
    assert sum(map(len, names)) == len(set.union(*names)) == 13
    assert split["clusters_in_two_parts"] == 0
    assert split["options"]["pairs"] == 300
    assert sum(split["proteins"].values()) == 25
    table = pl.read_parquet(out / "probes.parquet")
    assert table.equals(analysis.tables.probes)
    asked = {"contact", "secondary_structure", "binding_site"}
    assert asked < set(table["property"])
    assert done[-1][0] == done[-1][1]
    layers = analysis.tables.layers
    assert set(layers["property"]) == set(table["property"]) - {"secondary_structure"}


def test_the_same_seed_gives_the_same_numbers_and_replaces_what_was_there(model, tmp_path):
    first = probe(model, dataset(), ["binding_site"], out=tmp_path / "a", options=QUICK)
    again = probe(model, dataset(), ["binding_site"], out=tmp_path / "a", options=QUICK)
    assert first.tables.probes.equals(again.tables.probes)
    assert set(first.tables.probes["property"]) == {"binding_site"}
    assert len(first.figures) == 2


def test_contacts_alone_can_be_asked_for(model, tmp_path):
    analysis = probe(model, dataset(), ["contact"], out=tmp_path / "a", options=QUICK)
    assert set(analysis.tables.support["property"]) == set(analysis.tables.probes["property"]) == {"contact"}


def test_chains_are_cut_and_limited(model, tmp_path):
    options = ProbeOptions(seeds=1, residues=300, resamples=20, strengths=(1e-2,), max_length=12, limit=20)
    analysis = probe(model, dataset(), ["secondary_structure"], out=tmp_path / "a", options=options)
    counted = analysis.tables.support.filter(property="secondary_structure:helix")
    assert counted["residues"].sum() <= 20 * 12
    assert sum(analysis.split.record()["proteins"].values()) <= 20


def test_folders_with_other_things_and_data_without_labels_are_refused(model, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="a folder with other files in it"):
        probe(model, dataset(), out=tmp_path, options=QUICK)
    with pytest.raises(OptionError, match="no labels"):
        probe(model, Dataset("bare", [Protein(id="a", sequence="ACD")]), out=tmp_path / "x", options=QUICK)
    with pytest.raises(DatasetError, match="three clusters or more"):
        probe(model, dataset().take([0, 1, 2]), out=tmp_path / "x", options=QUICK)
    assert {file.name for file in tmp_path.iterdir()} == {"mine.txt"}


def test_the_command_line_prints_what_was_compared(model, tmp_path, monkeypatch, capsys):
    folder = tiny_model_folder("esm", tmp_path / "esm", layers=2)
    dataset().write(tmp_path / "made.parquet")
    arguments = ["--model", str(folder), "--dataset", str(tmp_path / "made.parquet"), "--out", str(tmp_path / "out")]
    options = ["--seeds", "1", "--residues", "200", "--pairs", "200", "--device", "cpu", "--paper"]
    monkeypatch.setattr("sys.argv", ["protlens", "probe", *arguments, *options])
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    printed = capsys.readouterr().out
    for text in ("hidden", "with APC", "at L/5", "no cluster in two of them", "majority"):  # names stand on two lines
        assert text in printed
    assert Path(tmp_path / "out" / "probes.csv").exists()


def test_other_files_in_the_folder_stay_when_probes_are_replaced(model, tmp_path):
    out = tmp_path / "a"
    first = probe(model, dataset(), ["contact"], out=str(out), options=QUICK)
    mine = [out / name for name in ("features/mine.npy", "figures/mine.pdf", "notes.csv")]
    for file in mine:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine")
    again = probe(model, dataset(), "binding_site", out=out, options=QUICK)
    assert {file for file in first.figures if file.exists()} <= set(again.figures)
    assert {*(out / "figures").iterdir()} == {*again.figures, mine[1]}
    assert all(file.read_text() == "mine" for file in mine)
