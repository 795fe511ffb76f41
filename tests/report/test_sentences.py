import re

import pytest

from made_tables import made_tables
from protlens.report.findings import find
from protlens.report.sentences import MOST_ITEMS, headline, items, remainder

CLEAR = {"q_value": 0.001}
BEYOND = {**CLEAR, "control": 0.2, "control_q": 0.003}
EXPLAINED = {**CLEAR, "control": 0.45, "control_q": 0.4}


def found(*rows):
    return find(made_tables(*rows))


def only(*rows):
    [item] = items(found(*rows))
    return item.text


def test_a_head_beyond_both_with_the_numbers_of_the_tables():
    text = only({"property": "contact", "ci_low": 0.45, "ci_high": 0.551, **BEYOND})
    assert text == (
        "Head 1-1: 50.0 % of its arcs (95 % interval 45.0\N{EN DASH}55.1 %) link residues in contact, 5.0 times its"
        " background (10.0 %, q = 0.001) and 2.5 times what attention at the same separations gives by itself (20.0"
        " %, q = 0.003). Counted over 1,000 arcs in 50 proteins."
    )


def test_a_head_that_its_amino_acids_explain():
    text = only({"property": "binding_site", **EXPLAINED})
    assert (
        "end on binding-site residues, 5.0 times its background (10.0 %, q = 0.001), but not clearly more than" in text
    )
    assert "what attention to the same amino acids gives by itself (45.0 %; 1.11 times, q = 0.4)." in text


def test_a_head_not_beyond_its_background():
    text = only({"property": "modification", "hits": 120, "q_value": 0.2})
    assert "not clearly above its background, and no head is clearer; the background is 10.0 % (q = 0.2)" in text
    assert "(q = 0.2)." in text
    assert "exceed" not in text


def test_heads_below_their_background_and_untested_ones():
    text = only({"property": "modification", "background": 0.9})
    assert "below its background, and no head is clearer; the background is 90.0 % (q = 0.5)." in text
    assert "the background is 10.0 %. Counted" in only({"property": "modification", "q_value": None}), "no q, no test"


def test_small_excesses_few_proteins_and_missing_controls_are_said():
    text = only({"property": "odd", "background": 0.4, "proteins": 19, **CLEAR})
    assert "a small excess: 1.25 times its background" in text
    assert "There is no control for it." in text
    assert "in 19 proteins, which is few." in text
    assert "which is few" not in only({"property": "odd", "proteins": 20, **CLEAR})


@pytest.mark.parametrize(
    ("others", "said"), [(0, ""), (1, "1 other head exceeds both too."), (2, "2 other heads exceed")]
)
def test_other_heads_are_counted(others, said):
    text = only(*[{"property": "contact", **BEYOND}] * (1 + others))
    assert (said in text) if said else ("other head" not in text)


def test_one_arc_and_one_protein_are_singular():
    text = only({"property": "odd", "arcs": 1, "hits": 1, "supported": True, "proteins": 1, **CLEAR})
    assert "Counted over 1 arc in 1 protein, which is few." in text


def test_no_interval_no_words_on_it():
    assert "interval" not in only({"property": "contact", "ci_low": None, "ci_high": None, **BEYOND})


def test_the_interval_of_paper_mode_has_its_own_level():
    assert "(0.05/m interval 45.0\N{EN DASH}" in only({"property": "contact", "mode": "paper", **BEYOND})


@pytest.mark.parametrize("kind", ["helix", "strand", "turn"])
def test_secondary_structure(kind):
    assert f"end on residues of a {kind}," in only({"property": f"secondary_structure:{kind}", **BEYOND})


def test_the_headline_counts_and_names():
    rows = [
        {"property": "contact", **BEYOND},
        {"property": "binding_site", **EXPLAINED},
        {"property": "modification"},
        {"property": "amino_acid:C", "hits": 990, **CLEAR},
        {"property": "amino_acid:Y"},
    ]
    assert headline(found(*rows), model="m") == [
        "Of 3 properties that could be judged, 1 is followed by heads of m beyond both background and control:"
        " contact.",
        "1 more property is followed beyond the background, but not clearly beyond what the amino acids, separations or"
        " places that the heads choose bring by themselves: binding site.",
        "1 of 2 amino acids has a head that attends to them beyond their background, Cys (C) at 99.0 % (1-1).",
    ]


def test_the_headline_of_nothing_found():
    rows = [{"property": "contact"}, {"property": "amino_acid:C"}]
    assert headline(found(*rows), model="m") == [
        "No head of m exceeds both its background and its control for the one property that could be judged.",
        "No head attends to any amino acid more than its background.",
    ]


def test_what_cannot_be_judged_is_not_called_nothing():
    silent = {"arcs": 5, "hits": 1}
    rows = [{"property": "contact", **silent}, {"property": "amino_acid:C", **silent}]
    assert headline(found(*rows), model="m") == [
        "No head of m has arcs enough to say anything about any property asked about."
    ]
    rows += [{"property": "modification"}]
    assert headline(found(*rows), model="m") == [
        "No head of m exceeds both its background and its control for the one property that could be judged."
    ]


def test_the_clearest_amino_acids_are_named_first():
    rows = [{"property": f"amino_acid:{letter}", "hits": 900 + n, **CLEAR} for n, letter in enumerate("ACDEFGH")]
    [line] = headline(found(*rows), model="m")
    assert line.startswith(
        "7 of 7 amino acids have heads that attend to them beyond their background, the clearest: His (H) at 90.6 %"
        " (1-1),"
    )
    assert re.findall(r"[A-Z][a-z]{2}(?= \()", line) == ["His", "Gly", "Phe", "Glu", "Asp"]


def test_nothing_is_left_unsaid():
    rows = [
        {"property": "contact", **BEYOND},
        {"property": "binding_site:metal"},
        {"property": "modification"},
        {"property": "rare", "arcs": 99, "hits": 1},
        {"property": "amino_acid:W", "arcs": 0, "hits": 0},
    ]
    assert remainder(found(*rows)) == [
        "No head exceeds its background (q ≤ 0.05) for: binding site: metal and modification.",
        "No head has arcs enough to say anything about: rare and Trp (W).",
    ]
    assert [item.title for item in items(found(*rows))] == ["Contact", "Modification"]


def test_the_largest_lifts_come_first_and_only_so_many():
    rows = [{"property": f"p{n:02}", "background": 0.01 + 0.001 * n, **BEYOND} for n in range(MOST_ITEMS + 3)]
    assert [item.title for item in items(found(*rows))] == [f"P{n:02}" for n in range(MOST_ITEMS)]


def test_a_name_in_a_sentence_keeps_its_own_capitals():
    assert remainder(found({"property": "SASA:High"}))[0].endswith("for: SASA: High.")
