import pytest

from made_tables import made_tables
from protlens.page.single_file import LEVELS, Frozen
from protlens.report.findings import find
from protlens.report.look import introduction, telling

CLEAR = {"q_value": 0.001}


def findings():
    rows = [
        {"property": "binding_site:metal"},
        {"property": "contact"},
        {"property": "modification", **CLEAR},
        {"property": "rare", "arcs": 5},
        *({"property": f"amino_acid:{letter}", "hits": 900 + n, **CLEAR} for n, letter in enumerate("ACDEFGH")),
    ]
    return find(made_tables(*rows))


def test_the_strongest_come_first_then_whole_properties_then_the_clearest_amino_acids():
    names = [one.name for one in telling(findings())]
    assert names == ["modification", "contact", "binding_site:metal", *(f"amino_acid:{letter}" for letter in "HGFED")]


@pytest.mark.parametrize("kept", LEVELS)
def test_what_is_not_in_the_file_is_said(kept):
    said = introduction(Frozen({}, kept), telling(findings()), proteins=2, note=None)[-1]
    assert f"the strongest {kept.arcs} arcs" in said
    assert ("serve" in said) == (kept != LEVELS[0])
    assert ("for these alone" in said) == (not kept.received)


def test_proteins_are_counted_and_their_choice_explained():
    one, two, none = (introduction(Frozen({}, LEVELS[0]), [], proteins=n, note=None) for n in (1, 2, 0))
    assert one[1].startswith("1 protein is in this file. In turn for each property")
    assert two[1].startswith("2 proteins are in this file.")
    assert none[1:] == ["There is no protein in this file."]


def test_why_there_are_no_arcs_is_said():
    said = introduction(Frozen({}, LEVELS[0]), [], proteins=2, note="The model is away.")
    assert said[-1] == "The model is away."
