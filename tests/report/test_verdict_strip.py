import pytest

from made_tables import made_tables
from protlens.report.findings import find
from protlens.report.verdict_strip import MOST_ROWS, verdict_strips

CLEAR = {"q_value": 0.001}
BEYOND = {**CLEAR, "control": 0.2, "control_q": 0.003}


def strips(*rows):
    return verdict_strips(find(made_tables(*rows)))


def test_a_row_has_the_numbers_of_the_best_head_on_the_axis_and_as_text():
    [strip] = strips({"property": "contact", "ci_low": 0.4, "ci_high": 0.75, **BEYOND})
    [row] = strip.rows
    assert strip.ticks == [(0.0, "0"), (33.33, "25"), (66.67, "50"), (100.0, "75")]
    assert row.marks == {"alignment": 66.67, "low": 53.33, "high": 100.0, "background": 13.33, "control": 26.67}
    assert (row.title, row.head, row.alignment, row.support) == ("Contact", "1-1", "50.0 %", "1,000 / 50")
    assert (row.verdict, row.called) == ("beyond", "beyond background and control")
    assert row.said == (
        "50.0 % of the arcs of head 1-1; 95 % interval 40.0\N{EN DASH}75.0 %; background 10.0 %; control 20.0 %;"
        " 1,000 arcs in 50 proteins"
    )


def test_what_there_is_none_of_is_not_marked():
    [strip] = strips({"property": "contact", "ci_low": None, "ci_high": None, **CLEAR})
    assert set(strip.rows[0].marks) == {"alignment", "background"}
    assert "control" not in strip.rows[0].said


@pytest.mark.parametrize("row", [{"arcs": 9, "hits": 9}, {"hits": 0}])
def test_a_property_without_a_head_to_name_has_a_verdict_alone(row):
    [strip] = strips({"property": "contact", **row})
    [row] = strip.rows
    assert (row.head, row.alignment, row.marks, row.said) == ("\N{EN DASH}", "\N{EN DASH}", {}, "")
    assert row.called
    assert strip.ticks[-1][0] == 100.0


@pytest.mark.parametrize(
    ("hits", "high", "ticks"),
    [
        (1, 0.002, ["0", "1"]),
        (40, 0.05, ["0", "1", "2", "3", "4", "5"]),
        (60, 0.071, ["0", "2", "4", "6", "8"]),
        (300, 0.3, ["0", "10", "20", "30"]),
        (990, 1.0, ["0", "25", "50", "75", "100"]),
    ],
)
def test_the_axis_holds_all_marks_and_has_few_ticks(hits, high, ticks):
    [strip] = strips({"property": "contact", "hits": hits, "ci_high": high, "background": 0.0005})
    assert [text for _, text in strip.ticks] == ticks
    assert all(0 <= place <= 100 for place in strip.rows[0].marks.values())


def test_findings_come_first_and_amino_acids_and_what_is_left_have_strips_of_their_own_on_the_same_axis():
    rows = [{"property": f"p{number:02}"} for number in range(MOST_ROWS)]
    rows += [{"property": "contact", **BEYOND}, {"property": "rare", "arcs": 5, "hits": 5}]
    rows += [{"property": "amino_acid:C", **BEYOND}, {"property": "amino_acid:D", "hits": 990}]
    open_, left, letters = strips(*rows)
    assert open_.title == f"Properties: 1 beyond background and control, {MOST_ROWS - 1} not beyond background"
    assert left.title == "More properties: 1 not beyond background, 1 too little support"
    assert letters.title == "Amino acids: 1 beyond background and control, 1 not beyond background"
    assert (open_.rows[0].title, left.rows[-1].title) == ("Contact", "Rare")
    assert [row.title for row in letters.rows] == ["Cys (C)", "Asp (D)"]
    assert open_.ticks == left.ticks == letters.ticks


def test_amino_acids_alone_are_the_one_strip():
    [strip] = strips({"property": "amino_acid:C", **CLEAR})
    assert strip.title == "Amino acids: 1 beyond background, no control"
    assert strips() == []
