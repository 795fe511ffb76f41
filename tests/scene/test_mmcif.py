from html import escape

import gemmi
import pytest

from protlens.scene.mmcif import Part, asym_name, write_mmcif

HOSTILE = [
    "a'b",
    'a"b',
    "a b",
    '<script>alert("\'")</script>',
    "; a",
    "a\n; b\ndata_c",
    "_a",
    "#",
    "?",
    ".",
    "loop_",
    "/",
]


def part(**changes) -> Part:
    residue = gemmi.Residue()
    residue.name, residue.seqid = "ALA", gemmi.SeqId(7, "B")
    for name, x in (("N", 1.0), ("CA", -2.0005), ("C1'", 3.25)):
        atom = gemmi.Atom()
        atom.name, atom.element, atom.pos = name, gemmi.Element(name[0]), gemmi.Position(x, 0, 12)
        residue.add_atom(atom)
    usual = {"asym": "A", "chain": "H", "kind": "protein", "residues": [(1, residue)], "components": ["ALA"]}
    return Part(**{**usual, "states": "C", "tooltips": ["Ala 7B H"], **changes})


def read(text: str, category: str, *columns: str) -> list[list[str]]:
    table = gemmi.cif.read_string(text).sole_block().find(f"_{category}.", list(columns))
    return [[row.str(i) for i in range(len(columns))] for row in table]


@pytest.mark.parametrize(("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")])
def test_chains_are_named_like_the_columns_of_a_sheet(number, name):
    assert asym_name(number) == name


def test_names_of_chains_differ():
    assert len({asym_name(number) for number in range(20_000)}) == 20_000


def test_an_atom_keeps_its_place_and_both_names():
    columns = (
        "id type_symbol label_atom_id label_asym_id label_seq_id auth_asym_id auth_seq_id pdbx_PDB_ins_code Cartn_x"
    )
    rows = read(write_mmcif([part()]), "atom_site", *columns.split())
    assert rows[0] == ["1", "N", "N", "A", "1", "H", "7", "B", "1.000"]
    assert rows[2] == ["3", "C", "C1'", "A", "1", "H", "7", "B", "3.250"]


@pytest.mark.parametrize("name", [*HOSTILE, 10_000 * "x", "a\r\nb\t c"])
def test_no_name_ends_the_text_early(name):
    text = write_mmcif([part(chain=name, tooltips=[name]), part(asym="B", chain="I")])
    plain = " ".join(name.split())
    assert read(text, "protlens_residue", "label_asym_id", "tooltip") == [
        ["A", escape(plain, quote=False)],
        ["B", "Ala 7B H"],
    ]
    assert [row[0] for row in read(text, "atom_site", "auth_asym_id")] == [plain] * 3 + ["I"] * 3


def test_a_ligand_has_no_place_in_a_sequence():
    text = write_mmcif([part(), part(asym="B", kind="ligand", residues=[(None, part().residues[0][1])], components=())])
    assert [row[1] for row in read(text, "entity", "id", "type")] == ["polymer", "non-polymer"]
    table = gemmi.cif.read_string(text).sole_block().find("_atom_site.", ["group_PDB", "label_seq_id"])
    assert [(row[0], row[1]) for row in table][3:] == [("HETATM", ".")] * 3


def test_helices_and_strands_are_ranges_of_one_state():
    residues = [(number, part().residues[0][1]) for number in range(1, 11)]
    states = "HHGGECE?EE"
    text = write_mmcif(
        [part(residues=residues, components=["ALA"] * 10, states=states, tooltips=[""] * 10), part(asym="B")]
    )
    ends = ("beg_label_seq_id", "end_label_seq_id", "beg_label_asym_id")
    assert read(text, "struct_conf", "conf_type_id", *ends) == [
        ["HELX_RH_AL_P", "1", "2", "A"],
        ["HELX_RH_3T_P", "3", "4", "A"],
    ]
    assert read(text, "struct_sheet_range", *ends[:2]) == [["5", "5"], ["7", "7"], ["9", "10"]]
    assert read(write_mmcif([part()]), "struct_conf", "id") == []
