import re
from types import SimpleNamespace

import pytest

from made_tables import made_tables
from protlens.cli.printed_findings import LETTERS, MOST_ROWS, WIDTH, Faint, finding_table, legend
from protlens.number_text import NOTHING

CLEAR = {"q_value": 0.001}
BEYOND = {**CLEAR, "control": 0.2, "control_q": 0.003}
EXPLAINED = {**CLEAR, "control": 0.45, "control_q": 0.4}
LETTERS_OF_ALL = "ACDEFGHIKLMNPQRSTVWY"
KINDS = [
    "contact",
    *(f"binding_site{kind}" for kind in ("", ":metal", ":nucleic_acid", ":peptide", ":small_molecule")),
    *(f"modification{kind}" for kind in ("", ":acetylation", ":n_glycosylation", ":phosphorylation_st", ":other")),
    *(f"secondary_structure:{kind}" for kind in ("helix", "strand", "turn", "other")),
]


def page(*rows, model="m"):
    manifest = SimpleNamespace(model={"name": model}, dataset={"name": "d"})
    return finding_table(SimpleNamespace(manifest=manifest, layers=2, heads=3), made_tables(*rows))


def rows_of(lines):
    """The rows of heads, as cells: name with its indent, head, and numbers."""
    row = re.compile(r"^(.*?) +(\d+-\d+) +(\S+) +(\S+) +(\S+) +(.+?) +(\S+) +([\d,]+)$")
    return [list(found.groups()) for line in lines if (found := row.match(line))]


def test_a_row_has_the_numbers_of_the_tables():
    lines = page({"property": "contact", "arcs": 12340, "hits": 6170, **BEYOND})
    assert lines[:2] == ["m on d: the best of 6 heads for each property", "attention >= 0.3, matched mode"]
    assert rows_of(lines) == [["  Contact", "1-1", "50.0", "10.0", "20.0", f"2.5 (2.2{NOTHING}2.8)", "0.003", "12,340"]]


def test_what_is_beyond_its_control_comes_first_then_the_rest_and_last_the_names():
    lines = page(
        {"property": "modification", **EXPLAINED},
        {"property": "binding_site"},
        {"property": "rare", "arcs": 9, "hits": 9},
        {"property": "amino_acid:C", **CLEAR},
        {"property": "contact", **BEYOND},
    )
    shown = [line.strip() for line in lines]
    order = [
        "Beyond background and control",
        "Contact ",
        "Beyond background, not clearly beyond control",
        "Modification ",
        "Beyond background, without a control",
        "Cys (C) ",
        "Not clearly beyond background: binding site",
        "Too little support to tell: rare",
    ]
    places = [next(number for number, line in enumerate(shown) if line.startswith(start)) for start in order]
    assert places == sorted(places)


def test_only_the_best_head_of_a_property_has_a_row():
    rows = [{"property": "contact", **EXPLAINED, "hits": 900}, {"property": "contact", **BEYOND}]
    assert [row[1] for row in rows_of(page(*rows))] == ["1-2"]


def test_a_property_that_no_head_hits_has_no_row():
    lines = page({"property": "contact", **BEYOND}, {"property": "disulfide", "hits": 0})
    assert [row[0] for row in rows_of(lines)] == ["  Contact"]
    assert "Not clearly beyond background: disulfide bond" in lines


def test_kinds_stand_below_their_family():
    names = ["secondary_structure:helix", "secondary_structure:turn", "binding_site", "binding_site:metal"]
    lines = page(*({"property": name, **BEYOND} for name in names))
    begin = lines.index("Beyond background and control") + 1
    assert [re.sub(r" +1-1 .*", "", line) for line in lines[begin : begin + 5]] == [
        "  Secondary structure",
        "    helix",
        "    turn",
        "  Binding site",
        "    metal",
    ]


def test_a_kind_has_its_family_above_it_in_each_group():
    lines = page({"property": "binding_site", **BEYOND}, {"property": "binding_site:metal", **EXPLAINED})
    assert lines.count("  Binding site") == 1
    assert lines.index("  Binding site") == lines.index("Beyond background, not clearly beyond control") + 1


def test_amino_acids_do_not_drown_the_rest():
    rows = [{"property": f"amino_acid:{letter}", **BEYOND, "hits": 600 + n} for n, letter in enumerate(LETTERS_OF_ALL)]
    lines = page({"property": "contact", **BEYOND}, *rows)
    assert [row[0] for row in rows_of(lines)] == ["  Contact", "  Tyr (Y)", "  Trp (W)", "  Val (V)"]
    assert len(rows_of(lines)) == 1 + LETTERS
    assert "  and 17 more amino acids: Thr, Ser," in "\n".join(lines)


def test_amino_acids_have_rows_in_one_group_alone():
    lines = page({"property": "amino_acid:C", **BEYOND}, {"property": "amino_acid:Y", **EXPLAINED})
    assert [row[0] for row in rows_of(lines)] == ["  Cys (C)"]
    assert "  1 amino acid: Tyr" in lines


def test_no_finding_is_said_to_be_none():
    none = "No head is clearly beyond both background and control"
    assert f"{none}, for any property" in page({"property": "contact", **EXPLAINED})
    assert f"{none}, for any property" in page({"property": "contact"})
    lines = page({"property": "contact", **EXPLAINED}, {"property": "amino_acid:C", **BEYOND})
    assert f"{none} but for amino acids" in lines
    assert none not in "\n".join(page({"property": "amino_acid:C", **BEYOND}))


def test_without_support_there_are_neither_columns_nor_a_legend():
    assert page({"property": "contact", "arcs": 9, "hits": 9})[2:] == [
        "No head has support enough to say anything about any property",
        "Too little support to tell: contact",
    ]


def test_many_properties_are_named_not_shown():
    rows = [{"property": f"p{n:02}", **BEYOND, "control": 0.1 + 0.01 * n} for n in range(MOST_ROWS["beyond"] + 2)]
    lines = page(*reversed(rows))
    assert len(rows_of(lines)) == MOST_ROWS["beyond"]
    assert "  and 2 more properties: p15, p14" in lines


@pytest.mark.parametrize("kind", [BEYOND, EXPLAINED, CLEAR, {}, {"arcs": 9, "hits": 9}])
@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_all_that_is_asked_by_default_fits_a_screen(kind, mode):
    """The widest numbers, too: a million arcs, and a lift below two with its interval."""
    given = {"arcs": 1_234_567, "hits": 1_030_000, "label": "12-16", "mode": mode, **kind}
    rows = [{"property": name, **given} for name in KINDS]
    rows += [{"property": f"amino_acid:{letter}", **given} for letter in LETTERS_OF_ALL]
    lines = page(*rows, model="a-model-of-a-long-name-that-says-all")
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= 35
    for row in rows_of(lines):
        assert row[1] == "12-16"


def test_a_name_too_long_is_broken_between_words_and_its_numbers_stay_whole():
    name = "residues_that_a_very_long_name_was_given_to_by_someone"
    lines = page({"property": name, **BEYOND, "hits": 250, "arcs": 1000, "label": "12-16"})
    assert max(map(len, lines)) <= WIDTH
    begin = lines.index("Beyond background and control") + 1
    shown = lines[begin : lines.index("", begin)]
    assert len(shown) > 1
    words = " ".join(re.sub(r"12-16 .*", "", " ".join(shown)).split())
    assert words == name.replace("_", " ").capitalize()
    assert "12-16" in shown[-1]


def test_controls_are_named_by_what_they_hold_fixed():
    rows = [
        {"property": "contact", **BEYOND, "control_name": "separation (bands)"},
        {"property": "cdr1", **BEYOND, "control_name": "amino acid and place"},
        {"property": "cdr2", **BEYOND, "control_name": "amino acid and place"},
        {"property": "amino_acid:C", **BEYOND, "control_name": "place"},
        {"property": "rare", **BEYOND, "arcs": 9, "hits": 9, "control_name": "amino acid"},
    ]
    text = " ".join(" ".join(legend(made_tables(*rows).heads)).split())
    assert (
        "control: what arcs reach that are alike in separation (pairs); amino acid and place in the chain (residues);"
        " place in the chain (amino acids) beyond" in text
    )
    assert "control" not in " ".join(legend(made_tables({"property": "amino_acid:C", **CLEAR}).heads))


def test_paper_mode_says_how_background_and_control_were_counted():
    text = " ".join(" ".join(legend(made_tables({"property": "contact", "mode": "paper", **BEYOND}).heads)).split())
    assert "how often the property holds in all proteins together" in text
    assert "counted as in matched mode" in text


def test_what_is_not_beyond_its_control_stands_back():
    lines = page(
        {"property": "contact", **BEYOND},
        {"property": "modification", **EXPLAINED},
        {"property": "antigen", **CLEAR},
        {"property": "disulfide"},
    )
    faint = [line.split("  ")[0] or line.split()[0] for line in lines if isinstance(line, Faint)]
    assert faint == [
        "Beyond background, not clearly beyond control",
        "Modification",
        "Not clearly beyond background: disulfide bond",
    ]
