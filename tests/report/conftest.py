"""A small run over real chains, some under hostile names, and a stand-in for the built page."""

from dataclasses import replace

import pytest

from hostile import DATASET, IDS, MODEL
from protlens.analysis import Analysis
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.page import hosting as assets
from protlens.properties.selection import select_properties
from protlens.stats.run_tables import tabulate, write_tables
from toy import few_proteins_suffice, toy_model

PROPERTIES = ("contact", "binding_site", "secondary_structure", "amino_acid")


@pytest.fixture(autouse=True)
def supported():
    """Let the few proteins of the toy give its heads support, in each test here and in no other."""
    with few_proteins_suffice():
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return a folder with files that stand in for the built page."""
    folder = tmp_path_factory.mktemp("assets")
    for name in assets.NAMES:
        (folder / name).write_text("/* made up */")
    return folder


@pytest.fixture(autouse=True)
def stand_in(built, monkeypatch):
    """Take the stand-in for the built page in each test of a report."""
    monkeypatch.setattr(assets, "ASSETS", built)


@pytest.fixture(scope="session")
def model():
    return toy_model(name=MODEL, max_residues=120)


@pytest.fixture(scope="session")
def dataset():
    """Return whole chains, one that will be cut, hostile names, and a protein without coordinates."""
    chains = load_dataset("pdb-mini")
    by_length = sorted(chains, key=len)
    whole, long = by_length[:10], next(chain for chain in by_length if len(chain) > 120)
    renamed = [replace(chain, id=name) for chain, name in zip(whole, IDS, strict=False)]
    bare = Protein(id="bare", sequence="MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ")
    return Dataset(DATASET, [*renamed, *whole[len(IDS) :], long, bare])


@pytest.fixture(scope="session")
def made(tmp_path_factory, model, dataset):
    """Return a finished analysis without figures, which nobody may change."""
    out, options = tmp_path_factory.mktemp("report") / "run", ExtractionOptions(threshold=0.1)
    run = extract(model, dataset, select_properties(dataset, PROPERTIES), out=out, options=options)
    with few_proteins_suffice():
        analysis = Analysis(run, tabulate(run), ())
    write_tables(run, analysis.tables)
    return analysis
