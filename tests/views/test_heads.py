"""Property by property, the document against the run's own tables."""

import shutil

import pytest

from protlens.runs.store import Run
from protlens.stats.controls import control_table
from protlens.stats.run_tables import tabulate, write_tables
from protlens.views.heads import heads_document

EXACT = ("label", "layer", "head", "proteins", "arcs", "hits", "supported")
ROUNDED = ("alignment", "background", "lift", "ci_low", "ci_high", "p_value", "q_value")


@pytest.fixture(scope="module")
def tables(run):
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


def test_the_control_is_that_of_the_table_of_controls(run):
    some = none = 0
    for name in run.manifest.properties:
        found = heads_document(run, name, "paper")["columns"]["control"]
        table = control_table([(run.property_counts(name), run.stratum_counts(name))], resamples=2)
        wanted = table["expected"].to_list() or [None] * len(found)
        assert found == [value if value is None else pytest.approx(value, rel=5e-6) for value in wanted]
        some += any(value is not None for value in found)
        none += all(value is None for value in found)
    assert some > 3
    assert none >= 2


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
