import gzip

import gemmi
import pytest

from pdb_lines import atom, chain, seqres, write
from protlens.data.structures.polymer import MAX_GAP, is_nucleic, one_letter, polymer_type, protein_polymers
from protlens.data.structures.structure_file import load_structure
from protlens.errors import FileFormatError

THREE = {gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA): letter for letter in "ACDEFGHIKLMNPQRSTVWY"}


def polymers(path):
    return protein_polymers(load_structure(path).structure)


def sequence_of(path):
    (polymer,) = polymers(path)
    return polymer.sequence


@pytest.mark.parametrize(("name", "chains"), [("1bx8", "A"), ("7hvp", "AB"), ("1bc8", "C"), ("1mkk", "AB")])
def test_sequences_are_those_of_seqres(data_files, name, chains):
    text = gzip.decompress((data_files / f"structures/{name}.pdb.gz").read_bytes()).decode()
    declared = {}
    for line in text.splitlines():
        if line.startswith("SEQRES"):
            declared.setdefault(line[11], []).extend(line[19:].split())
    found = {p.name: p.sequence for p in polymers(data_files / f"structures/{name}.pdb.gz")}
    for label in chains:
        assert found[label] == "".join({**THREE, "ABA": "A"}[word] for word in declared[label])


@pytest.mark.parametrize("name", ["1orc", "1crn", "1a8o", "1en2"])
def test_resolved_residues_stand_where_the_mmcif_numbers_them(data_files, name):
    path = data_files / f"structures/{name}.cif.gz"
    block = gemmi.cif.read_string(gzip.decompress(path.read_bytes()))[0]
    columns = ["group_PDB", "label_seq_id", "label_comp_id", "auth_seq_id", "?pdbx_PDB_ins_code", "label_atom_id"]
    table = block.find("_atom_site.", columns)
    expected = {int(row[1]) - 1: row[3] + row[4].strip("?.") for row in table if row[5] == "CA" and row[1] != "."}
    (polymer,) = polymers(path)
    assert {i: str(residue.seqid) for i, residue in polymer.resolved()} == expected
    assert len(polymer.sequence) == len(set(block.find_values("_entity_poly_seq.num")))


def test_unresolved_residues_of_seqres_stay_in_the_sequence(tmp_path):
    declared = ["MET", "ALA", "GLY", "SER", "TRP", "LYS", "LEU"]
    path = write(
        tmp_path / "x.pdb",
        seqres(declared),
        chain(["ALA", "GLY"], numbers=[2, 3])[:-1],
        chain(["LYS", "LEU"], numbers=[6, 7], origin=(30.0, 0.0, 0.0)),
    )
    (polymer,) = polymers(path)
    assert polymer.sequence == "MAGSWKL"
    assert [i for i, _ in polymer.resolved()] == [1, 2, 5, 6]


def test_a_residue_at_the_edge_of_a_gap_stays_with_its_neighbours(tmp_path):
    # The start of 1XYZ: the first resolved residue, N 516, is the same amino acid as one of those not resolved, and in
    # a copy whose element column holds something else, no bond ties it to its neighbour.
    declared = gemmi.expand_one_letter_sequence("PGQGDVQTPNPSVTPTQTPIPTISGNALRDYAEARGIKIG", gemmi.ResidueKind.AA)
    lines = [line[:76] + " U" for line in chain(declared[25:], numbers=list(range(516, 531)))]
    (polymer,) = polymers(write(tmp_path / "x.pdb", seqres(declared), lines))
    assert [i for i, _ in polymer.resolved()] == list(range(25, 40))


def test_a_gap_in_the_numbers_is_filled_if_there_is_no_seqres(tmp_path):
    parts = chain(["ALA"] * 3)[:-1], chain(["LYS"] * 3, numbers=[7, 8, 9], origin=(40.0, 0, 0))
    assert sequence_of(write(tmp_path / "x.pdb", *parts)) == "AAAXXXKKK"


def test_a_jump_in_the_numbers_along_a_whole_backbone_is_no_gap(tmp_path):
    assert sequence_of(write(tmp_path / "x.pdb", chain(["ALA"] * 4, numbers=[1, 2, 8, 9]))) == "AAAA"


@pytest.mark.parametrize(("missing", "filled"), [(MAX_GAP, MAX_GAP), (MAX_GAP + 1, 0)])
def test_a_large_jump_is_another_numbering(tmp_path, missing, filled):
    parts = chain(["ALA"] * 3)[:-1], chain(["LYS"] * 3, numbers=[missing + i for i in (4, 5, 6)], origin=(40.0, 0, 0))
    assert sequence_of(write(tmp_path / "x.pdb", *parts)) == "AAA" + "X" * filled + "KKK"


def test_a_residue_that_seqres_has_no_place_for_is_an_error(tmp_path):
    path = write(tmp_path / "x.pdb", seqres(["ALA"] * 4), chain(["ALA", "ALA", "ALA", "ALA", "TRP"]))
    with pytest.raises(FileFormatError, match=r"chain A: residue 5\(TRP\) has no place"):
        polymers(path)


def test_closing_groups_are_not_part_of_the_sequence(tmp_path):
    names = ["ACE", "ALA", "GLY", "SER", "NME"]
    lines = chain(["ALA", "GLY", "SER"], numbers=[2, 3, 4])
    acetyl = [atom(1, "C", "ACE", 1, (-2.6, 0, 0), het=True), atom(2, "CH3", "ACE", 1, (-4.0, 0, 0), het=True)]
    (polymer,) = polymers(write(tmp_path / "x.pdb", seqres(names), acetyl, lines))
    assert polymer.sequence == "AGS"
    assert [residue.name for _, residue in polymer.resolved()] == ["ALA", "GLY", "SER"]


@pytest.mark.parametrize(
    ("component", "letter"),
    [("ALA", "A"), ("MSE", "M"), ("SEP", "S"), ("TPO", "T"), ("PTR", "Y"), ("SEC", "U"), ("PYL", "O"), ("UNK", "X")],
)
def test_letters_of_components(component, letter):
    assert one_letter(component, {}) == letter


def test_the_declared_parent_counts_before_the_dictionary():
    assert one_letter("ZZ9", {}) == "X"
    assert one_letter("ZZ9", {"ZZ9": "HIS"}) == "H"
    assert one_letter("SEP", {"SEP": "THR"}) == "T"
    assert one_letter("SEP", {"SEP": "?"}) == "S"


def test_the_residue_that_was_kept_gives_the_letter(data_files):
    # 1CBN is a mixture: P or S at 22, L or I at 25; its SEQRES declares S and I, P and L have occupancy 0.6.
    sequence = sequence_of(data_files / "structures/1cbn.pdb.gz")
    assert (sequence[21], sequence[24]) == ("P", "L")


def test_nucleic_acids_are_no_proteins(data_files):
    structure = load_structure(data_files / "structures/1bc8.pdb.gz").structure
    kinds = {chain.name: is_nucleic(polymer_type(structure, chain)) for chain in structure[0]}
    assert kinds == {"A": True, "B": True, "C": False}
