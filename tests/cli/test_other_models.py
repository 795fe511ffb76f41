"""The commands on models that are none of the first five: ESM C, and such whose residues do not attend to all."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from any_model import any_model_folder
from planted import planted_dataset, planted_proteins
from protlens.cli.commands import app
from protlens.data.catalog import load_dataset
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

RUNNER = CliRunner()
CRAMBIN = Path(__file__).parents[1] / "data_files" / "structures" / "1crn.cif.gz"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    tiny_model_folder("esmc", root / "esmc")
    any_model_folder("modernbert", root / "modernbert", max_position_embeddings=600)
    any_model_folder("gpt2", root / "gpt2", n_positions=600)
    planted_dataset(planted_proteins(10, length=40)).write(root / "chains.parquet")
    load_dataset("pdb-mini")[:12].write(root / "pdb.parquet")
    return root


def invoke(*arguments):
    done = RUNNER.invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("name", "reach"),
    [("esmc", None), ("gpt2", [[None, 0]] * 3), ("modernbert", [[None, None], [4, 4], [4, 4]])],
)
def test_analyze_and_report(name, reach, place):
    out = place / f"run-{name}"
    properties = ["--properties", "contact,amino_acid"]
    files = ["--dataset", place / "pdb.parquet", "--out", out]
    invoke("analyze", "--model", place / name, *files, *properties, "--max-length", 120, "--threshold", 0.1)
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["model"]["family"], manifest["model"].get("reach")) == (name, reach)
    assert manifest["versions"]["own_attention"].endswith("at most")
    heads = pl.read_parquet(out / "heads.parquet")
    assert heads.filter(property="contact")["arcs"].sum() > 0
    assert heads["background"].drop_nulls().is_between(0, 1).all()
    invoke("report", out)
    assert (out / "report.html").stat().st_size > 10_000


def test_contacts_with_the_categorical_jacobian(place):
    options = ["--train", 4, "--draws", 1, "--jacobian", 1, "--jacobian-length", 45]
    files = ["--dataset", place / "chains.parquet", "--out", place / "contacts"]
    text = invoke("contacts", "--model", place / "esmc", *files, *options)
    assert "with the Jacobian" in " ".join(text.split())


def test_probe(place):
    options = ["--properties", "secondary_structure", "--max-length", 80]
    invoke("probe", "--model", place / "esmc", "--dataset", place / "pdb.parquet", "--out", place / "probe", *options)
    assert (place / "probe").is_dir()


@pytest.mark.parametrize("name", ["esmc", "gpt2"])
def test_view(name, place):
    out = place / f"{name}.html"
    invoke("view", CRAMBIN, "--model", place / name, "--head", "2-1", "--out", out)
    assert out.stat().st_size > 10_000
