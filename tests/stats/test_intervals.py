import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from protlens.stats.intervals import score_interval, small_sample_level, wald_interval, wilson_interval

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


@given(shares)
def test_score_interval_of_whole_arcs_is_wilsons(share):
    hits, arcs = share
    ends = score_interval(np.array([hits / arcs]), np.array([float(arcs)]), quantile=stats.norm.isf(np.array([0.025])))
    expected = wilson_interval(np.array([hits]), np.array([arcs]))
    np.testing.assert_allclose(np.ravel(ends), np.ravel(expected), rtol=1e-9, atol=1e-12)


def test_score_interval_narrows_with_what_arcs_are_worth_and_is_nothing_without():
    worth = np.array([2.5, 10.0, 400.0, 0.0, np.nan])
    low, high = score_interval(np.full(5, 0.3), worth, quantile=np.full(5, 1.96))
    assert (np.diff((high - low)[:3]) < 0).all()
    assert np.isnan(low[3:]).all()
