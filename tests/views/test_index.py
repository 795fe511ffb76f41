import shutil

import pytest

from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from protlens.views import index as module
from protlens.views.index import MODES, UPLOAD_BYTES, index_document, property_entries
from protlens.views.source import KeptArcs


def test_supported_heads_are_those_of_the_table(run):
    heads = tabulate(run).heads
    entries = property_entries(run)
    assert [(entry["name"], entry["level"]) for entry in entries] == list(run.manifest.properties.items())
    for entry in entries:
        assert entry["supported"] == heads.filter("supported", property=entry["name"]).height
    assert sum(entry["supported"] for entry in entries) > 0
    assert min(entry["supported"] for entry in entries) == 0


class Source:
    floor, note, residues = 0.02, "why", 500


@pytest.mark.parametrize("kept", [True, False])
def test_the_source_says_what_can_be_shown_and_added(run, kept):
    source = KeptArcs(run, reason="gone") if kept else Source()
    start = {"property": "contact", "mode": "paper", "head": "1-1", "protein": None}
    index = index_document(run, source, title="T", properties=[], start=start)
    limits = {"bytes": UPLOAD_BYTES, "residues": 500}
    assert (index["floor"], index["note"], index["accepts"]) == ((0.2, None, None) if kept else (0.02, "why", limits))
    assert (index["title"], index["start"], index["modes"]) == ("T", start, list(MODES))
    assert (index["model"], index["dataset"]) == (run.manifest.model, run.manifest.dataset)
    assert index["threshold"] == 0.05


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_supported_heads_do_not_depend_on_the_tables_that_are_there(run, tmp_path, mode):
    left = Run(shutil.copytree(run.path, tmp_path / "run"), run.manifest)
    write_tables(left, tabulate(run, mode=mode))
    assert property_entries(left) == property_entries(run)


def test_arcs_are_counted_from_the_threshold_on(run, monkeypatch):
    heads = tabulate(run).heads
    for enough in range(1, 200, 3):
        monkeypatch.setattr(module, "SUPPORT", enough)
        for entry in property_entries(run):
            table = heads.filter(property=entry["name"])
            assert entry["supported"] == (table["arcs"] >= enough).sum(), (entry["name"], enough)
