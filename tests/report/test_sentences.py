import pytest

from made_tables import made_tables
from protlens.report.findings import find
from protlens.report.sentences import MOST_ITEMS, items, short_names

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


@pytest.mark.parametrize("row", [{"hits": 120}, {"background": 0.9}, {"q_value": None}, {"arcs": 9, "hits": 9}])
def test_what_is_not_beyond_its_background_has_no_sentence(row):
    assert items(found({"property": "modification", **row})) == []


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


def test_the_interval_of_paper_mode_has_its_own_level():
    assert "(0.05/m interval 45.0\N{EN DASH}" in only({"property": "contact", "mode": "paper", **BEYOND})


@pytest.mark.parametrize("kind", ["helix", "strand", "turn"])
def test_secondary_structure(kind):
    assert f"end on residues of a {kind}," in only({"property": f"secondary_structure:{kind}", **BEYOND})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("binding_site:metal", "end on residues that bind a metal,"),
        ("antigen", "end on residues that touch the antigen,"),
        ("cdr3", "end in CDR 3,"),
        ("secondary_structure:other", "end on residues of no helix, strand or turn,"),
        ("modification:n_glycosylation", "end on residues of “modification: N-glycosylation”,"),
    ],
)
def test_properties_in_words(name, said):
    assert said in only({"property": name, **BEYOND})


def test_what_is_beyond_its_control_comes_first():
    rows = [{"property": "a", **EXPLAINED}, {"property": "b", **CLEAR}, {"property": "c", **BEYOND}]
    assert [(item.title, item.verdict) for item in items(found(*rows))] == [
        ("C", "beyond"),
        ("A", "explained"),
        ("B", "uncontrolled"),
    ]


def test_amino_acids_are_named_elsewhere():
    assert items(found({"property": "amino_acid:C", **BEYOND})) == []


def test_kinds_of_a_family_are_named_together():
    names = ["contact", "binding_site", "binding_site:metal", "binding_site:small_molecule", "cdr1"]
    names += ["modification:phosphorylation_st", "amino_acid:G", "amino_acid:C", "SASA:High"]
    assert short_names(found(*({"property": name} for name in names))) == [
        "contact",
        "binding site (and metal, small molecule)",
        "CDR 1",
        "modification (phosphorylation (S/T))",
        "Gly, Cys",
        "SASA (High)",
    ]


def test_the_largest_lifts_come_first_and_only_so_many():
    rows = [{"property": f"p{n:02}", **BEYOND, "control": 0.1 + 0.01 * n} for n in range(MOST_ITEMS + 3)]
    assert [item.title for item in items(found(*rows))] == [f"P{n:02}" for n in range(MOST_ITEMS)]
