import gzip
import math

import gemmi
import pytest

from pdb_lines import atom, chain, write
from protlens.data.structures.bonds import covalent_bonds
from protlens.data.structures.ligands import METALS, NOT_LIGANDS, REACH, binding_sites, find_ligands
from protlens.data.structures.polymer import protein_polymers
from protlens.data.structures.structure_file import load_structure

PROTEIN = chain(["ALA"] * 25)
TWENTY = {gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA) for letter in "ACDEFGHIKLMNPQRSTVWY"}


def ligands(path):
    structure = load_structure(path).structure
    return find_ligands(structure, covalent_bonds(structure))


def named(path):
    return sorted((ligand.kind, ligand.name) for ligand in ligands(path))


def het(name, number, *atoms):
    return [
        atom(500 + 10 * number + i, symbol, name, 900 + number, xyz, element=element, het=True)
        for i, (symbol, element, xyz) in enumerate(atoms)
    ]


def sites(path):
    structure = load_structure(path).structure
    found = find_ligands(structure, covalent_bonds(structure))
    return {p.name: binding_sites(p, found) for p in protein_polymers(structure)}


@pytest.mark.parametrize(
    ("name", "atoms", "expected"),
    [
        ("ZN", [("ZN", "ZN", (9, 9, 9))], [("metal", "ZN")]),
        ("CA", [("CA", "CA", (9, 9, 9))], [("metal", "CA")]),
        ("FES", [("FE1", "FE", (9, 9, 9)), ("S1", "S", (10, 10, 9))], [("metal", "FES")]),
        ("HEM", [("FE", "FE", (9, 9, 9)), ("CHA", "C", (10, 10, 9))], [("small_molecule", "HEM")]),
        ("ATP", [("PG", "P", (9, 9, 9)), ("C1'", "C", (10, 10, 9))], [("small_molecule", "ATP")]),
        ("OXY", [("O1", "O", (9, 9, 9)), ("O2", "O", (10, 9, 9))], [("small_molecule", "OXY")]),
        ("NA", [("NA", "NA", (9, 9, 9))], []),
        ("HG", [("HG", "HG", (9, 9, 9))], []),
        ("CL", [("CL", "CL", (9, 9, 9))], []),
        ("SO4", [("S", "S", (9, 9, 9)), ("O1", "O", (10, 9, 9))], []),
        ("GOL", [("C1", "C", (9, 9, 9)), ("O1", "O", (10, 9, 9))], []),
        ("HOH", [("O", "O", (9, 9, 9))], []),
    ],
)
def test_what_counts_as_a_ligand_and_of_which_kind(tmp_path, name, atoms, expected):
    assert named(write(tmp_path / "x.pdb", PROTEIN, het(name, 1, *atoms))) == expected


def test_the_exclusion_table_holds_no_amino_acid_no_nucleotide_and_no_metal():
    assert TWENTY.isdisjoint(NOT_LIGANDS)
    assert NOT_LIGANDS.isdisjoint({"ATP", "ADP", "GTP", "NAD", "FAD", "HEM", "PLP", "NAG", "SF4"})
    assert NOT_LIGANDS.isdisjoint({metal.upper() for metal in METALS})
    assert {"SO4", "PO4", "GOL", "EDO", "PEG", "ACT", "CL", "NA", "MPD", "DMS", "TRS", "MES", "EPE"} <= NOT_LIGANDS


def test_what_bonds_join_is_one_ligand(tmp_path):
    link = "LINK         C1  GLC A 901                 O4  GLC A 902     1555   1555  1.45"
    first = het("GLC", 1, ("C1", "C", (9, 9, 9)), ("O4", "O", (10.4, 9, 9)))
    second = het("GLC", 2, ("C1", "C", (12, 9, 9)), ("O4", "O", (9, 9, 10.4)))
    assert named(write(tmp_path / "one.pdb", [link], PROTEIN, first, second)) == [("small_molecule", "GLC-GLC")]
    assert named(write(tmp_path / "shown.pdb", PROTEIN, first, second)) == [("small_molecule", "GLC-GLC")]
    apart = het("GLC", 2, ("C1", "C", (13, 9, 9)), ("O4", "O", (9, 9, 12.4)))
    assert named(write(tmp_path / "two.pdb", PROTEIN, first, apart)) == [("small_molecule", "GLC")] * 2


def test_sugars_on_the_protein_are_no_ligand_and_a_free_one_is(data_files):
    assert ligands(data_files / "structures/1ah1.cif.gz") == []
    assert named(data_files / "structures/1en2.cif.gz") == [("small_molecule", "NAG-NAG-NAG-NAG")]


def test_nucleic_acids_and_metals_of_a_real_entry(data_files):
    found = named(data_files / "structures/1bc8.pdb.gz")
    assert found == [("metal", "ZN")] * 2 + [("nucleic_acid", "DNA")] * 2


def test_a_peptide_is_a_ligand_of_other_chains_only(data_files):
    found = sites(data_files / "structures/7hvp.pdb.gz")
    assert [note.name for note in found["A"]] == ["ACE-SER-LEU-ASN-JG3-ILE-VME"]
    assert [note.track for note in found["B"]] == ["binding_site:peptide"]
    assert found["C"] == []


@pytest.mark.parametrize(("length", "kinds"), [(19, ["peptide"]), (20, [])])
def test_a_peptide_is_shorter_than_twenty_residues(tmp_path, length, kinds):
    path = write(tmp_path / "x.pdb", PROTEIN, chain(["GLY"] * length, chain="B", origin=(0, 0, 5.0)))
    assert [ligand.kind for ligand in ligands(path)] == kinds


def test_a_peptide_of_unknown_residues_is_no_ligand(tmp_path):
    path = write(tmp_path / "x.pdb", PROTEIN, chain(["UNK"] * 5, chain="B", origin=(0, 0, 5.0)))
    assert ligands(path) == []


def test_reach_is_inclusive(tmp_path):
    within = het("ZN", 1, ("ZN", "ZN", (0.0, -1.0, 1.0 + REACH)))
    beyond = het("ZN", 1, ("ZN", "ZN", (0.0, -1.0, 1.001 + REACH)))
    assert [note.residues for note in sites(write(tmp_path / "in.pdb", PROTEIN, within))["A"]] == [(0,)]
    assert sites(write(tmp_path / "out.pdb", PROTEIN, beyond))["A"] == []


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        (
            "1bc8",
            {"DNA": lambda line: line[21] in "AB" and line[:4] == "ATOM", "ZN": lambda line: line[17:20] == " ZN"},
        ),
        ("7hvp", {"ACE-SER-LEU-ASN-JG3-ILE-VME": lambda line: line[21] == "C" and line[17:20] != "HOH"}),
    ],
)
def test_sites_are_what_a_loop_over_all_pairs_of_atoms_finds(data_files, name, belongs):
    path = data_files / f"structures/{name}.pdb.gz"
    lines = [
        line for line in gzip.decompress(path.read_bytes()).decode().splitlines() if line[:6] in ("ATOM  ", "HETATM")
    ]
    lines = [line for line in lines if line[16] in " A" and line[76:78].strip() not in ("H", "D")]

    def point(line):
        return [float(line[start : start + 8]) for start in (30, 38, 46)]

    structure = load_structure(path).structure
    for polymer in protein_polymers(structure):
        if polymer.name == "C" and name == "7hvp":
            continue
        numbers = {str(residue.seqid): i for i, residue in polymer.resolved()}
        own = [(numbers[n], point(q)) for q in lines if q[21] == polymer.name and (n := q[22:27].strip()) in numbers]
        found = binding_sites(polymer, find_ligands(structure, covalent_bonds(structure)))
        for ligand, is_its in belongs.items():
            atoms = [point(line) for line in lines if is_its(line)]
            expected = {i for i, p in own if any(math.dist(p, q) <= 4.0 for q in atoms)}
            assert expected
            assert {i for note in found if note.name == ligand for i in note.residues} == expected
