import pytest

from made_tables import made_tables
from protlens.report.findings import clearest_amino_acids, find, findings_first, of_verdict, strongest_first

CLEAR = {"q_value": 0.001}


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"q_value": 0.05, "control": 0.2, "control_q": 0.05}, "beyond"),
        ({"q_value": 0.05, "control": 0.2, "control_q": 0.051}, "explained"),
        ({"q_value": 0.05, "control": 0.6, "control_q": 0.001}, "explained"),
        ({"q_value": 0.05}, "uncontrolled"),
        ({"q_value": 0.051, "control": 0.2, "control_q": 0.001}, "neither"),
        ({"q_value": 0.001, "background": 0.9}, "neither"),
        ({"q_value": None}, "neither"),
        ({"q_value": 0.001, "arcs": 99, "hits": 90}, "unsupported"),
        ({"arcs": 0, "hits": 0}, "unsupported"),
    ],
)
def test_verdict_of_one_head(row, verdict):
    [finding] = find(made_tables({"property": "binding_site"} | row))
    assert finding.verdict == verdict


def test_a_head_beyond_its_control_comes_before_one_of_higher_alignment():
    rows = [
        {"hits": 900, **CLEAR, "control": 0.85},
        {"hits": 700, **CLEAR, "control": 0.2, "control_q": 0.01},
        {"hits": 950, "control": 0.2},
        {"hits": 750, **CLEAR, "control": 0.2, "control_q": 0.01},
    ]
    [finding] = find(made_tables(*({"property": "helix"} | row for row in rows)))
    assert finding.heads["label"].to_list() == ["1-4", "1-2", "1-1", "1-3"]
    assert (finding.asked, finding.supported, finding.above, finding.beyond) == (4, 4, 3, 2)
    assert finding.best["control_q_value"] == 0.01


def test_unsupported_heads_are_not_among_the_heads():
    [finding] = find(made_tables({"property": "a"}, {"property": "a", "arcs": 99, "hits": 99}))
    assert finding.heads["label"].to_list() == ["1-1"]


def test_a_property_with_controls_needs_one_for_each_head():
    rows = [{"property": "a", **CLEAR, "control": 0.2, "control_q": 0.01}, {"property": "a", **CLEAR, "hits": 900}]
    [finding] = find(made_tables(*rows))
    assert finding.heads["verdict"].to_list() == ["beyond", "explained"]


def test_a_property_without_any_control_is_beyond_its_background_alone():
    [finding] = find(made_tables(*[{"property": "amino_acid:C", **CLEAR}] * 2))
    assert (finding.verdict, finding.above, finding.beyond) == ("uncontrolled", 2, 0)


def test_findings_come_first_and_keep_their_order():
    beyond, explained = {**CLEAR, "control": 0.2, "control_q": 0.01}, {**CLEAR, "control": 0.45}
    rows = {"a": {"arcs": 9, "hits": 3}, "b": {}, "c": CLEAR, "d": explained, "e": beyond, "f": beyond}
    findings = find(made_tables(*({"property": name} | row for name, row in rows.items())))
    assert "".join(one.name for one in findings_first(findings)) == "efdcba"
    assert "".join(one.name for one in of_verdict(findings, "neither", "beyond")) == "bef"


def test_the_strongest_come_first_and_whole_properties_before_kinds():
    rows = {"a:x": 0.1, "a": 0.3, "b": 0.2, "c": 0.4}
    made = ({"property": name, **CLEAR, "control": control, "control_q": 0.01} for name, control in rows.items())
    findings = find(made_tables(*made, {"property": "rare", "arcs": 9, "hits": 9}))
    assert [one.name for one in strongest_first(findings)] == ["b", "a", "c", "a:x"]


def test_the_clearest_amino_acids_are_those_of_the_highest_alignment():
    hits = {"amino_acid:A": 300, "contact": 999, "amino_acid:C": 700, "amino_acid:W": 400}
    rows = [{"property": name, "hits": number, **CLEAR} for name, number in hits.items()]
    rows += [{"property": "amino_acid:Y", "arcs": 9, "hits": 9}]
    assert [one.name[-1] for one in clearest_amino_acids(find(made_tables(*rows)))] == ["C", "W", "A"]


def test_properties_keep_the_order_of_the_table():
    tables = made_tables(*({"property": name} for name in ("z", "a", "contact")))
    assert [finding.name for finding in find(tables)] == ["z", "a", "contact"]
    assert [finding.level for finding in find(tables)] == ["residue", "residue", "pair"]
