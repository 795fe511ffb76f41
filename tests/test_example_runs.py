from pathlib import Path

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import protlens
from protlens.errors import UnknownNameError
from protlens.explorer.examples import EXAMPLES, FLOOR, open_example
from protlens.extraction import run_parts
from protlens.models.load import is_at_hand
from protlens.runs.format import HEADS, MANIFEST, PROTEINS, SHARDS
from protlens.stats.run_tables import read_tables, tabulate

MEGABYTES = 5.5
FEW = 3


@pytest.fixture
def without_models(monkeypatch):
    monkeypatch.setattr(run_parts, "is_at_hand", lambda name: False)


def test_the_examples_are_small_and_hold_no_more_than_a_run_needs():
    folders = [EXAMPLES[name].folder for name in EXAMPLES]
    held = {MANIFEST, PROTEINS, SHARDS, HEADS, "tables"}
    assert all({path.name for path in folder.iterdir()} == held for folder in folders)
    assert sum(file.stat().st_size for folder in folders for file in folder.rglob("*")) < MEGABYTES * 1e6


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_an_example_opens_without_its_model_on_the_head_that_follows_contacts(name, without_models):
    example = EXAMPLES[name]
    index = open_example(name).document("index", {})
    heads = open_example(name).document("heads", {"property": "contact", "mode": "matched"})["columns"]
    best = heads["label"].index(index["start"]["head"])
    assert (index["model"]["name"], index["dataset"]["name"]) == (name, example.dataset)
    assert (index["note"], index["floor"], index["accepts"]) == (None, FLOOR, None)
    assert index["start"]["property"] == "contact"
    assert heads["verdict"][best] == "beyond_control"
    assert heads["control_lift_low"][best] > 2
    listed = {entry["id"] for entry in open_example(name).entries()}
    assert index["start"]["protein"] in listed == set(example.arcs_of)
    arcs = open_example(name).document("arcs", {"protein": index["start"]["protein"], "head": index["start"]["head"]})
    assert sum(weight >= 0.3 for weight in arcs["weight"]) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_table_of_an_example_is_what_its_sums_give(name):
    run = EXAMPLES[name].run
    assert_frame_equal(open_table(name), tabulate(run).heads, rel_tol=1e-6)


def open_table(name: str):
    return read_tables(EXAMPLES[name].run).heads


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_recipe_gives_the_same_integers_again(name, tmp_path):
    if not is_at_hand(name):
        pytest.skip(f"{name} is not installed")
    example, data = EXAMPLES[name], protlens.load_dataset(EXAMPLES[name].dataset)
    lengths = dict(zip(data.ids, data.lengths, strict=True))
    few = sorted(example.arcs_of, key=lengths.__getitem__)[:FEW]
    chosen = data.take(sorted(data.ids.index(one) for one in few))
    options = protlens.ExtractionOptions(keep_arcs=FLOOR)
    asked = protlens.select_properties(data, example.properties)
    again = protlens.extract(name, chosen, asked, out=tmp_path / "few", options=options)
    numbers = example.run.proteins().rows_by_key("id", named=True, unique=True)
    compared = 0
    for found in again.counts():
        rows = [chosen.ids[number] for number in again.labelled_proteins(found.name)]
        kept = example.run.property_counts(found.name)
        order = example.run.labelled_proteins(found.name)
        places = [order.index(numbers[one]["protein"]) for one in rows]
        for part in ("arcs", "eligible", "hits", "residues"):
            np.testing.assert_array_equal(getattr(found, part), getattr(kept, part)[places], err_msg=found.name)
        compared += len(rows)
    assert compared > FEW
    for one in few:
        old, new = (
            _by_place(run.protein_arcs(number))
            for run, number in ((example.run, numbers[one]["protein"]), (again, chosen.ids.index(one)))
        )
        for place in old.keys() | new.keys():  # one within rounding of the floor may be kept or not
            assert old.get(place, FLOOR) == pytest.approx(new.get(place, FLOOR), abs=1e-5)


def _by_place(arcs):
    columns = (getattr(arcs, name).tolist() for name in ("layer", "head", "query", "key"))
    return dict(zip(zip(*columns, strict=True), arcs.weight.tolist(), strict=True))


def test_an_example_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(UnknownNameError, match="example 'esm': not known"):
        open_example("esm")
    assert all(Path(EXAMPLES[name].folder).is_dir() for name in EXAMPLES)
