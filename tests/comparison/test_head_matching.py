from itertools import permutations

import numpy as np
import polars as pl
import pytest

from protlens.comparison.head_matching import (
    GENERAL,
    HeadProfiles,
    head_profiles,
    match_heads,
    match_tables,
    profile_distances,
)
from protlens.stats.run_tables import RunTables


def profiles(heads, features=5, *, seed=0, missing=0.0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(heads, features)) * rng.uniform(0.5, 20, features)
    values[rng.random(values.shape) < missing] = np.nan
    return HeadProfiles(tuple(f"1-{n + 1}" for n in range(heads)), values)


def slow_distance(one, other, i, j):
    """The distance of two heads, feature by feature."""
    squares = []
    for feature in range(one.shape[1]):
        known = [value for value in [*one[:, feature], *other[:, feature]] if not np.isnan(value)]
        spread = np.std(known) if known else 0.0
        a, b = one[i, feature], other[j, feature]
        if spread > 0 and not np.isnan(a) and not np.isnan(b):
            squares.append(((a - b) / spread) ** 2)
    return np.sqrt(np.mean(squares))


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_distances_are_those_of_the_formula(missing):
    one, other = profiles(6, missing=missing).features, profiles(4, seed=1, missing=missing).features
    found = profile_distances(one, other)
    slow = [[slow_distance(one, other, i, j) for j in range(4)] for i in range(6)]
    np.testing.assert_allclose(found, slow, rtol=1e-12)


def test_a_feature_that_does_not_vary_is_left_out():
    one, other = profiles(3).features, profiles(3, seed=1).features
    with_constant = [np.column_stack([values, np.full(3, 7.0)]) for values in (one, other)]
    np.testing.assert_array_equal(profile_distances(*with_constant), profile_distances(one, other))


def test_heads_without_a_common_feature_are_as_far_apart_as_any():
    one, other = np.array([[1.0, np.nan], [0.0, 0.0]]), np.array([[np.nan, 2.0], [3.0, 3.0]])
    found = profile_distances(one, other)
    assert np.isfinite(found).all()
    assert found[0, 0] == found.max()


@pytest.mark.parametrize(("heads", "others"), [(5, 5), (4, 6), (6, 3), (1, 4)])
def test_the_pairing_is_the_best_of_all(heads, others):
    one, other = profiles(heads, seed=heads), profiles(others, seed=10 + others)
    found = match_heads(one, other, shuffles=1, seed=0)
    distances = found.distances if heads <= others else found.distances.T
    best = min(
        sum(distances[row, column] for row, column in enumerate(order))
        for order in permutations(range(max(heads, others)), min(heads, others))
    )
    assert found.paired.sum() == pytest.approx(best, rel=1e-12)
    assert len(set(found.one)) == len(set(found.other)) == len(found.one) == min(heads, others)


def test_the_same_heads_in_another_order_are_found_exactly():
    one, order = profiles(40, missing=0.1), np.random.default_rng(3).permutation(40)
    found = match_heads(one, HeadProfiles(one.labels, one.features[order]), shuffles=5, seed=0)
    assert order[found.other].tolist() == found.one.tolist()
    assert (found.paired == 0).all()
    assert found.mutual.all()
    assert 0 < found.shuffled < found.arbitrary


def test_unrelated_heads_are_paired_no_better_than_shuffled_ones():
    found = match_heads(profiles(40, seed=1), profiles(40, seed=2), shuffles=40, seed=0)
    assert found.paired.mean() < 0.8 * found.arbitrary
    assert found.paired.mean() == pytest.approx(found.shuffled, rel=0.1)


def test_an_arbitrary_pairing_has_the_mean_distance():
    found = match_heads(profiles(4), profiles(4, seed=1), shuffles=1, seed=0)
    every = [np.mean([found.distances[i, j] for i, j in enumerate(order)]) for order in permutations(range(4))]
    assert found.arbitrary == pytest.approx(np.mean(every), rel=1e-12)


def test_pairs_are_mutual_where_none_is_closer():
    one = HeadProfiles(("a", "b"), np.array([[0.0], [1.0]]))
    other = HeadProfiles(("c", "d"), np.array([[0.1], [9.0]]))
    found = match_heads(one, other, shuffles=1, seed=0)
    assert found.mutual.tolist() == [
        bool(found.distances[i, j] == min(*found.distances[i], *found.distances[:, j]))
        for i, j in zip(found.one, found.other, strict=True)
    ]
    assert found.mutual.tolist() == [True, False]


def made(*rows):
    """Tables with rows of (label, property, alignment, supported), background 0.1."""
    heads = pl.DataFrame(
        [
            {"layer": 0, "head": int(label[-1]) - 1, "label": label, "property": name}
            | {"alignment": share, "background": 0.1, "supported": supported}
            for label, name, share, supported in rows
        ]
    )
    profile = heads.select("layer", "head", "label").unique().with_columns(pl.lit(0.5).alias(name) for name in GENERAL)
    return RunTables(heads=heads, profile=profile)


def test_a_profile_holds_what_has_support_and_heads_that_have_any():
    tables = made(
        ("1-1", "contact", 0.3, True),
        ("1-2", "contact", 0.4, False),
        ("1-3", "contact", 0.5, False),
        ("1-1", "site", 0.2, False),
        ("1-2", "site", 0.15, True),
        ("1-3", "site", 0.5, False),
    )
    found = head_profiles(tables, ["contact", "site"])
    assert found.labels == ("1-1", "1-2")
    np.testing.assert_allclose(found.features[:, :2], [[0.2, np.nan], [np.nan, 0.05]], atol=1e-12)
    assert (found.features[:, 2:] == 0.5).all()


def test_runs_without_any_profile_have_no_pairs():
    tables = made(("1-1", "contact", 0.3, False))
    matching, matches = match_tables(("a", "b"), (tables, tables), ["contact"], shuffles=3, seed=0)
    assert matching.row(0) == ("a", "b", 0, 0, 0, None, None, None, 0)
    assert matches.is_empty()
