from dataclasses import replace

import numpy as np
import pytest

from protlens.data.protein import APART
from protlens.pairs.residue_pairs import INTER_RANGE, RANGES, all_pairs, labelled_pairs
from protlens.properties.pair import Contact
from toy import toy_dataset


def test_all_pairs_lists_each_once():
    pairs = all_pairs(9)
    assert list(zip(pairs.first, pairs.second, strict=True)) == [(0, 6), (0, 7), (0, 8), (1, 7), (1, 8), (2, 8)]
    assert pairs.separations.tolist() == [6, 7, 8, 6, 7, 6]
    assert not len(all_pairs(6))


def test_labelled_pairs_are_the_upper_half_of_the_mask():
    mask = Contact().mask(toy_dataset()[0])
    pairs, contacts = labelled_pairs(mask)
    assert 2 * len(pairs) == mask.known.sum()
    assert 2 * contacts.sum() == mask.holds.sum() > 0
    assert (pairs.separations >= 6).all()
    assert (pairs.first < pairs.second).all()
    assert np.array_equal(contacts, [mask.holds[i, j] for i, j in zip(pairs.first, pairs.second, strict=True)])


@pytest.mark.parametrize("starts", [(3,), (1, 2, 8)])
def test_pairs_of_two_chains_are_listed_however_close_and_have_no_separation(starts):
    pairs = all_pairs(9, min_separation=4, chain_starts=starts)
    chain = [sum(start <= i for start in starts) for i in range(9)]
    plain = [(i, j) for i in range(9) for j in range(i + 1, 9) if j - i >= 4 or chain[i] != chain[j]]
    assert list(zip(pairs.first, pairs.second, strict=True)) == plain
    expected = [APART if chain[i] != chain[j] else j - i for i, j in plain]
    assert pairs.separations.tolist() == expected
    assert pairs.take(np.array([4, 0])).separations.tolist() == [expected[4], expected[0]]
    assert INTER_RANGE.holds(pairs.separations).tolist() == [value == APART for value in expected]
    for band in RANGES.values():
        within = [value < APART and band.first <= value <= (band.last or 99) for value in expected]
        assert band.holds(pairs.separations).tolist() == within


def test_labelled_pairs_know_chains():
    protein = replace(toy_dataset()[0], chain_starts=(10, 20))
    pairs, contacts = labelled_pairs(Contact().mask(protein), chain_starts=protein.chain_starts)
    between = protein.chain_numbers[pairs.first] != protein.chain_numbers[pairs.second]
    assert between.sum() > 100
    assert np.array_equal(pairs.separations == APART, between)
    assert len(contacts) == len(pairs)


def test_take_keeps_both_ends_together():
    pairs = all_pairs(9).take(np.array([5, 1]))
    assert (pairs.first.tolist(), pairs.second.tolist()) == ([2, 0], [8, 7])
