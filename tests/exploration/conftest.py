"""Runs of the toy: one that kept arcs and one that kept none."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from protlens.extraction.options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.catalog import select_properties
from protlens.runs.store import Run
from toy import toy_dataset, toy_model

LONGEST = 35


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
    """Return what gives a copy of a run whose manifest says something else of the model or the data set."""

    def change(run: Run, part: str, **entries: object) -> Run:
        path = Path(shutil.copytree(run.path, tmp_path / "changed"))
        manifest = replace(run.manifest, **{part: getattr(run.manifest, part) | entries})
        manifest.write(path)
        return Run.open(path)

    return change
