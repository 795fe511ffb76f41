from dataclasses import replace

import polars as pl
import pytest

from made_tables import made_tables
from protlens.explorer.opening import open_run
from protlens.page.single_file import LEVELS, Frozen
from protlens.report.findings import find
from protlens.report.interactive import carried, choose_examples, introduction, jump, telling


@pytest.fixture(scope="module")
def findings(made):
    return telling(find(made.tables))


@pytest.fixture(scope="module")
def entries(made, model, dataset):
    return open_run(made.run.path, model=model, dataset=dataset).entries()


def hits_of_best(run, finding):
    """Return the hits and arcs of a property's best head by protein id, from the columns of the shards."""
    best, found = finding.best, {}
    ids = dict(run.proteins().select("protein", "id").iter_rows())
    counts = pl.read_parquet(run.path / "shards" / "*" / "counts.parquet").filter(layer=best["layer"])
    for row in counts.iter_rows(named=True):
        found[ids[row["protein"]]] = (row[f"hits:{finding.name}"][best["head"]], row["arcs"][best["head"]])
    return found


def test_the_first_is_the_whole_chain_with_most_hits(made, findings, entries):
    first, *_ = choose_examples(made.run, findings, entries, count=1)
    merits = hits_of_best(made.run, findings[0])
    status = dict(made.run.proteins().select("id", "status").iter_rows())
    handy = [
        entry["id"]
        for entry in entries
        if entry["placed"] and 60 <= entry["residues"] <= 300 and status[entry["id"]] == "analysed"
    ]
    assert handy
    assert merits[first] == max(merits[name] for name in handy)
    assert first in handy


def test_each_property_has_its_turn_and_no_protein_comes_twice(made, findings, entries):
    chosen = choose_examples(made.run, findings, entries, count=12)
    assert len(chosen) == len(set(chosen)) <= 12
    for number, finding in enumerate(findings):
        before = chosen[:number]
        merits = {name: merit for name, merit in hits_of_best(made.run, finding).items() if name not in before}
        of_first_round = chosen[number] if number < len(chosen) else None
        assert of_first_round is None or merits[of_first_round][1] > 0


def test_proteins_without_coordinates_are_left_out_if_others_have_them(made, findings, entries):
    assert "bare" in [entry["id"] for entry in entries]
    assert "bare" not in choose_examples(made.run, findings, entries, count=len(entries))


def test_without_any_coordinates_proteins_are_shown_nevertheless(made, findings, entries):
    bare = [{**entry, "placed": False} for entry in entries]
    assert len(choose_examples(made.run, findings, bare, count=5)) == 5


def test_few_or_no_proteins(made, findings, entries):
    assert len(choose_examples(made.run, findings, entries, count=3)) == 3
    assert choose_examples(made.run, findings, entries, count=0) == []


def test_without_a_telling_head_the_first_proteins_are_shown(made, findings, entries):
    silent = replace(findings[0], heads=findings[0].heads.head(1).with_columns(layer=pl.lit(1), head=pl.lit(1)))
    placed = [entry["id"] for entry in entries if entry["placed"]]
    for nothing in ([], [silent]):
        chosen = choose_examples(made.run, nothing, entries, count=3)
        assert len(chosen) == 3
        assert set(chosen) <= set(placed)


CLEAR = {"q_value": 0.001}


def findings_of_look():
    rows = [
        {"property": "binding_site:metal"},
        {"property": "contact"},
        {"property": "modification", **CLEAR},
        {"property": "rare", "arcs": 5},
        *({"property": f"amino_acid:{letter}", "hits": 900 + n, **CLEAR} for n, letter in enumerate("ACDEFGH")),
    ]
    return find(made_tables(*rows))


def test_the_strongest_come_first_then_whole_properties_then_the_clearest_amino_acids():
    names = [one.name for one in telling(findings_of_look())]
    assert names == ["modification", "contact", "binding_site:metal", *(f"amino_acid:{letter}" for letter in "HGFED")]


@pytest.mark.parametrize("kept", LEVELS)
def test_what_is_not_in_the_file_is_said(kept):
    said = carried(Frozen({}, kept), telling(findings_of_look()), proteins=2, note=None).paragraphs[-1]
    assert f"the strongest {kept.arcs} arcs" in said
    assert ("serve" in said) == (kept != LEVELS[0])
    assert ("for these alone" in said) == (not kept.received)


def test_proteins_are_counted_and_their_choice_explained():
    one, two, none = (carried(Frozen({}, LEVELS[0]), [], proteins=n, note=None) for n in (1, 2, 0))
    assert one.paragraphs[0].startswith("1 protein is in this file. In turn for each property")
    assert two.paragraphs[0].startswith("2 proteins are in this file.")
    assert none is None
    assert introduction(proteins=0, note=None) == ["There is no protein in this file."]


def test_why_there_are_no_arcs_is_said_where_the_page_is_and_not_how_many_there_are():
    assert introduction(proteins=2, note="The model is away.")[-1] == "The model is away."
    assert len(carried(Frozen({}, LEVELS[0]), [], proteins=2, note="The model is away.").paragraphs) == 1


def test_the_link_names_what_the_page_opens_with():
    findings = telling(findings_of_look())
    assert jump(findings, ["1ABC.A", "2ABC.A"]) == "See it in 3-D: head 1-1 on 1ABC.A"
    assert jump([], ["1ABC.A"]) == "See it in 3-D: 1ABC.A"
    assert jump(findings, []) == ""
