from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import protlens
from protlens.explorer.builders import heads_document
from protlens.explorer.start import best_head, is_compact, start_head, start_property, start_protein
from protlens.stats.head_statistics import top_heads
from protlens.stats.run_tables import tabulate

PROPERTY = "secondary_structure:helix"


def properties(**supported):
    return [{"name": name, "level": "residue", "supported": count} for name, count in supported.items()]


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        (properties(helix=9, contact=1), "contact"),
        (properties(strand=0, helix=9, contact=0), "helix"),
        (properties(strand=0, contact=0), "contact"),
        (properties(strand=0, helix=0), "strand"),
    ],
)
def test_contact_comes_first_where_a_head_has_enough_arcs(entries, name):
    assert start_property(entries) == name


def heads_of(**verdicts):
    rows = [{"property": name, "verdict": verdict} for name, verdict in verdicts.items()]
    numbers = {"control_lift_low": 2.0, "ci_low": 0.1, "background": 0.05, "alignment": 0.2}
    return pl.DataFrame([{**row, **numbers} for row in rows])


@pytest.mark.parametrize(
    ("verdicts", "name"),
    [
        ({"helix": "beyond_control", "contact": "beyond_control"}, "contact"),
        ({"helix": "beyond_control", "contact": "beyond_background"}, "helix"),
        ({"amino_acid:W": "beyond_control", "helix": "beyond_control"}, "helix"),
        ({"amino_acid:W": "beyond_control", "helix": "neither"}, "amino_acid:W"),
        ({"helix": "beyond_background", "contact": "neither"}, "contact"),
    ],
)
def test_the_page_opens_on_a_finding(verdicts, name):
    assert start_property(properties(helix=9, contact=1), heads_of(**verdicts)) == name


def test_a_globule_is_compact_and_a_rod_is_not():
    globule = next(one for one in protlens.load_dataset("pdb-mini") if one.id == "1CKB.A")
    assert is_compact(globule)
    rod = np.zeros_like(globule.ca)
    rod[:, 0] = 1.5 * np.arange(len(rod))
    assert not is_compact(replace(globule, ca=rod, cb=None))
    assert not is_compact(replace(globule, ca=None, cb=None))


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_the_head_is_the_first_of_the_top_heads(run, mode):
    heads, compared = tabulate(run, mode=mode).heads, 0
    for name in run.manifest.properties:
        document = heads_document(run, name, mode)
        best = top_heads(heads.filter(property=name))
        if best.height:
            compared += 1
            assert start_head(document) == best_head(document) == best["label"][0]
        else:
            assert best_head(document) is None
            most = heads.filter(property=name).sort("arcs", descending=True, maintain_order=True)
            assert start_head(document) == most["label"][0]
    assert 3 < compared < len(run.manifest.properties)


def entry(name, residues=100, *, placed=True):
    return {"id": name, "residues": residues, "placed": placed}


def test_the_protein_has_coordinates_a_moderate_length_and_most_arcs_that_hit(run, monkeypatch):
    table = pl.DataFrame({"protein": range(6), "id": list("abcdef"), "status": ["analysed"] * 3 + ["cut"] * 3})
    monkeypatch.setattr(type(run), "proteins", lambda self: table)
    monkeypatch.setattr(type(run), "arc_counts", lambda self, layer, head: dict(enumerate([9, 9, 9, 8, 50, 50])))
    monkeypatch.setattr(type(run), "hit_counts", lambda self, name, layer, head: dict(enumerate([3, 5, 9, 8, 50, 50])))
    entries = [entry("x"), entry("a"), entry("b"), entry("c", 20), entry("d"), entry("e", placed=False)]
    chosen = []
    while entries:
        chosen.append(start_protein(run, entries, (0, 0), "contact"))
        entries = [one for one in entries if one["id"] != chosen[-1]]
    assert "".join(chosen) == "badcex"
    assert start_protein(run, [], (0, 0), "contact") is None


def test_a_compact_protein_is_taken_before_one_with_a_few_more_hits(run, monkeypatch):
    table = pl.DataFrame({"protein": range(3), "id": list("abc"), "status": ["analysed"] * 3})
    monkeypatch.setattr(type(run), "proteins", lambda self: table)
    monkeypatch.setattr(type(run), "arc_counts", lambda self, layer, head: dict(enumerate([9, 9, 9])))
    monkeypatch.setattr(type(run), "hit_counts", lambda self, name, layer, head: dict(enumerate([9, 6, 2])))
    entries = [entry(name) for name in "abc"]
    for compact, chosen in {"abc": "a", "bc": "b", "c": "a", "": "a"}.items():
        assert start_protein(run, entries, (0, 0), "contact", compact=compact.__contains__) == chosen


def test_a_protein_with_the_label_is_taken_before_one_that_is_better_to_look_at(run, monkeypatch):
    table = pl.DataFrame({"protein": range(2), "id": list("ab"), "status": ["analysed"] * 2})
    monkeypatch.setattr(type(run), "proteins", lambda self: table)
    monkeypatch.setattr(type(run), "arc_counts", lambda self, layer, head: {0: 9, 1: 0})
    monkeypatch.setattr(type(run), "hit_counts", lambda self, name, layer, head: {0: 0, 1: 0})
    monkeypatch.setattr(type(run), "proteins_with", lambda self, name: frozenset({1}))
    assert start_protein(run, [entry("a"), entry("b", 900, placed=False)], (0, 0), "contact") == "b"


def test_a_skipped_protein_is_not_chosen(run, monkeypatch):
    table = pl.DataFrame({"protein": [0, 1], "id": ["a", "b"], "status": ["skipped", "analysed"]})
    monkeypatch.setattr(type(run), "proteins", lambda self: table)
    monkeypatch.setattr(type(run), "arc_counts", lambda self, layer, head: {1: 0})
    monkeypatch.setattr(type(run), "hit_counts", lambda self, name, layer, head: {1: 0})
    assert start_protein(run, [entry("b")], (0, 0), "contact") == "b"


def test_hits_of_the_run_decide_between_its_proteins(run):
    entries = [entry(name, placed=name != "toy6") for name in ("toy0", "toy3", "toy4", "toy6")]
    counts, arcs = run.hit_counts(PROPERTY, 2, 1), run.arc_counts(2, 1)
    assert all(counts[number] <= arcs[number] for number in counts)
    found = run.property_counts(PROPERTY).hits[:, 2, 1].tolist()
    assert [counts[number] for number in run.labelled_proteins(PROPERTY)] == found
    assert max(counts.values()) > 0
    numbers = {"toy0": 0, "toy3": 3, "toy4": 4}
    best = max(numbers, key=lambda name: (counts[numbers[name]], arcs[numbers[name]]))
    assert start_protein(run, entries, (2, 1), PROPERTY) == best
