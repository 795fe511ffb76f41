import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from protlens.stats import bootstrap
from protlens.stats.bootstrap import quantiles, resample_sums, resample_weights


def all_weights(proteins, *, resamples, seed):
    return np.concatenate(list(resample_weights(proteins, resamples=resamples, seed=seed)))


def test_each_resample_draws_as_many_proteins_as_there_are():
    weights = all_weights(13, resamples=50, seed=3)
    assert weights.shape == (50, 13)
    assert (weights.sum(axis=1) == 13).all()


def test_draws_follow_the_seed_and_not_the_blocks(monkeypatch):
    whole = all_weights(13, resamples=50, seed=3)
    monkeypatch.setattr(bootstrap, "_BLOCK", 13 * 7)
    assert len(list(resample_weights(13, resamples=50, seed=3))) == 8
    assert (all_weights(13, resamples=50, seed=3) == whole).all()
    assert (all_weights(13, resamples=50, seed=4) != whole).any()


def test_every_protein_is_as_likely_as_any_other():
    totals = all_weights(20, resamples=5000, seed=0).sum(axis=0)
    assert stats.chisquare(totals).pvalue > 0.001


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_sums_are_those_of_a_loop_over_the_drawn_proteins(proteins, heads, seed):
    values = np.random.default_rng(seed).integers(0, 1000, size=(2, proteins, heads)).astype(np.float64)
    sums = resample_sums(list(values), resamples=5, seed=seed)
    drawn = np.random.default_rng(seed).integers(proteins, size=(5, proteins))
    for value in range(2):
        for resample in range(5):
            for head in range(heads):
                expected = sum(int(values[value, protein, head]) for protein in drawn[resample])
                assert sums[value, resample, head] == expected


def test_large_counts_stay_exact():
    big = np.array([[2.0**40 + 1], [2.0**40 + 3]])
    drawn = np.random.default_rng(1).integers(2, size=(20, 2))
    expected = [sum(2**40 + (1, 3)[protein] for protein in row) for row in drawn.tolist()]
    assert resample_sums([big], resamples=20, seed=1)[0, :, 0].astype(np.int64).tolist() == expected


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.integers(0, 5), st.floats(0, 1))
def test_quantile_is_that_of_numpy_without_undefined_draws(draws, undefined, level):
    column = np.array(draws + [np.nan] * undefined)
    both = np.stack([column[::-1], np.zeros(len(column))], axis=1)
    np.testing.assert_allclose(quantiles(both, np.array([level, 0.5])), [np.quantile(draws, level), 0.0], atol=1e-12)


@pytest.mark.parametrize(("draw", "level"), [(np.nan, 0.5), (1.0, np.nan)])
def test_nothing_drawn_or_asked_is_nan(draw, level):
    assert np.isnan(quantiles(np.array([[draw]]), np.array([level]))).all()
