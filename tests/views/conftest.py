"""A small run with every edge case, and an explorer of it."""

from collections.abc import Callable

import pytest

from protlens.exploration import open_run
from protlens.extraction.options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.catalog import select_properties
from protlens.runs.store import Run
from protlens.views.explorer import Explorer
from toy import toy_dataset, toy_model

LONGEST = 35
PROPERTIES = ("contact", "binding_site", "modification", "secondary_structure", "amino_acid:A", "amino_acid:C")


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
