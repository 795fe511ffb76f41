"""Runs of the toy: one with every edge case, one that kept arcs, one that kept none; and explorers of them."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from protlens.explorer.explorer import Explorer
from protlens.explorer.opening import open_run
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from toy import few_proteins_suffice, toy_dataset, toy_model

LONGEST = 35
PROPERTIES = ("contact", "binding_site", "modification", "secondary_structure", "amino_acid:A", "amino_acid:C")


@pytest.fixture(autouse=True)
def supported():
    """Let the few proteins of the toy give its heads support, in each test here and in no other."""
    with few_proteins_suffice():
        yield


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of the toy, whose longest protein is cut, with arcs kept."""
    data = toy_dataset()
    out = tmp_path_factory.mktemp("views") / "run"
    options = ExtractionOptions(threshold=0.05, keep_arcs=0.2)
    properties = select_properties(data, PROPERTIES)
    return extract(toy_model(max_residues=LONGEST), data, properties, out=out, options=options)


@pytest.fixture(scope="session")
def explore(run: Run) -> Callable[[], Explorer]:
    """Return what gives a new explorer of the run."""
    return lambda: open_run(run.path, model=toy_model(max_residues=LONGEST), dataset=toy_dataset())


@pytest.fixture(scope="session")
def explorer(explore: Callable[[], Explorer]) -> Explorer:
    """Return an explorer to which nothing is added."""
    return explore()


def _make(out: Path, keep_arcs: float | None) -> Run:
    data = toy_dataset()
    options = ExtractionOptions(keep_arcs=keep_arcs)
    properties = select_properties(data, ["contact", "binding_site"])
    return extract(toy_model(max_residues=LONGEST), data, properties, out=out / "run", options=options)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run that kept arcs of 0.2."""
    return _make(tmp_path_factory.mktemp("kept"), 0.2)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run that kept no arcs."""
    return _make(tmp_path_factory.mktemp("bare"), None)


@pytest.fixture
def with_manifest(tmp_path: Path) -> Callable[..., Run]:
    """Return what gives a copy of a run whose manifest says something else of the model or the dataset."""

    def change(run: Run, part: str, **entries: object) -> Run:
        path = Path(shutil.copytree(run.path, tmp_path / "changed"))
        manifest = replace(run.manifest, **{part: getattr(run.manifest, part) | entries})
        manifest.write(path)
        return Run.open(path)

    return change
