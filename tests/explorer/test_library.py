import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import UnknownNameError
from protlens.explorer import library as module
from protlens.explorer.library import Library, RunProteins, has_place
from protlens.scene.scene_structure import SceneStructure
from toy import toy_dataset

LONG = "<script>alert('x')</script>/\"" + "y" * 10_000


def proteins(*ids):
    return [Protein(id=name, sequence="ACDEF") for name in ids]


@pytest.fixture
def shelf(run):
    return Library(RunProteins(run, toy_dataset()))


def test_the_proteins_of_the_run_are_those_of_the_data_set(run, shelf):
    for number, protein in enumerate(toy_dataset()):
        shown = shelf[protein.id]
        assert (shown.key, shown.group, shown.structure) == (number, (protein.id,), None)
        assert shown.protein.sequence == protein.sequence
        assert shown.analysed == min(len(protein), 35)
    placed = [protein.ca is not None and bool(np.isfinite(protein.ca).any()) for protein in toy_dataset()]
    assert [(entry["id"], entry["residues"], entry["placed"]) for entry in shelf.entries()] == [
        (protein.id, len(protein), there) for protein, there in zip(toy_dataset(), placed, strict=True)
    ]
    assert set(placed) == {True, False}


def test_what_is_added_stands_first_and_can_be_opened(shelf):
    one, two = shelf.add(proteins("a"), analysed=3), shelf.add(proteins("b", "c"), analysed=9)
    assert (one, two) == (["a"], ["b", "c"])
    assert [entry["id"] for entry in shelf.entries()[:4]] == ["b", "c", "a", "toy0"]
    assert [shelf[name].analysed for name in "abc"] == [3, 5, 5]
    assert [shelf[name].group for name in "abc"] == [("a",), ("b",), ("c",)]
    assert len({shelf[name].key for name in "abc"}) == 3
    assert all(shelf[name].key < 0 for name in "abc")


def test_chains_of_one_structure_are_a_group(shelf):
    structure = SceneStructure("data_x", {"b": "A", "c": "B"})
    shelf.add(proteins("b", "c"), analysed=9, structure=structure)
    assert shelf["c"].group == ("b", "c")
    assert shelf["b"].structure is shelf["c"].structure is structure


def test_ids_are_free_and_close_to_what_was_asked(shelf):
    assert shelf.free_ids(["toy0", "new", "new", "toy0"]) == ["toy0 (2)", "new", "new (2)", "toy0 (3)"]
    shelf.add(proteins("toy0 (2)"), analysed=9)
    assert shelf.free_ids(["toy0", LONG]) == ["toy0 (3)", LONG]
    shelf.add(proteins(LONG), analysed=9)
    assert shelf.free_ids([LONG]) == [f"{LONG} (2)"]


def test_a_search_ignores_case_and_takes_every_character_as_it_is(shelf):
    shelf.add(proteins(LONG, "a.*b", "ACB"), analysed=9)
    found = {query: [entry["id"] for entry in shelf.entries(query)] for query in ("TOY3", ".*", "acb", "<SCRIPT>", "?")}
    assert found == {"TOY3": ["toy3"], ".*": ["a.*b"], "acb": ["ACB"], "<SCRIPT>": [LONG], "?": []}


@pytest.mark.parametrize("name", ["", "toy", "toy00", LONG, "toy0\n"])
def test_an_unknown_protein_is_one_short_line(shelf, name):
    with pytest.raises(UnknownNameError, match="not known") as caught:
        shelf[name]
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 150


def test_what_was_added_first_is_put_away_for_what_comes_later(shelf, monkeypatch):
    monkeypatch.setattr(module, "UPLOADS", 3)
    for name in "abcd":
        shelf.add(proteins(name, name + name), analysed=9)
    assert [entry["id"] for entry in shelf.entries()[:7]] == ["d", "dd", "c", "cc", "b", "bb", "toy0"]
    with pytest.raises(UnknownNameError):
        shelf["aa"]
    assert shelf["toy0"].key == 0


def test_a_name_that_comes_again_has_another_key(shelf, monkeypatch):
    monkeypatch.setattr(module, "UPLOADS", 1)
    shelf.add(proteins("a"), analysed=9)
    first = shelf["a"].key
    shelf.add(proteins("b"), analysed=9)
    shelf.add(proteins("a"), analysed=9)
    assert shelf["a"].key != first


def test_large_structures_are_put_away_sooner(monkeypatch):
    monkeypatch.setattr(module, "CHARACTERS", 250)
    shelf = Library()
    for name in "abc":
        shelf.add(proteins(name), analysed=9, structure=SceneStructure("x" * 100, {name: "A"}))
    assert [entry["id"] for entry in shelf.entries()] == ["c", "b"]
    shelf.add(proteins("d"), analysed=9, structure=SceneStructure("x" * 1000, {"d": "A"}))
    assert [entry["id"] for entry in shelf.entries()] == ["d"]


def test_what_is_lasting_stays(monkeypatch):
    monkeypatch.setattr(module, "UPLOADS", 1)
    shelf = Library()
    shelf.add(proteins("x", "y"), analysed=9, structure=SceneStructure("", {"x": "A", "y": "B"}), lasting=True)
    for name in "abc":
        shelf.add(proteins(name), analysed=9)
    assert [entry["id"] for entry in shelf.entries()] == ["c", "x", "y"]
    assert shelf["y"].group == ("x", "y")


def test_a_skipped_protein_tells_why(run, monkeypatch):
    table = run.proteins()
    skipped = table.with_columns(
        status=table["status"].set(table["protein"] == 3, "skipped"),
        residues=table["residues"].set(table["protein"] == 3, 0),
        reason=table["reason"].set(table["protein"] == 3, "too long for the memory (25 residues)"),
    )
    monkeypatch.setattr(type(run), "proteins", lambda self: skipped)
    shelf = Library(RunProteins(run, toy_dataset()))
    assert "toy3" not in [entry["id"] for entry in shelf.entries()]
    with pytest.raises(UnknownNameError, match=r"^protein 'toy3': left out of the run: too long for the memory"):
        shelf["toy3"]
    assert shelf["toy4"].key == 4


def test_a_run_over_a_part_of_the_data_set_shows_that_part(tmp_path):
    from protlens.extraction.extraction_options import ExtractionOptions
    from protlens.extraction.run import extract
    from protlens.properties.selection import select_properties
    from toy import toy_model

    data = toy_dataset()
    options = ExtractionOptions(limit=3, seed=1)
    part = extract(toy_model(), data, select_properties(data, ["contact"]), out=tmp_path / "run", options=options)
    names = part.proteins()["id"].to_list()
    assert names != data.ids[:3]
    shelf = Library(RunProteins(part, data))
    assert [entry["id"] for entry in shelf.entries()] == names
    by_id = {protein.id: protein.sequence for protein in Dataset("all", data)}
    assert [shelf[name].protein.sequence for name in names] == [by_id[name] for name in names]


def test_many_threads_add_and_read_at_once(shelf):
    together = threading.Barrier(4)

    def work(worker):
        together.wait(10)
        for number in range(50):
            name = f"{worker}-{number}"
            shelf.add(proteins(name), analysed=5)
            shelf.entries(name)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work, worker) for worker in range(4)]:
            future.result(30)
    keys = [shelf[entry["id"]].key for entry in shelf.entries()]
    assert len(set(keys)) == len(keys) == module.UPLOADS + 7


def test_a_protein_has_a_place_if_one_residue_has_all_coordinates():
    half = np.array([[1, np.nan, 1], [np.nan] * 3], np.float32)
    assert not has_place(Protein(id="p", sequence="AC", ca=half))
    assert not has_place(Protein(id="p", sequence="AC"))
    assert has_place(Protein(id="p", sequence="AC", ca=np.nan_to_num(half)))


def test_proteins_are_found_by_name_and_organism(shelf):
    named = [Protein(id="x", sequence="MKT", title="Lac repressor", organism="Escherichia coli")]
    shelf.add(named, analysed=3)
    for query in ("LAC REP", "coli", "x"):
        assert shelf.entries(query)[0] == {
            "id": "x",
            "residues": 3,
            "placed": False,
            "title": "Lac repressor",
            "organism": "Escherichia coli",
        }
    assert "title" not in shelf.entries("toy0")[0]
