import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from protlens.stats.intervals import protein_interval, small_sample_level, wald_interval, wilson_interval

shares = st.integers(1, 400).flatmap(lambda arcs: st.tuples(st.integers(0, arcs), st.just(arcs)))


@given(shares, st.integers(1, 480))
def test_wald_is_the_textbook_formula_within_0_and_1(share, tests):
    hits, arcs = share
    rate = hits / arcs
    half = stats.norm.isf(0.05 / tests / 2) * (rate * (1 - rate) / arcs) ** 0.5
    low, high = wald_interval(np.array([hits]), np.array([arcs]), tests=tests)
    np.testing.assert_allclose([low[0], high[0]], [max(rate - half, 0), min(rate + half, 1)], rtol=1e-9, atol=1e-12)


@given(shares)
def test_wilson_is_that_of_scipy(share):
    hits, arcs = share
    expected = stats.binomtest(hits, arcs).proportion_ci(method="wilson")
    low, high = wilson_interval(np.array([hits]), np.array([arcs]))
    np.testing.assert_allclose([low[0], high[0]], [expected.low, expected.high], rtol=1e-9, atol=1e-12)


def test_no_arcs_is_no_interval():
    for low, high in (
        wald_interval(np.array([0]), np.array([0]), tests=0),
        wilson_interval(np.array([0]), np.array([0])),
    ):
        assert np.isnan(low).all()
        assert np.isnan(high).all()


def test_level_is_hesterbergs_and_tends_to_five_percent():
    expected = 2 * stats.norm.cdf(-((10 / 9) ** 0.5) * stats.t.ppf(0.975, 9))
    np.testing.assert_allclose(small_sample_level(np.array([10.0, 1e7])), [expected, 0.05], rtol=1e-5)
    assert np.isnan(small_sample_level(np.array([1.99, np.nan]))).all()


def interval(hits, arcs, draws, effective):
    low, high = protein_interval(
        np.array([hits]), np.array([arcs]), draws=np.asarray(draws)[:, None], effective=np.array([effective])
    )
    return low[0], high[0]


def test_spread_over_proteins_sets_the_interval_where_it_is_wider():
    draws = np.random.default_rng(0).uniform(0.2, 0.8, size=999)
    level = small_sample_level(np.array([50.0]))[0]
    low, high = interval(5000, 10_000, draws, 50.0)
    np.testing.assert_allclose([low, high], np.quantile(draws, [level / 2, 1 - level / 2]), rtol=1e-12)


@pytest.mark.parametrize(("hits", "value"), [(0, 0.0), (200, 1.0)])
def test_draws_that_do_not_vary_leave_the_interval_of_independent_arcs(hits, value):
    level = small_sample_level(np.array([50.0]))[0]
    low, high = interval(hits, 200, [value] * 30, 50.0)
    np.testing.assert_allclose((low, high), proportion_confint(hits, 200, alpha=level, method="wilson"), atol=1e-12)
    assert high - low > 0.01


def test_fewer_proteins_widen_the_interval_and_under_two_there_is_none():
    draws = np.random.default_rng(0).normal(0.5, 0.05, size=999)
    widths = [np.subtract(*interval(100, 200, draws, effective)[::-1]) for effective in (2.0, 5.0, 20.0, 500.0)]
    assert widths == sorted(widths, reverse=True)
    assert np.isnan(interval(100, 200, draws, 1.99)).all()
