from types import SimpleNamespace

import pytest

from made_tables import made_tables
from protlens.report.finding_lines import MOST_LINES, finding_lines

CLEAR = {"q_value": 0.001}
BEYOND = {**CLEAR, "control": 0.2, "control_q": 0.003}
EXPLAINED = {**CLEAR, "control": 0.45, "control_q": 0.4}
RUN = SimpleNamespace(manifest=SimpleNamespace(model={"name": "m"}))


def lines(*rows):
    return finding_lines(RUN, made_tables(*rows))


def at(layer, **row):
    return {"property": "contact", **BEYOND, **row, "layer": layer - 1, "label": f"{layer}-1"}


def test_a_contact_head_with_the_numbers_of_the_tables():
    assert lines({"property": "contact", **BEYOND, "hits": 600}, {"property": "contact"}) == [
        "Contacts: 60.0 % of the arcs of head 1-1 link residues in contact (10.0 % at random; 3.0 times its control,"
        " 2.7 to 3.3; 1,000 arcs, 50 proteins). 1 of 2 heads is beyond it, in layer 1. Control: attention at the same"
        " separations."
    ]


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([2, 5], "2 of 2 heads are beyond it, in layers 2 and 5."),
        ([3, 3], "2 of 2 heads are beyond it, in layer 3."),
        ([5, 6, 6, 2], "4 of 4 heads are beyond it, in layers 2 to 6, 2 of them in layer 6."),
        ([4, 4, 6, 6], "4 of 4 heads are beyond it, in layers 4 to 6, 2 of them in layer 6."),
    ],
)
def test_how_deep_the_contact_heads_lie(layers, said):
    [line] = lines(*map(at, layers))
    assert said in line


def test_heads_that_are_not_beyond_the_control_do_not_count_for_depth():
    rows = [at(2), at(6, control=0.45, control_q=0.4), {"property": "contact", "layer": 6, "label": "7-1"}]
    [line] = lines(*rows)
    assert "1 of 3 heads is beyond it, in layer 2." in line


def test_a_topic_names_each_head_once_the_surest_first():
    """A head of a whole property is left out where the same head is surer of one of its kinds."""
    rows = [
        {"property": "binding_site", **BEYOND, "hits": 500, "label": "2-1"},
        {"property": "binding_site:metal", **BEYOND, "hits": 400, "label": "3-1"},
        {"property": "binding_site:small_molecule", **BEYOND, "hits": 600, "label": "2-1"},
    ]
    [line] = lines(*rows)
    assert line == (
        "Sites: 60.0 % of the arcs of head 2-1 end on residues that bind a small molecule (10.0 % at random; 3.0 times"
        " its control, 2.7 to 3.3; 1,000 arcs, 50 proteins), 40.0 % of the arcs of head 3-1 end on residues that bind"
        " a metal (10.0 % at random; 2.0 times its control, 1.80 to 2.2; 1,000 arcs, 50 proteins). Control: attention"
        " to the same amino acids."
    )


def test_every_topic_has_its_line_and_a_control_is_named_once():
    names = ["contact", "antigen", "cdr3", "charge"]
    found = lines(*({"property": name, **BEYOND} for name in names))
    assert [line.partition(":")[0] for line in found] == ["Contacts", "Sites", "Antibody loops", "Other properties"]
    assert [("Control:" in line) for line in found] == [True, True, False, False]


def test_five_lines_at_most_and_the_last_says_what_is_not_beyond():
    names = ["contact", "antigen", "cdr3", "charge", "secondary_structure:helix", "amino_acid:C"]
    found = lines(*({"property": name, **BEYOND} for name in names), {"property": "modification", **EXPLAINED})
    assert len(found) == MOST_LINES
    assert found[-1] == "Beyond background, not clearly beyond control: modification."


def test_nothing_is_left_unsaid():
    silent = {"arcs": 5, "hits": 1}
    rows = [
        {"property": "contact", **BEYOND},
        {"property": "binding_site", **EXPLAINED},
        {"property": "binding_site:metal", **EXPLAINED},
        {"property": "charge", **CLEAR},
        {"property": "modification"},
        {"property": "amino_acid:S"},
        {"property": "rare", **silent},
        {"property": "amino_acid:W", **silent},
    ]
    assert lines(*rows)[-1] == (
        "Beyond background, not clearly beyond control: binding site (and metal). Beyond background, without a"
        " control: charge. Not clearly beyond background: modification, Ser. Too little support to tell: rare, Trp."
    )


def test_no_finding_is_said_to_be_none():
    rows = [
        {"property": "contact", **EXPLAINED},
        {"property": "modification"},
        {"property": "rare", "arcs": 9, "hits": 9},
    ]
    first, second, last = lines(*rows)
    assert (
        first == "No head of m is clearly beyond both its background and its control, for any of 2 properties judged."
    )
    assert "1,000 arcs, 50 proteins), not clearly beyond its control. Control:" in second
    assert last.startswith("Beyond background, not clearly beyond control: contact.")
    assert "not clearly beyond its background. Control:" in lines({"property": "contact", "control": 0.2})[1]


def test_without_support_there_is_one_line():
    assert lines({"property": "contact", "arcs": 99, "hits": 9}) == [
        "No head of m has support enough to say anything about any property asked about."
    ]


def test_the_clearest_amino_acids():
    rows = [{"property": f"amino_acid:{letter}", **BEYOND, "hits": 900 + n} for n, letter in enumerate("ACDE")]
    assert lines(*rows, {"property": "amino_acid:Y"})[0] == (
        "Amino acids: 4 of 5 have a head beyond its control: clearest Glu (E) with 90.3 % of the arcs of head 1-1, Asp"
        " (D) with 90.2 % of the arcs of head 1-1 and Cys (C) with 90.1 % of the arcs of head 1-1."
    )


def test_amino_acids_without_a_control_are_not_called_beyond_it():
    rows = [{"property": "amino_acid:C", **CLEAR, "hits": 900}]
    assert lines(*rows) == [
        "No head of m is clearly beyond both its background and its control, for the one property judged.",
        "Amino acids: 1 of 1 has a head beyond its background, without a control: Cys (C) with 90.0 % of the arcs of"
        " head 1-1.",
    ]


def test_the_background_of_paper_mode_is_not_random_arcs():
    [line] = lines({"property": "contact", "mode": "paper", **BEYOND})
    assert "(10.0 % overall; 2.5 times its control" in line
