"""Sites taken together, and their sums, against loops over single sites."""

import numpy as np
import pytest

from protlens.runs.sites import Sites
from protlens.stats.merged_sites import MergedSites, summed_at

SIZE = 5
"""Classes of two factors: three of the first, two of the second."""


def made(*, sites=60, kinds=3, offered=False, seed=0):
    """Return sites of four proteins, one of which has none, and the number of the class of each for each factor."""
    rng = np.random.default_rng(seed)
    protein = np.sort(rng.choice([0, 1, 3], sites))
    trials = rng.integers(1, 4, sites)
    weights = rng.uniform(0.5, 2, sites) if offered else None
    classes = np.stack([rng.integers(0, kinds, sites), 3 + rng.integers(0, 2, sites)])
    return Sites(protein, np.arange(sites), trials, rng.binomial(trials, 0.4), {}, weights), classes


@pytest.mark.parametrize("offered", [False, True])
def test_a_row_is_the_sites_of_one_protein_and_one_class_of_each_factor(offered):
    sites, classes = made(offered=offered)
    merged = MergedSites.merge(sites, classes, SIZE)
    keys = list(zip(sites.protein, *classes, strict=True))
    rows = list(zip(merged.protein, *merged.classes, strict=True))
    assert rows == sorted(set(keys))
    assert len(rows) < len(keys)
    assert [rows[row] for row in merged.of] == keys
    assert [keys[site] for site in merged.first] == rows
    weights = sites.weights
    for row, key in enumerate(rows):
        mine = [site for site, other in enumerate(keys) if other == key]
        assert merged.trials[row] == pytest.approx(sum(sites.trials[site] * weights[site] for site in mine))
        assert merged.positive(sites)[row] == pytest.approx(sum(sites.positive[site] * weights[site] for site in mine))
        assert merged.trials_squared[row] == pytest.approx(
            sum(sites.trials[site] * weights[site] ** 2 for site in mine)
        )


def test_sites_of_which_few_can_be_alike_stay_apart():
    """Two proteins, ten and two classes: forty places for three sites, two of which are even alike."""
    protein, ones = np.array([0, 0, 1]), np.ones(3, np.int64)
    merged = MergedSites.merge(Sites(protein, np.arange(3), ones, ones, {}), np.array([[0, 0, 9], [10, 10, 11]]), 12)
    assert merged.of.tolist() == merged.first.tolist() == [0, 1, 2]
    assert merged.trials.tolist() == [1, 1, 1]


def test_without_factors_the_sites_of_a_protein_are_one():
    sites, classes = made()
    merged = MergedSites.merge(sites, classes[:0], 0)
    assert merged.protein.tolist() == [0, 1, 3]
    assert merged.trials.sum() == sites.trials.sum()


def test_sums_are_those_of_loops():
    sites, classes = made(seed=4)
    merged = MergedSites.merge(sites, classes, SIZE)
    values = np.random.default_rng(1).normal(size=len(merged.protein))
    by_class, by_protein = np.zeros(SIZE), np.zeros((4, 1))
    crossed, pairs = np.zeros((4, SIZE)), np.zeros((SIZE, SIZE))
    for row, value in enumerate(values):
        by_protein[merged.protein[row]] += value
        for one in merged.classes[:, row]:
            by_class[one] += value
            crossed[merged.protein[row], one] += value
            for other in merged.classes[:, row]:
                pairs[one, other] += value
    np.testing.assert_allclose(merged.by_class(values), by_class, rtol=1e-12)
    np.testing.assert_allclose(merged.by_protein(values), by_protein, rtol=1e-12)
    np.testing.assert_allclose(merged.by_protein_and_class(values), crossed, rtol=1e-12)
    np.testing.assert_allclose(merged.by_two_classes(values, merged.by_class(values)), pairs, rtol=1e-12)


def test_no_sites_are_no_rows():
    none = np.zeros(0, np.int64)
    merged = MergedSites.merge(Sites(none, none, none, none, {}), np.zeros((2, 0), np.int64), SIZE)
    assert merged.of.size == merged.protein.size == 0
    assert merged.by_two_classes(np.zeros(0), np.zeros(SIZE)).shape == (SIZE, SIZE)


def test_places_without_values_are_zero():
    assert summed_at(np.array([[0, 2], [2, 3]]), np.array([1.0, 2.0]), 5).tolist() == [1, 0, 3, 2, 0]
