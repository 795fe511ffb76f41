import math
import shutil

import numpy as np
import pytest

from protlens.attention.single import protein_arcs
from protlens.data.protein import Annotation, Protein
from protlens.explorer.arc_sources import RunArcs
from protlens.explorer.builders import (
    MODES,
    UPLOAD_BYTES,
    arcs_document,
    heads_document,
    index_document,
    property_entries,
    protein_document,
)
from protlens.explorer.facts import RunProperty, find_facts
from protlens.explorer.library import LibraryProtein, has_place
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact
from protlens.runs.store import Run
from protlens.scene.scene_structure import structure_of_protein
from protlens.stats.head_statistics import head_tables
from protlens.stats.run_tables import tabulate, write_tables
from reference import attention_of, value
from toy import HEADS, LAYERS, few_proteins_suffice, toy_dataset, toy_model

CONTACT = [RunProperty("contact", "pair", Contact())]


def document(protein, **shown):
    options = {"key": 0, "protein": protein, "analysed": len(protein), "group": (protein.id,)} | shown
    structure = structure_of_protein(protein) if has_place(protein) else None
    return protein_document(find_facts(LibraryProtein(**options), CONTACT), structure)


@pytest.mark.parametrize("protein", toy_dataset(), ids=lambda protein: protein.id)
def test_a_document_holds_the_protein(protein):
    found = document(protein)
    assert (found["id"], found["sequence"], found["chain"]) == (protein.id, protein.sequence, protein.chain)
    assert found["tracks"] == dict(protein.tracks)
    assert (found["points"] is None) == (protein.ca is None)
    assert found["asym"] == ("" if protein.ca is None else "A")
    if protein.ca is not None:
        for place, exact in zip(found["points"], protein.cb, strict=True):
            assert place is None if np.isnan(exact).any() else place == pytest.approx(exact.tolist(), abs=0.0051)
    holds = Contact().mask(protein)
    pairs = set() if holds is None else {(int(i), int(j)) for i, j in np.argwhere(holds.holds)}
    assert set(zip(found["pairs"]["contact"]["query"], found["pairs"]["contact"]["key"], strict=True)) == pairs


def test_numbers_annotations_and_group_are_kept():
    notes = (Annotation("binding_site:metal", "ZN <b>'", (0, 2)),)
    protein = Protein(
        id="x" * 10_000, sequence="ACD", residue_numbers=("-1", "148A", ""), chain="AA", annotations=notes
    )
    found = document(protein, analysed=2, group=("x" * 10_000, "other"))
    assert found["numbers"] == ["-1", "148A", ""]
    assert found["annotations"] == [{"track": "binding_site:metal", "name": "ZN <b>'", "residues": [0, 2]}]
    assert (found["chain"], found["analysed"], found["asym"]) == ("AA", 2, "")
    assert found["group"] == ["x" * 10_000, "other"]
    assert found["numbers"] != document(Protein(id="y", sequence="ACD"))["numbers"] == []


EXACT = ("label", "layer", "head", "proteins", "arcs", "hits", "supported")
ROUNDED = ("alignment", "background", "lift", "ci_low", "ci_high", "p_value", "q_value")


@pytest.fixture(scope="module")
def tables(run):
    with few_proteins_suffice():
        return {mode: tabulate(run, mode=mode) for mode in ("matched", "paper")}


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_the_numbers_are_those_of_the_run_s_tables(run, tables, mode):
    supported = 0
    for name, level in run.manifest.properties.items():
        document = heads_document(run, name, mode)
        assert (document["property"], document["level"], document["mode"]) == (name, level, mode)
        assert document["threshold"] == 0.05
        table = tables[mode].heads.filter(property=name)
        for column in EXACT:
            assert document["columns"][column] == table[column].to_list(), (name, column)
        for column in ROUNDED:
            for found, wanted in zip(document["columns"][column], table[column].to_list(), strict=True):
                assert found == (wanted if wanted is None else pytest.approx(wanted, rel=5e-6)), (name, column)
        supported += sum(document["columns"]["supported"])
    assert supported > 10


def test_the_control_is_the_sharpest_of_the_table_of_controls(run):
    for name in run.manifest.properties:
        found = heads_document(run, name, "paper")["columns"]
        table = head_tables([run.property_counts(name)], threshold=0.3, mode="paper").controls
        for place, (label, control) in enumerate(zip(found["label"], found["control_name"], strict=True)):
            rows = table.filter(label=label).drop_nulls("lift_low")
            assert control == (rows["control"][-1] if rows.height else None)
            if rows.height:
                assert found["control"][place] == pytest.approx(rows["expected"][-1], rel=1e-3)


def test_no_number_is_longer_than_its_digits(run):
    columns = heads_document(run, "binding_site", "matched")["columns"]
    for column in (*ROUNDED, "control"):
        assert all(value is None or value == float(f"{value:.6g}") for value in columns[column])


@pytest.mark.parametrize("stored", ["matched", "paper"])
def test_the_tables_that_a_run_was_left_with_change_nothing(run, tables, tmp_path, stored):
    left = Run(shutil.copytree(run.path, tmp_path / "run"), run.manifest)
    write_tables(left, tables[stored])
    for name in ("contact", "binding_site", "amino_acid:C"):
        for mode in ("matched", "paper"):
            assert heads_document(left, name, mode) == heads_document(run, name, mode)
    write_tables(left, tables["matched" if stored == "paper" else "paper"])
    assert heads_document(left, "contact", stored) == heads_document(run, "contact", stored)


SYMBOLS = {None: "?", True: "1", False: "0"}


def facts_of(protein):
    return find_facts(LibraryProtein(0, protein, len(protein), (protein.id,)), CONTACT)


def check_arc(protein, document, place):
    i, j = document["query"][place], document["key"][place]
    state = None if protein.cb is None else value("contact", protein, i, j)
    assert document["holds"]["contact"][place] == SYMBOLS[state]
    distance = document["distance"][place]
    if protein.cb is None or np.isnan(protein.cb[[i, j]]).any():
        assert distance is None
    else:
        assert distance == pytest.approx(math.dist(protein.cb[i].tolist(), protein.cb[j].tolist()), abs=0.0051)


@pytest.mark.parametrize("protein", toy_dataset(), ids=lambda protein: protein.id)
def test_every_arc_equals_what_the_model_gives(protein):
    weights = attention_of(toy_model(), protein.sequence)
    facts, arcs, seen = facts_of(protein), protein_arcs(toy_model(), protein.sequence, floor=0.1), 0
    for layer in range(LAYERS):
        for head in range(HEADS):
            found = arcs_document(facts, arcs, (layer, head))
            mine = weights[layer, head]
            assert (found["protein"], found["head"]) == (protein.id, f"{layer + 1}-{head + 1}")
            expected = {(i, j) for i, j in zip(*np.nonzero(mine >= np.float32(0.1)), strict=True)}
            assert set(zip(found["query"], found["key"], strict=True)) == expected
            assert len(found["query"]) == len(expected)
            for place, weight in enumerate(found["weight"]):
                exact = float(mine[found["query"][place], found["key"][place]])
                assert exact - 1e-4 < weight <= exact + 1e-7
                check_arc(protein, found, place)
            assert found["received"] == pytest.approx(mine.sum(axis=0), rel=6e-4, abs=1e-6)
            assert found["complete_from"] == 0.1
            seen += len(expected)
    assert seen


def test_arcs_stand_by_the_weights_that_are_shown():
    """0.50001 and 0.50002 are both shown as 0.5: then query and key decide."""
    weights = np.zeros((1, 1, 4, 4), np.float32)
    weights[0, 0, 0, 1], weights[0, 0, 2, 0], weights[0, 0, 1, 3], weights[0, 0, 1, 0] = 0.50001, 0.50002, 0.9, 0.05
    import torch

    protein = toy_dataset()[0].cut(4)
    arcs = protein_arcs(FakeModel(lambda _: torch.from_numpy(weights), layers=1, heads=1), protein.sequence)
    found = arcs_document(facts_of(protein), arcs, (0, 0))
    assert list(zip(found["query"], found["key"], found["weight"], strict=True)) == [
        (1, 3, 0.9),
        (0, 1, 0.5),
        (2, 0, 0.5),
    ]


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.317, 0.7])
def test_arcs_above_a_threshold_are_as_many_as_the_model_has(threshold):
    protein = toy_dataset()[0]
    weights = attention_of(toy_model(), protein.sequence)
    arcs = protein_arcs(toy_model(), protein.sequence, floor=0.1)
    for place in np.ndindex(LAYERS, HEADS):
        shown = arcs_document(facts_of(protein), arcs, place)["weight"]
        assert sum(weight >= threshold for weight in shown) == int((weights[place] >= np.float32(threshold)).sum())


def test_a_list_that_was_cut_says_from_where_it_is_complete():
    protein = toy_dataset()[0]
    weights = attention_of(toy_model(), protein.sequence)
    arcs = protein_arcs(toy_model(), protein.sequence, floor=0.02, most=9)
    for place in np.ndindex(LAYERS, HEADS):
        found = arcs_document(facts_of(protein), arcs, place)
        reaching = np.argwhere(weights[place] >= found["complete_from"])
        assert {tuple(pair) for pair in reaching.tolist()} <= set(zip(found["query"], found["key"], strict=True))
    assert arcs_document(facts_of(protein), arcs, (0, 0))["complete_from"] > 0.02


def test_kept_arcs_have_no_received_attention(run):
    protein = toy_dataset()[0]
    found = arcs_document(facts_of(protein), run.protein_arcs(0), (0, 0))
    assert found["received"] is None
    assert found["complete_from"] == 0.2
    assert min(found["weight"]) >= 0.2


def test_supported_heads_are_those_of_the_table(run):
    heads = tabulate(run).heads
    entries = property_entries(run)
    assert [(entry["name"], entry["level"]) for entry in entries] == list(run.manifest.properties.items())
    for entry in entries:
        assert entry["supported"] == heads.filter("supported", property=entry["name"]).height
    assert sum(entry["supported"] for entry in entries) > 0
    assert min(entry["supported"] for entry in entries) == 0


class Source:
    floor, note, residues, predicts = 0.02, "why", 500, "how"


@pytest.mark.parametrize("kept", [True, False])
def test_the_source_says_what_can_be_shown_and_added(run, kept):
    source = RunArcs(run, reason="gone") if kept else Source()
    start = {"property": "contact", "mode": "paper", "head": "1-1", "protein": None}
    index = index_document(run, source, title="T", properties=[], start=start)
    limits = {"bytes": UPLOAD_BYTES, "residues": 500}
    assert (index["floor"], index["note"], index["accepts"]) == ((0.2, None, None) if kept else (0.02, "why", limits))
    assert (index["title"], index["start"], index["modes"]) == ("T", start, list(MODES))
    assert (index["model"], index["dataset"]) == (run.manifest.model, run.manifest.dataset)
    assert index["threshold"] == 0.05
    assert index["contacts"] == (None if kept else "how")


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_supported_heads_do_not_depend_on_the_tables_that_are_there(run, tmp_path, mode):
    left = Run(shutil.copytree(run.path, tmp_path / "run"), run.manifest)
    write_tables(left, tabulate(run, mode=mode))
    assert property_entries(left) == property_entries(run)
