"""Where arcs end, against sums over the lines of a file."""

import gzip

import gemmi
import numpy as np
import pytest

from protlens.data.structures.chains import read_structure
from protlens.scene.arc_ends import arc_ends
from protlens.scene.scene_structure import structure_of_file, structure_of_protein


def residue(*atoms: tuple[str, str, float]) -> gemmi.Residue:
    """Return a residue of atoms, each as name, element and x."""
    made = gemmi.Residue()
    for name, element, x in atoms:
        atom = gemmi.Atom()
        atom.name, atom.element, atom.pos = name, gemmi.Element(element), gemmi.Position(x, 0, 0)
        made.add_atom(atom)
    return made


BACKBONE = [("N", "N", 90.0), ("CA", "C", 1.0), ("C", "C", 91.0), ("O", "O", 92.0), ("OXT", "O", 93.0)]


@pytest.mark.parametrize(
    ("side_chain", "x"),
    [
        ([], 1.0),
        ([("HA2", "H", 50.0)], 1.0),
        ([("CB", "C", 2.0), ("HB1", "H", 60.0), ("DB2", "D", 70.0)], 2.0),
        ([("CB", "C", 2.0), ("OG", "O", 4.0)], 3.0),
        ([("CB", "C", 2.0), ("CG", "C", 3.0), ("SE", "Se", 7.0)], 4.0),
    ],
    ids=["glycine", "with hydrogen", "alanine", "serine", "selenomethionine"],
)
def test_an_end_is_the_centre_of_the_heavy_atoms_of_the_side_chain(side_chain, x):
    assert arc_ends([residue(*BACKBONE, *side_chain)]).tolist() == [[x, 0, 0]]


def test_what_is_not_resolved_has_no_end():
    ends = arc_ends([None, residue(("CB", "C", 2.0)), residue(*BACKBONE)])
    assert np.isnan(ends[:2]).all()
    assert ends[2].tolist() == [1, 0, 0]
    assert arc_ends([]).shape == (0, 3)


def test_every_residue_of_a_file_ends_where_its_lines_say(data_files):
    path = data_files / "structures" / "7hvp.pdb.gz"
    proteins = read_structure(path)
    found = structure_of_file(path, proteins).ends
    sums: dict[tuple[str, str], list[list[float]]] = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if line[:6] in ("ATOM  ", "HETATM") and line[12:16].strip() not in ("N", "CA", "C", "O", "OXT"):
                place = [float(line[at : at + 8]) for at in (30, 38, 46)]
                sums.setdefault((line[21], line[22:27].strip()), []).append(place)
    for protein in proteins:
        for number, ca, end in zip(protein.residue_numbers, protein.ca, found[protein.id], strict=True):
            atoms = sums.get((protein.chain, number))
            wanted = ca if atoms is None else np.mean(atoms, axis=0)
            assert end == pytest.approx(wanted, abs=1e-4)
    assert (np.linalg.norm(found["7HVP.A"] - proteins[0].ca, axis=1) > 3).sum() > 10


def test_of_a_cut_protein_the_first_residues_alone_have_ends(data_files):
    path = data_files / "structures" / "1crn.cif.gz"
    (protein,) = read_structure(path)
    assert structure_of_file(path, [protein.cut(9)]).ends[protein.id].shape == (9, 3)


def test_without_the_file_arcs_end_on_cb(data_files):
    (protein,) = read_structure(data_files / "structures" / "1crn.cif.gz")
    assert structure_of_protein(protein).ends[protein.id] == pytest.approx(protein.cb, nan_ok=True)
