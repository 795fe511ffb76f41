from pdb_lines import atom, chain, write
from protlens.data.structures.bonds import covalent_bonds, is_sugar
from protlens.data.structures.structure_file import load_structure

NAMES = ["ALA", "ASN", "GLY"]
ND2 = atom(70, "ND2", "ASN", 2, (5.0, 5.0, 5.0))


def sugar(x, *, name="NAG"):
    return atom(80, "C1", name, 101, (x, 5.0, 5.0), het=True)


def link(one, other, *, symmetry="1555"):
    left, right = (f"{name:>4} {residue:>3} A{number:4d}" for name, residue, number in (one, other))
    return f"LINK        {left}                {right}     1555   {symmetry}  1.45"


def bonds(path):
    return covalent_bonds(load_structure(path).structure)


def test_recorded_bonds_are_found(tmp_path):
    records = [link(("NZ", "LYS", 2), ("C1", "PLP", 101))]
    path = write(
        tmp_path / "x.pdb", records, chain(["ALA", "LYS", "GLY"]), [atom(80, "C1", "PLP", 101, (9, 9, 9), het=True)]
    )
    assert bonds(path) == {(("A", "2", "LYS"), ("A", "101", "PLP"))}


def test_bonds_to_symmetry_mates_are_not_bonds_of_the_entry(tmp_path):
    records = [
        "CRYST1   50.000   50.000   50.000  90.00  90.00  90.00 P 1           1",
        link(("NZ", "LYS", 2), ("C1", "PLP", 101), symmetry="2655"),
    ]
    path = write(
        tmp_path / "x.pdb", records, chain(["ALA", "LYS", "GLY"]), [atom(80, "C1", "PLP", 101, (9, 9, 9), het=True)]
    )
    assert bonds(path) == set()


def test_a_sugar_on_an_asparagine_is_found_by_its_distance(tmp_path):
    near = write(tmp_path / "near.pdb", chain(NAMES)[:-1], [ND2, "TER"], [sugar(6.45)])
    far = write(tmp_path / "far.pdb", chain(NAMES)[:-1], [ND2, "TER"], [sugar(7.1)])
    other = write(tmp_path / "other.pdb", chain(NAMES)[:-1], [ND2, "TER"], [sugar(6.45, name="STI")])
    assert bonds(near) == {(("A", "2", "ASN"), ("A", "101", "NAG"))}
    assert bonds(far) == set()
    assert bonds(other) == {(("A", "2", "ASN"), ("A", "101", "STI"))}
    beyond = write(tmp_path / "beyond.pdb", chain(NAMES)[:-1], [ND2, "TER"], [sugar(6.9, name="STI")])
    assert bonds(beyond) == set()


def test_an_atom_upon_a_bond_of_another_residue_is_a_clash(tmp_path):
    """As in 3NZD, where a carbon of the inhibitor lies 1.54 from an oxygen and 1.84 from a carbon of NADPH."""
    beside = atom(71, "CG", "ASN", 2, (5.7, 6.2, 5.0))
    path = write(tmp_path / "x.pdb", chain(NAMES)[:-1], [ND2, beside, "TER"], [sugar(6.45, name="STI")])
    assert bonds(path) == set()


def test_sugars():
    assert all(map(is_sugar, ["NAG", "BMA", "MAN", "FUC", "GAL", "SIA", "GLC"]))
    assert not any(map(is_sugar, ["ATP", "HEM", "ASN", "ZN", "GOL", "??"]))
