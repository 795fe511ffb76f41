import numpy as np
import pytest

from protlens.data.protein import Protein
from protlens.properties.pair import Contact


def _line(spacing: float, length: int, **positions) -> Protein:
    points = np.zeros((length, 3), np.float32)
    points[:, 0] = spacing * np.arange(length)
    return Protein(id="p", sequence="A" * length, ca=points, cb=positions.get("cb", points))


def test_contact_is_strictly_closer_than_the_cutoff():
    touching = np.nextafter(np.float32(8 / 6), np.float32(0))
    assert not Contact().mask(_line(2.0, 8)).holds.any()
    assert Contact().mask(_line(touching, 7)).holds.sum() == 2
    exact = _line(0, 7)
    exact.cb[6] = (8, 0, 0)
    assert not Contact().mask(exact).holds[0, 6]


def test_near_neighbours_and_unresolved_residues_are_not_known():
    protein = _line(0.5, 10)
    protein.cb[2] = np.nan
    known = Contact().mask(protein).known
    for i in range(10):
        for j in range(10):
            assert known[i, j] == (abs(i - j) >= 6 and 2 not in (i, j))


@pytest.mark.parametrize("length", [1, 5, 6])
def test_short_chains_have_no_eligible_pairs(length):
    assert not Contact().mask(_line(1, length)).known.any()


def test_the_atom_decides_who_takes_part():
    far = np.full((8, 3), np.float32(0))
    far[:, 1] = 100 * np.arange(8)
    protein = _line(1, 8, cb=far)
    assert Contact(atom="CA").mask(protein).holds.any()
    assert not Contact().mask(protein).holds.any()
    assert Contact().mask(Protein(id="p", sequence="A" * 8)) is None


@pytest.mark.parametrize("starts", [(4,), (2, 9)])
def test_residues_of_two_chains_are_known_to_touch_or_not_however_close_in_sequence(starts):
    rng = np.random.default_rng(3)
    points = (6 * rng.normal(size=(12, 3))).astype(np.float32)
    points[5] = np.nan
    protein = Protein(id="p", sequence="A" * 12, ca=points, cb=points, chain_starts=starts)
    mask = Contact(min_separation=3).mask(protein)
    chain = [sum(start <= i for start in starts) for i in range(12)]
    for i in range(12):
        for j in range(12):
            known = (chain[i] != chain[j] or abs(i - j) >= 3) and 5 not in (i, j)
            assert mask.known[i, j] == known
            assert mask.holds[i, j] == (known and np.linalg.norm(points[i].astype(float) - points[j]) < 8)
    assert mask.holds.any()
