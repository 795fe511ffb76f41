from fractions import Fraction
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from protlens.pairs.precision import contact_precision, expected_hits, pair_precision
from protlens.pairs.residue_pairs import RANGES, SeparationRange


def plain_precision(scores, contacts, known, first, last, k, *, both_directions=False):
    """Write the definition out: go down the list one score at a time, and take the mean of the last group."""
    length = len(scores)
    pairs = [
        (scores[i][j], bool(contacts[i][j]))
        for i in range(length)
        for j in range(length)
        if (i < j or (both_directions and i != j)) and known[i][j] and first <= abs(i - j) <= last
    ]
    count = min(max(1, length // k), len(pairs))
    if not pairs:
        return None, 0
    hits, left = Fraction(0), count
    for value in sorted({score for score, _ in pairs}, reverse=True):
        group = [touching for score, touching in pairs if score == value]
        drawn = min(left, len(group))
        hits += Fraction(drawn * sum(group), len(group))
        left -= drawn
    return float(hits / count), count


def made_up(rng, length, *, levels=None):
    scores = rng.normal(size=(length, length)) if levels is None else rng.integers(levels, size=(length, length)) * 1.0
    contacts = np.triu(rng.random((length, length)) < 0.3)
    resolved = rng.random(length) < 0.85
    known = resolved[:, None] & resolved & (abs(np.subtract.outer(np.arange(length), np.arange(length))) >= 6)
    return scores + scores.T, (contacts | contacts.T) & known, known


@pytest.mark.parametrize("levels", [None, 2, 4])
@pytest.mark.parametrize("length", [1, 6, 7, 13, 40, 61])
@pytest.mark.parametrize("both_directions", [False, True])
def test_agrees_with_the_definition_written_out(length, levels, both_directions):
    scores, contacts, known = made_up(np.random.default_rng(length), length, levels=levels)
    if both_directions:
        scores = scores + np.random.default_rng(1).integers(2, size=scores.shape)
    table = contact_precision(scores, contacts, known, both_directions=both_directions)
    assert len(table) == 15
    bands = {"all": (6, 999), "short": (6, 11), "medium": (12, 23), "medium and long": (12, 999), "long": (24, 999)}
    for row in table.iter_rows(named=True):
        k = {"L": 1, "L/2": 2, "L/5": 5}[row["k"]]
        expected, taken = plain_precision(
            scores, contacts, known, *bands[row["range"]], k, both_directions=both_directions
        )
        assert row["taken"] == taken
        assert row["precision"] == (None if expected is None else pytest.approx(expected, abs=1e-12))


@pytest.mark.parametrize("starts", [(20,), (5, 30)])
@pytest.mark.parametrize("both_directions", [False, True])
def test_pairs_of_two_chains_are_rated_apart(starts, both_directions):
    scores, contacts, _ = made_up(np.random.default_rng(7), 41, levels=9)
    known = np.random.default_rng(8).random((41, 41)) < 0.9
    known &= known.T
    contacts &= known
    chain = np.searchsorted(starts, np.arange(41), side="right")
    within = chain[:, None] == chain
    shortest = min(np.bincount(chain))
    options = {"both_directions": both_directions}
    table = contact_precision(scores, contacts, known, chain_starts=starts, **options)
    plain = contact_precision(scores, contacts, known & within, **options)
    assert table.filter(pl.col("range") != "inter").equals(plain)
    inter = table.filter(range="inter")
    assert inter["k"].to_list() == ["L", "L/2", "L/5"]
    there = known & ~within
    pairs = [(scores[i, j], contacts[i, j]) for i, j in np.argwhere(there) if both_directions or i < j]
    for k, row in zip((1, 2, 5), inter.iter_rows(named=True), strict=True):
        assert row["pairs"] == len(pairs)
        assert row["taken"] == max(1, shortest // k)
        hits = expected_hits(np.array([[s for s, _ in pairs]]), np.array([t for _, t in pairs]), [row["taken"]])
        assert row["precision"] == pytest.approx(hits.item() / row["taken"])


def test_ties_are_the_mean_over_all_orders():
    scores = np.array([3.0, 1.0, 1.0, 1.0, 1.0, 0.0])
    contacts = np.array([False, True, False, False, True, True])
    for count in range(1, 7):
        orders = [sum(contacts[sorted(order, key=lambda i: -scores[i])[:count]]) for order in permutations(range(6))]
        assert expected_hits(scores[None], contacts, [count])[0, 0] == pytest.approx(np.mean(orders))


def test_constant_scores_give_the_share_of_contacts():
    _, contacts, known = made_up(np.random.default_rng(0), 50)
    table = contact_precision(np.zeros((50, 50)), contacts, known)
    for row in table.iter_rows(named=True):
        assert row["precision"] == pytest.approx(row["contacts"] / row["pairs"])


def test_unresolved_residues_count_in_the_length_but_not_as_pairs():
    length = 50
    contacts = np.ones((length, length), bool)
    known = np.zeros_like(contacts)
    known[:30, :30] = True
    table = contact_precision(np.zeros((length, length)), contacts, known, ranges={"long": RANGES["long"]})
    pairs = sum(j - i >= 24 for i in range(30) for j in range(i, 30))
    assert table["pairs"].to_list() == [pairs] * 3
    assert table["taken"].to_list() == [min(pairs, 50), min(pairs, 25), 10]


def test_scores_of_several_heads_are_kept_apart():
    contacts = np.array([True, False, False, True])
    scores = np.array([[1, 0, 0, 1.0], [0, 1, 1, 0]])
    table = pair_precision(scores, contacts, np.full(4, 9), length=2, ranges={"short": SeparationRange(6, 11)})
    assert table.filter(k="L")["precision"].to_list() == [1, 0]
    assert table.filter(k="L")["score"].to_list() == [0, 1]


def test_a_score_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        expected_hits(np.array([[np.nan, 1.0]]), np.array([True, False]), [1])
