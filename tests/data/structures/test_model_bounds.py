"""Small files whose work would grow with the square of what they hold."""

import io

import gemmi
import numpy as np
import pytest

from protlens.data.structures import model_bounds, pieces, structure_file
from protlens.data.structures.chains import read_structure
from protlens.data.structures.model_bounds import check_density, check_model, remove_parts
from protlens.errors import FileFormatError


def atom(number: int, x: float, *, name="CA", residue="ALA", record="ATOM", chain="A") -> str:
    place = f"{record:6}{1:5d}  {name:<3} {residue:>3} {chain}{number:4d}    {x:8.3f}{0:8.3f}{0:8.3f}"
    return f"{place}  1.00  0.00          {name[0]:>2}\n"


CHAIN = "".join(atom(number, 3.8 * number) for number in range(30))


def refused(lines: str) -> str:
    with pytest.raises(FileFormatError) as caught:
        read_structure(io.BytesIO(lines.encode()))
    return str(caught.value)


def test_the_chain_alone_is_read():
    assert [len(protein) for protein in read_structure(io.BytesIO(CHAIN.encode()))] == [30]


@pytest.mark.parametrize(
    ("bound", "most", "added", "message"),
    [
        ("MAX_CHAINS", 3, "".join(atom(1, 9 * i, chain=c) for i, c in enumerate("BCD")), "more than 3 chains"),
        ("MAX_COMPONENTS", 29, "", "more than 29 residues, ligands and ions"),
        ("MAX_ATOMS", 29, "", "more than 29 atoms"),
        ("MAX_ATOMS_OF_ONE", 1, atom(29, 112, name="CB"), "a residue of more than 1 atoms"),
        ("MAX_COMPARISONS", 5, atom(40, 200) + atom(40, 203, residue="GLY") * 3, "more residues of one number"),
    ],
)
def test_what_a_model_may_hold_is_bounded(monkeypatch, bound, most, added, message):
    monkeypatch.setattr(model_bounds, bound, most)
    assert message in refused(CHAIN + added)


def test_lines_are_counted_before_they_are_parted(monkeypatch):
    monkeypatch.setattr(structure_file, "MAX_LINES", 29)
    assert "more than 29 lines" in refused(CHAIN)


def test_residues_that_no_other_is_bonded_to_are_bounded(monkeypatch):
    monkeypatch.setattr(pieces, "_MOST_LONE", 100)
    assert "5 amino acids and nucleotides that are bonded to no other" in refused(
        CHAIN + "".join(atom(100 + 3 * i, 500 + 20 * i) for i in range(5))
    )


def test_equal_ligands_under_one_number_are_bounded(monkeypatch):
    monkeypatch.setattr(pieces, "MAX_CHAINS", 3)
    ligands = "".join(atom(500, 500 + 20 * i, residue="ZN", name="ZN", record="HETATM") + "TER\n" for i in range(5))
    assert "more than 3 of ZN under one number" in refused(CHAIN + ligands)


def model(places: np.ndarray) -> gemmi.Model:
    residue = gemmi.Residue()
    for place in places:
        one = gemmi.Atom()
        one.pos = gemmi.Position(*place)
        residue.add_atom(one)
    chain = gemmi.Chain("A")
    chain.add_residue(residue)
    whole = gemmi.Model(1)
    whole.add_chain(chain)
    return whole


def test_atoms_in_one_place_are_refused_and_a_dense_protein_is_not(rng):
    check_density(model(rng.uniform(0, 40, (6400, 3))))
    with pytest.raises(FileFormatError, match="more atoms in one place"):
        check_density(model(rng.uniform(0, 3, (6400, 3))))


def test_a_model_without_atoms_is_within_all_bounds():
    check_model(gemmi.Model(1))
    check_density(gemmi.Model(1))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("indices", [[], [0], [2, 3, 7], [0, 1, 2], [1, 3, 5, 9], list(range(10))])
def test_parts_are_removed_by_their_places(indices):
    residue = model(np.arange(30.0).reshape(10, 3))[0][0]
    remove_parts(residue, indices)
    assert [one.pos.x for one in residue] == [3.0 * i for i in range(10) if i not in indices]


def test_many_stretches_in_a_long_chain_are_refused(monkeypatch):
    monkeypatch.setattr(model_bounds, "_MOST_MOVES", 30)
    residue = model(np.zeros((10, 3)))[0][0]
    with pytest.raises(FileFormatError, match="in 4 places of one chain"):
        remove_parts(residue, [1, 3, 5, 7])
