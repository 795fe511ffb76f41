import numpy as np
import pytest

from protlens.data.burial import REACH, STARTS, UNKNOWN, burial
from protlens.data.catalog import load_dataset
from protlens.data.protein import Protein


def counted(protein: Protein) -> list[int]:
    """Return the class of each residue, one pair of residues at a time."""
    classes = []
    points = [
        cb if np.isfinite(cb).all() else ca
        for cb, ca in zip(protein.cb.astype(float), protein.ca.astype(float), strict=True)
    ]
    for i, point in enumerate(points):
        if not np.isfinite(point).all():
            classes.append(UNKNOWN)
            continue
        near = sum(j != i and np.sqrt(((point - other) ** 2).sum()) <= REACH for j, other in enumerate(points))
        classes.append(sum(near >= start for start in STARTS))
    return classes


@pytest.mark.parametrize("name", ["7HVP.A", "1CKB.A"])
def test_classes_are_those_of_plain_loops(name):
    protein = next(one for one in load_dataset("pdb-mini") if one.id == name)
    assert burial(protein).tolist() == counted(protein)


def test_ca_stands_where_no_cb_is_known_and_nothing_where_neither_is():
    places = np.array([[0, 0, 0], [3, 0, 0], [np.nan] * 3, [50, 0, 0]], np.float32)
    known = Protein(id="p", sequence="GACD", ca=places, cb=np.full((4, 3), np.nan, np.float32))
    assert burial(known).tolist() == [0, 0, UNKNOWN, 0]
    assert burial(Protein(id="p", sequence="GACD")).tolist() == [UNKNOWN] * 4
    assert burial(Protein(id="p", sequence="G", ca=places[:1])).tolist() == [0]


def test_each_class_holds_a_fair_share_of_the_residues_of_the_pdb():
    classes = np.concatenate([burial(protein) for protein in load_dataset("pdb-mini")[:60]])
    shares = np.bincount(classes[classes != UNKNOWN], minlength=UNKNOWN) / (classes != UNKNOWN).sum()
    assert shares.min() > 0.05
    assert shares.max() < 0.2
