"""A whole reproduction, with tiny models in the shape of none or of one of the five."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import protlens
from planted import planted_proteins
from protlens.cli.printed_reproduction import print_reproduction
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import DownloadError, FileFormatError, OptionError, RunError, UnknownNameError
from protlens.models.catalog import CATALOG
from protlens.models.protocol import ModelInfo
from protlens.reproduction.paper_runs import paper_runs, read_paper_file
from protlens.reproduction.reproduce_paper import reproduce, same_shape
from protlens.reproduction.reproduction_options import ReproductionOptions
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

RECORDS = Path(__file__).parents[1] / "data_files"
FEW = ReproductionOptions(limit=4)


@pytest.fixture(scope="module")
def tape(tmp_path_factory):
    return tiny_model_folder("tape", tmp_path_factory.mktemp("models") / "tape", layers=12, heads=4)


@pytest.fixture(scope="module")
def structures():
    """Chains with CA and states, as ProteinNet has them."""
    rng = np.random.default_rng(1)
    return Dataset(
        "structures",
        [
            Protein(id=p.id, sequence=p.sequence, ca=p.ca, tracks={"dssp": "".join(rng.choice(list("HECT"), len(p)))})
            for p in planted_proteins(6)
        ],
    )


@pytest.fixture(scope="module")
def done(tape, structures, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return reproduce(
        "tape-bert", model=tape, proteinnet=structures, secondary_structure=structures, out=out, options=FEW
    )


def test_each_property_is_measured_on_its_own_proteins(done):
    runs = {analysis.run.path.name: analysis.run.manifest for analysis in done.analyses}
    assert list(runs) == ["sites", "proteinnet", "secondary-structure"]
    assert list(runs["sites"].properties) == ["paper_binding_site", "paper_modification"]
    assert len(runs["proteinnet"].properties) == 21
    assert "atom='CA'" in runs["proteinnet"].options["definitions"][0]
    assert len(runs["secondary-structure"].properties) == 4
    for manifest in runs.values():
        options = manifest.options
        assert (options["threshold"], options["max_length"], options["limit"]) == (0.3, 510, 4)
    assert all((analysis.tables.heads["mode"] == "paper").all() for analysis in done.analyses)


def test_the_measured_numbers_are_those_of_the_runs(done):
    heads = done.analyses[1].tables.heads.filter("supported", property="amino_acid:L")
    assert heads.height
    rows = done.tables.numbers.filter(kind="head", property="amino_acid:L")
    for head in heads.iter_rows(named=True):
        row = rows.filter(layer=head["layer"], head=head["head"])
        assert row["measured"].item() == pytest.approx(100 * head["alignment"])
    assert set(rows.filter(pl.col("head") >= 4)["note"]) <= {"not in this model"}


def test_another_shape_is_said_to_be_another_model(done):
    assert not done.same_shape
    assert repr(done).startswith("tape beside tape-bert: another model; the differences say nothing of a reproduction")
    assert len(repr(done).splitlines()) <= 20
    assert "The published figures rest on 5,000 training proteins" in "\n".join(done.notes)


def test_a_model_is_told_by_architecture_layers_and_heads():
    spec = CATALOG["prot-albert"]
    info = ModelInfo("copy", spec.family, spec.layers, spec.heads, None, "local", "0" * 64)
    assert same_shape(info, "prot-albert")
    assert not same_shape(replace(info, family="bert"), "prot-albert")
    assert not same_shape(replace(info, heads=63), "prot-albert")
    assert same_shape(replace(info, family="bert", layers=30, heads=16), "prot-bert-bfd")


def test_without_proteinnet_contacts_are_missing_and_it_is_said(tape, structures, tmp_path):
    tracks = dict.fromkeys(("paper_binding_site", "paper_modification"), "01" * 10)
    sites = Dataset("own", [Protein(id=p.id, sequence=p.sequence[:20], tracks=tracks) for p in structures])
    found = reproduce("tape-bert", model=tape, sites=sites, out=tmp_path / "out", options=FEW)
    assert len(found.analyses[0].run.manifest.properties) == 22
    assert any(note.startswith("Contacts were not measured") for note in found.notes)
    assert set(found.tables.numbers.filter(property="contact")["note"]) == {"not measured"}


def test_all_is_written_and_printed(done, capsys):
    for name, table in done.tables.items():
        assert pl.read_parquet(done.folder / f"{name}.parquet").equals(table)
    assert {path.name for path in done.figures} == {
        f"{name}.{kind}" for name in ("published_and_measured", "amino_acid_maps") for kind in ("pdf", "png")
    }
    about = json.loads((done.folder / "reproduction.json").read_text())
    assert (about["paper_model"], about["limit"]) == ("tape-bert", 4)
    print_reproduction(done)
    printed = capsys.readouterr().out
    assert "4,410 published numbers" in printed
    assert "background" in printed
    assert str(done.folder) in printed


def test_runs_that_are_there_are_gone_on_with(done, tape, structures):
    shards = {path: path.stat().st_mtime_ns for path in done.folder.glob("runs/*/shards/*/seal.json")}
    assert shards
    again = reproduce(
        "tape-bert", model=tape, proteinnet=structures, secondary_structure=structures, out=done.folder, options=FEW
    )
    assert {path: path.stat().st_mtime_ns for path in shards} == shards
    assert again.tables.numbers.equals(done.tables.numbers)


def test_another_model_in_the_same_folder_is_refused(done, tmp_path):
    other = tiny_model_folder("bert", tmp_path / "other", layers=2)
    with pytest.raises(RunError, match="another model"):
        reproduce("tape-bert", model=other, out=done.folder, options=FEW)
    assert (done.folder / "numbers.csv").is_file()


def test_what_cannot_be_had_is_one_line(tmp_path, tape):
    out = tmp_path / "out"
    with pytest.raises(DownloadError, match=r"put its config\.json and pytorch_model\.bin into a folder"):
        reproduce("tape-bert", out=out)
    with pytest.raises(UnknownNameError, match="model of the paper 'mini-bert'"):
        reproduce("mini-bert", out=out)
    with pytest.raises(FileFormatError, match="file nothing: not there"):
        reproduce("tape-bert", model=tape, proteinnet="nothing", out=out)
    with pytest.raises(FileFormatError, match=r"no probes\.parquet there; give one that 'protlens probe' wrote"):
        reproduce("tape-bert", model=tape, out=out, options=ReproductionOptions(probes=tmp_path))
    with pytest.raises(OptionError, match="limit 0"):
        ReproductionOptions(limit=0)
    assert not out.exists()


def test_files_are_read_by_what_they_are(tmp_path, structures):
    assert read_paper_file(structures) is structures
    structures.write(tmp_path / "own.parquet")
    assert read_paper_file(tmp_path / "own.parquet").ids == structures.ids
    assert len(read_paper_file(RECORDS / "proteinnet.txt.gz")) == 2
    assert read_paper_file("pdb-mini").name == "pdb-mini"
    record = {"id": "a", "primary": "MKTA", "ss8": [0, 0, 7, 7], "disorder": [1, 1, 1, 0]}
    (tmp_path / "states.jsonl").write_text(json.dumps(record) + "\n")
    assert read_paper_file(tmp_path / "states.jsonl")[0].tracks["dssp"] == "GGCC", "not resolved, yet coil"


def test_amino_acids_are_counted_on_sites_where_there_is_no_proteinnet(structures):
    alone = paper_runs("provis-valid", None, None)
    assert [len(run.properties) for run in alone] == [22]
    with_both = paper_runs("provis-valid", structures, None)
    assert [len(run.properties) for run in with_both] == [2, 21]


def test_the_public_name_is_the_same():
    assert protlens.reproduce is reproduce
