import numpy as np

from protlens.pairs.residue_pairs import all_pairs, labelled_pairs
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


def test_take_keeps_both_ends_together():
    pairs = all_pairs(9).take(np.array([5, 1]))
    assert (pairs.first.tolist(), pairs.second.tolist()) == ([2, 0], [8, 7])
