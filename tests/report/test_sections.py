from made_tables import made_tables
from protlens.number_text import NOTHING
from protlens.report.findings import find
from protlens.report.sections import TOP, best_heads, top_heads

CLEAR = {"q_value": 0.001}


def test_a_row_has_the_numbers_of_the_tables():
    row = {"property": "contact", "arcs": 1234, "hits": 617, "ci_low": 0.451, "ci_high": 0.55, **CLEAR}
    table = best_heads(find(made_tables(row | {"control": 0.2, "control_q": 0.03})), caption="c")
    assert dict(zip(table.columns, table.rows[0], strict=True)) == {
        "Property": "Contact",
        "Head": "1-1",
        "Alignment": "50.0 %",
        "Interval": "45.1\N{EN DASH}55.0 %",
        "Background": "10.0 %",
        "Lift": "5.0",
        "q": "0.001",
        "Control": "20.0 %",
        "Lift over control": "2.5",
        "q over control": "0.03",
        "Arcs": "1,234",
        "Residues": "400",
        "Proteins": "50",
        "Finding": "beyond background and control",
    }


def test_without_support_no_numbers_and_without_control_no_control():
    rows = [{"property": "a", "arcs": 5, "hits": 5}, {"property": "b", **CLEAR}, {"property": "c", "control": 0.2}]
    first, second, third = best_heads(find(made_tables(*rows)), caption="c").rows
    assert first[7:10] == [NOTHING] * 3
    assert first[-1] == "beyond background, no control"
    assert second[7] == "20.0 %"
    assert third == ["A", *[NOTHING] * 12, "too little support"]


def test_where_no_head_has_a_control_there_is_no_column_for_it():
    findings = find(made_tables({"property": "a"}))
    assert "Control" not in best_heads(findings, caption="c").columns
    assert "Control" not in top_heads(findings[0]).columns
    assert len(top_heads(findings[0]).rows[0]) == len(top_heads(findings[0]).columns)


def test_the_first_heads_of_a_property():
    [finding] = find(made_tables(*[{"property": "a", "hits": 100 + n} for n in range(TOP + 2)]))
    table = top_heads(finding)
    assert [row[0] for row in table.rows] == ["1-7", "1-6", "1-5", "1-4", "1-3"]
    assert table.caption == "The first 5 of 7 supported heads"
