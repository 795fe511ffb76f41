import numpy as np
import pytest

from protlens.contacts.predicted_pairs import PAIR_COLUMNS, most_probable, pair_table, residue_labels
from protlens.data.protein import Protein
from protlens.pairs.residue_pairs import all_pairs


def slow_most_probable(values, most):
    """Take one after the other until the next is as probable as the last one taken, then drop all of that tie."""
    ranked = sorted(values, reverse=True)
    return [len(ranked) <= most or value > ranked[most] for value in values]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [1, 3, 19, 20, 30])
def test_those_that_tie_with_the_next_one_are_left_out(seed, most):
    values = np.random.default_rng(seed).integers(0, 8, 20) / 8
    assert most_probable(values, most).tolist() == slow_most_probable(values.tolist(), most)


def test_where_all_are_alike_none_is_named():
    assert not most_probable(np.full(30, 0.03), 5).any()
    assert most_probable(np.zeros(0), 5).shape == (0,)


def test_a_residue_is_called_by_its_letter_and_number():
    assert residue_labels(Protein(id="a", sequence="MKT")) == ["M1", "K2", "T3"]
    numbered = Protein(id="a", sequence="MKT", residue_numbers=("-1", "", "7A"), chain="A")
    assert residue_labels(numbered) == ["M-1", "K2", "T7A"]
    dimer = Protein(id="a", sequence="MKTMKT", residue_numbers=("1", "2", "3") * 2, chain="A+B", chain_starts=(3,))
    assert residue_labels(dimer) == ["A:M1", "A:K2", "A:T3", "B:M1", "B:K2", "B:T3"]
    assert residue_labels(Protein(id="a", sequence="MKT", chain_starts=(1,))) == ["M1", "K2", "T3"]


def test_pairs_come_with_separation_and_distance():
    points = np.zeros((9, 3), np.float32)
    points[:, 0] = np.arange(9)
    points[8] = np.nan
    protein = Protein(id="a", sequence="MKTAYIAKQ", ca=points, cb=points, chain_starts=(8,))
    pairs = all_pairs(9, chain_starts=(8,))
    probabilities = np.linspace(0.1, 0.9, len(pairs))
    table = pair_table(protein, pairs, probabilities, points)
    assert dict(table.schema) == PAIR_COLUMNS
    assert table["probability"].is_sorted(descending=True)
    assert set(zip(table["first"], table["second"], strict=True)) == {
        (0, 6),
        (0, 7),
        (1, 7),
        *((i, 8) for i in range(8)),
    }
    for row in table.iter_rows(named=True):
        between = row["second"] == 8
        assert row["separation"] == (None if between else row["second"] - row["first"])
        assert row["distance"] == (None if between else row["second"] - row["first"])
    assert pair_table(protein, pairs, probabilities, None)["distance"].null_count() == len(pairs)
