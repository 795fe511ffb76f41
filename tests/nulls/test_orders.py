"""Each order is held to its own definition, and the draws to being as likely as they should be."""

from collections import Counter
from itertools import groupby, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from protlens.nulls.orders import LEAST_SHIFT, any_order, neighbour_order, run_order, shifted_order

SEEDS = st.integers(0, 2**32)
CHAINS = st.text("ACX", min_size=1, max_size=40)


def in_order(text, order):
    return "".join(text[place] for place in order)


def pairs(text):
    return Counter(pairwise(text))


def stretches(text):
    return Counter("".join(group) for _, group in groupby(text))


@given(st.integers(1, 60), SEEDS)
def test_every_residue_stands_once_in_any_order(length, seed):
    rng = np.random.default_rng(seed)
    for order in (any_order(length, rng), shifted_order(length, rng)):
        assert order.dtype == np.int64
        assert sorted(order.tolist()) == list(range(length))


@given(CHAINS, SEEDS)
def test_neighbours_stay_as_often_as_they_were(chain, seed):
    order = neighbour_order(chain, np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(len(chain)))
    shuffled = in_order(chain, order)
    assert pairs(shuffled) == pairs(chain)
    assert (shuffled[0], shuffled[-1]) == (chain[0], chain[-1])


@pytest.mark.parametrize("chain", ["AACCAXCA", "ACCAXCXA"])
def test_each_sequence_with_these_neighbours_is_as_likely_as_any_other(chain):
    possible = {
        "".join(middle)
        for middle in permutations(chain)
        if middle[0] == chain[0] and pairs("".join(middle)) == pairs(chain)
    }
    draws = Counter(in_order(chain, neighbour_order(chain, np.random.default_rng(seed))) for seed in range(4000))
    assert set(draws) == possible
    assert len(possible) > 4
    assert chisquare(list(draws.values())).pvalue > 1e-4


def test_symbols_of_several_letters_are_kept_together():
    symbols = ["Ap", "Cd", "Ap", "Cv", "Ap", "Cd"]
    order = neighbour_order(symbols, np.random.default_rng(2))
    assert pairs([symbols[place] for place in order]) == pairs(symbols)


@given(st.text("01?", min_size=1, max_size=40), SEEDS)
def test_stretches_of_equal_symbols_stay_whole(track, seed):
    order = run_order(track, np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(len(track)))
    cuts = np.flatnonzero(np.diff(order) != 1) + 1
    moved = ["".join(track[place] for place in part) for part in np.split(order, cuts)]
    known = stretches(track)
    # Two stretches that follow each other as they did before, at i and i + 1, make one part here.
    again = Counter(piece for part in moved for piece in ("".join(group) for _, group in groupby(part)))
    assert again == known


def test_stretches_come_in_every_order():
    found = Counter(in_order("0011?", run_order("0011?", np.random.default_rng(seed))) for seed in range(600))
    assert set(found) == {"0011?", "00?11", "1100?", "11?00", "?0011", "?1100"}
    assert chisquare(list(found.values())).pvalue > 1e-4


@given(st.integers(1, 60), SEEDS)
def test_a_chain_is_shifted_in_a_circle_by_enough_either_way(length, seed):
    order = shifted_order(length, np.random.default_rng(seed))
    offset = int(np.flatnonzero(order == 0)[0])
    assert order.tolist() == [(place - offset) % length for place in range(length)]
    least = min(offset, length - offset)
    assert least >= (LEAST_SHIFT if length >= 2 * LEAST_SHIFT else min(1, length - 1))


def test_every_shift_that_is_far_enough_comes():
    found = {int(np.flatnonzero(shifted_order(15, np.random.default_rng(seed)) == 0)[0]) for seed in range(200)}
    assert found == {6, 7, 8, 9}
    assert shifted_order(1, np.random.default_rng(0)).tolist() == [0]
    assert shifted_order(2, np.random.default_rng(0)).tolist() == [1, 0]
