"""Planted heads get their names, and others do not."""

import polars as pl
import pytest

from planted_heads import behaving_dataset, behaving_model, behaving_proteins, patterns
from protlens.behaviour.behaviours import BEHAVIOURS
from protlens.behaviour.head_behaviours import describe_heads
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.stats.run_tables import tabulate, write_tables

PROTEINS = behaving_proteins()
HEADS = list(patterns(PROTEINS))
ALSO = {
    "strand_partner": {"contact"},
    "contact": {"strand_partner"},
    "helix": {"turn_spacing"},
}
"""What else holds of a planted head: a strand partner is in contact, and a turn of a helix spans three or four."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = behaving_dataset(PROTEINS)
    folder = tmp_path_factory.mktemp("planted") / "run"
    properties = select_properties(data, ["contact", "binding_site"])
    run = extract(behaving_model(PROTEINS), data, properties, out=folder, options=ExtractionOptions(threshold=0.1))
    write_tables(run, tabulate(run))
    return run


@pytest.fixture(scope="module")
def found(run):
    return describe_heads(run, model=behaving_model(PROTEINS), dataset=behaving_dataset(PROTEINS))


def names(found, head):
    return set(found.tables.evidence.filter("named", head=HEADS.index(head))["behaviour"])


def test_every_behaviour_has_a_planted_head():
    assert set(HEADS) >= set(BEHAVIOURS)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_planted_head_gets_its_name_and_no_other(found, name):
    assert name in names(found, name)
    assert names(found, name) <= {name} | ALSO.get(name, set())


@pytest.mark.parametrize("head", ["none", "strand keys", "cysteines among themselves"])
def test_what_only_looks_like_a_behaviour_gets_none_of_its_names(found, head):
    assert names(found, head) & {"strand_partner", "contact", "same_amino_acid"} == set()


def test_variants_are_told(found):
    which = {
        row["behaviour"]: row["which"]
        for row in found.tables.evidence.filter("named").iter_rows(named=True)
        if HEADS[row["head"]] == row["behaviour"]
    }
    assert which["offset"] == "i-2"
    assert which["amino_acid"] == "W"
    assert which["site"] == "binding_site"
    titles = dict(found.tables.heads.select("behaviour", "title").rows())
    assert titles["offset"] == "offset i\N{MINUS SIGN}2"
    assert titles["amino_acid"] == "Trp (W)"


def test_a_head_without_a_name_is_unsupported_or_has_none(found):
    rows = {HEADS[row["head"]]: row for row in found.tables.heads.iter_rows(named=True)}
    assert rows["none"]["behaviour"] == "unsupported"
    assert rows["none"]["share"] is None
    assert rows["none"]["title"] == "unsupported"
