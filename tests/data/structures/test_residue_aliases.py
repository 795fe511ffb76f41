"""Aliases of residues against the tables of another program, and against the dictionary's own meaning of a name."""

from pathlib import Path
from xml.etree import ElementTree

import gemmi
import mdtraj
import pytest

from protlens.data.structures.residue_aliases import AMINO_ACID_ATOMS, is_water, use_dictionary_names

RIBOSE = ["P", "C1'", "C2'", "C3'", "C4'", "O3'", "O4'", "O5'"]


def residue(name, atoms):
    made = gemmi.Residue()
    made.name = name
    for atom_name in atoms:
        made.add_atom(gemmi.Atom())
        made[-1].name, made[-1].element = atom_name, gemmi.Element(atom_name[0])
    return made


def component(name, atoms):
    one = residue(name, atoms)
    use_dictionary_names(one)
    return one.name


def aliases():
    """Yield name, alias and kind of the table that MDTraj brings."""
    path = Path(mdtraj.__file__).parent / "formats/pdb/data/pdbNames.xml"
    for entry in ElementTree.parse(path).getroot():
        for key, alias in entry.attrib.items():
            if key.startswith("alt"):
                yield entry.get("name"), alias, entry.get("type")


def test_every_alias_of_mdtraj_is_known():
    met = set()
    for name, alias, kind in aliases():
        met.add(alias)
        if name == "HOH":
            assert is_water(residue(alias, ["O"]))
        elif kind == "Nucleic":
            atoms = RIBOSE if name.startswith("D") else [*RIBOSE, "O2'"]
            assert component(alias, atoms) == name
        elif name in AMINO_ACID_ATOMS:
            assert component(alias, AMINO_ACID_ATOMS[name] - {"OXT", "OT1", "OT2", "OC1", "OC2"}) == name
    assert {"CYX", "HSH", "TIP3", "DGU", "ADE"} <= met


@pytest.mark.parametrize(
    ("name", "atoms"),
    [
        ("DAD", ["PG", "PB", "PA", "C1'", "C2'", "C3'"]),
        ("DCP", ["PG", "PB", "PA", "C1'", "C2'", "O3'"]),
        ("DCY", ["N", "CA", "C", "O", "CB", "SG"]),
        ("DGN", ["N", "CA", "C", "O", "CB", "CG", "CD", "OE1", "NE2"]),
        ("CSS", ["N", "CA", "C", "O", "CB", "SG", "SD"]),
        ("CYN", ["C", "N"]),
        ("CLA", ["MG", "CHA", "C1", "NA"]),
    ],
)
def test_what_the_dictionary_means_is_left_alone(name, atoms):
    assert component(name, atoms) == name
