import shutil

import numpy as np
import polars as pl
import pytest

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import FileFormatError, RunError
from protlens.models.load import load_model
from protlens.probing.probe_analysis import probe
from protlens.probing.probe_options import ProbeOptions
from protlens.report.probe_section import probe_section
from protlens.runs.store import Run
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

QUICK = ProbeOptions(seeds=1, residues=300, pairs=300, resamples=20, strengths=(1e-2,))


def small_dataset():
    rng = np.random.default_rng(3)
    proteins = []
    for number in range(16):
        length = int(rng.integers(20, 40))
        points = (4 * rng.normal(size=(length, 3))).astype(np.float32)
        tracks = {"binding_site": "".join(rng.choice(list("01"), length))}
        sequence = "".join(rng.choice(list("ACDEFGHIKL"), length))
        proteins.append(
            Protein(id=f"p{number}", sequence=sequence, tracks=tracks, ca=points, cb=points, cluster=f"c{number}")
        )
    return Dataset("made", proteins)


@pytest.fixture(scope="module")
def made_folder(tmp_path_factory):
    model = load_model(tiny_model_folder("bert", tmp_path_factory.mktemp("model"), layers=2), device="cpu")
    out = tmp_path_factory.mktemp("probes") / "out"
    probe(model, small_dataset(), out=out, options=QUICK)
    return out


@pytest.fixture
def folder(made_folder, tmp_path):
    """A copy that may be changed: its list of digests is gone."""
    copy = shutil.copytree(made_folder, tmp_path / "probes")
    (copy / "files.json").unlink()
    return copy


@pytest.fixture
def run(folder):
    return Run.open(folder / "alignment")


def test_a_changed_figure_is_refused(made_folder, tmp_path):
    copy = shutil.copytree(made_folder, tmp_path / "probes")
    (copy / "figures" / "probes.png").write_bytes(b"")
    with pytest.raises(FileFormatError, match=r"figures/probes\.png was changed since it was written"):
        probe_section(copy, Run.open(copy / "alignment"))


def test_numbers_and_figures_are_those_of_the_folder(folder, run):
    section = probe_section(folder, run)
    summary = pl.read_csv(folder / "summary.csv", infer_schema_length=None)
    [table] = section.tables
    assert len(table.rows) == len(summary) > 2
    for row, numbers in zip(table.rows, summary.iter_rows(named=True), strict=True):
        assert row[3] == str(numbers["layer"])
        assert row[4] == f"{100 * numbers['value']:.1f} %"
    assert len(section.pictures) == 2
    assert "on made" in section.paragraphs[0]


@pytest.mark.parametrize(("low", "count"), [(0.0, 0), (0.99, "all")])
def test_probes_beyond_their_baselines_are_counted(folder, run, low, count):
    table = pl.read_csv(folder / "summary.csv", infer_schema_length=None).with_columns(
        ci_low=pl.lit(low),
        amino_acid=pl.lit(0.5),
        separation=pl.lit(None, pl.Float64),
        separation_amino_acid=pl.lit(None, pl.Float64),
    )
    table.write_csv(folder / "summary.csv")
    said = probe_section(folder, run).paragraphs[1]
    expected = (
        "No probe lies with its whole interval above" if count == 0 else f"{len(table)} of {len(table)} probes lie"
    )
    assert said.startswith(expected)


def test_a_probe_below_separation_and_amino_acids_is_not_beyond(folder, run):
    table = pl.read_csv(folder / "summary.csv", infer_schema_length=None).with_columns(
        ci_low=pl.lit(0.8), amino_acid=pl.lit(0.5), separation_amino_acid=pl.lit(0.9)
    )
    table.write_csv(folder / "summary.csv")
    assert probe_section(folder, run).paragraphs[1].startswith("No probe lies")


def test_a_folder_of_before_separation_and_amino_acids_is_read(folder, run):
    table = pl.read_csv(folder / "summary.csv", infer_schema_length=None).drop("separation_amino_acid")
    table.write_csv(folder / "summary.csv")
    [shown] = probe_section(folder, run).tables
    assert {row[-1] for row in shown.rows} == {"\N{EN DASH}"}


def test_another_model_is_refused(folder, run):
    run.manifest.model["sha256"] = "f" * 64
    with pytest.raises(RunError, match="give one made with the model of the run"):
        probe_section(folder, run)


def test_what_is_not_such_a_folder_is_refused(folder, run, tmp_path):
    with pytest.raises(FileFormatError, match="give one that 'protlens probe' wrote"):
        probe_section(tmp_path, run)
    (folder / "summary.csv").write_text("a\n")
    with pytest.raises(FileFormatError, match="give one that 'protlens probe' wrote"):
        probe_section(folder, run)
