import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from protlens.stats import bootstrap
from protlens.stats.bootstrap import draw_counts, quantiles, resample_sums, resample_weights


def all_weights(proteins, *, resamples, seed):
    return np.concatenate(list(resample_weights(proteins, resamples=resamples, seed=seed)))


def test_a_protein_is_drawn_as_often_as_poissons_law_says():
    weights = all_weights(50, resamples=4000, seed=3)
    assert weights.shape == (4000, 50)
    seen = np.bincount(weights.astype(int).ravel(), minlength=6)
    expected = stats.poisson.pmf(np.arange(6), 1) * weights.size
    expected[5] = stats.poisson.sf(4, 1) * weights.size
    assert stats.chisquare([*seen[:5], seen[5:].sum()], expected).pvalue > 0.001
    assert abs(np.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 4 / 4000**0.5


def test_draws_follow_the_seed_and_not_the_blocks(monkeypatch):
    whole = all_weights(13, resamples=50, seed=3)
    monkeypatch.setattr(bootstrap, "_BLOCK", 13 * 7)
    assert len(list(resample_weights(13, resamples=50, seed=3))) == 8
    assert (all_weights(13, resamples=50, seed=3) == whole).all()
    assert (all_weights(13, resamples=50, seed=4) != whole).any()


def test_draws_of_a_protein_are_those_of_its_place_whatever_stands_beside_it():
    whole = draw_counts(11, resamples=30, seed=5)
    for first in range(11):
        assert (draw_counts(1, resamples=30, seed=5, first=first) == whole[first]).all()


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32 - 1), st.data())
def test_sums_are_those_of_a_loop_over_the_drawn_proteins_in_any_parts(proteins, heads, seed, data):
    values = np.random.default_rng(seed).integers(0, 1000, size=(2, proteins, heads)).astype(np.float64)
    sums = resample_sums(list(values), resamples=5, seed=seed)
    drawn = draw_counts(proteins, resamples=5, seed=seed)
    for value in range(2):
        for resample in range(5):
            for head in range(heads):
                times = zip(values[value, :, head], drawn[:, resample], strict=True)
                assert sums[value, resample, head] == sum(int(one) * int(often) for one, often in times)
    cut = data.draw(st.integers(0, proteins))
    start, end = (
        resample_sums([rows[part] for rows in values], resamples=5, seed=seed, first=part.start or 0)
        for part in (slice(None, cut), slice(cut, None))
    )
    assert (start + end == sums).all()


def test_large_counts_stay_exact():
    big = np.array([[2.0**40 + 1], [2.0**40 + 3]])
    drawn = draw_counts(2, resamples=20, seed=1).T.tolist()
    expected = [one * (2**40 + 1) + other * (2**40 + 3) for one, other in drawn]
    assert resample_sums([big], resamples=20, seed=1)[0, :, 0].astype(np.int64).tolist() == expected


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.integers(0, 5), st.floats(0, 1))
def test_quantile_is_that_of_numpy_without_undefined_draws(draws, undefined, level):
    column = np.array(draws + [np.nan] * undefined)
    both = np.stack([column[::-1], np.zeros(len(column))], axis=1)
    np.testing.assert_allclose(quantiles(both, np.array([level, 0.5])), [np.quantile(draws, level), 0.0], atol=1e-12)


@pytest.mark.parametrize(("draw", "level"), [(np.nan, 0.5), (1.0, np.nan)])
def test_nothing_drawn_or_asked_is_nan(draw, level):
    assert np.isnan(quantiles(np.array([[draw]]), np.array([level]))).all()
