"""The published test and the corrections against libraries; ``test_calibration_of_tests.py`` has the matched mode."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from protlens.stats.significance import (
    corrected,
    normal_p_value,
    two_proportion_z,
)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_z_is_that_of_statsmodels(arcs, sites, data):
    hits = data.draw(st.integers(0, arcs))
    positive = data.draw(st.integers(0, sites))
    ours = two_proportion_z(np.array([hits]), np.array([arcs]), positive=positive, sites=sites)
    if hits + positive in (0, arcs + sites):
        assert np.isnan(ours[0])
        return
    z, p_value = proportions_ztest([hits, positive], [arcs, sites])
    np.testing.assert_allclose(ours[0], z, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(normal_p_value(ours)[0], p_value, rtol=1e-9)


def test_z_is_undefined_without_arcs_or_sites():
    assert np.isnan(two_proportion_z(np.array([0]), np.array([0]), positive=3, sites=10)).all()
    assert np.isnan(two_proportion_z(np.array([5]), np.array([10]), positive=0, sites=0)).all()


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=30))
def test_correction_is_within_the_heads_tested(p_values):
    given_p = np.array([np.nan if value is None else value for value in p_values])
    tested = np.isfinite(given_p)
    bonferroni, fdr = corrected(given_p, tested=tested)
    assert np.isnan(bonferroni[~tested]).all()
    assert np.isnan(fdr[~tested]).all()
    if tested.any():
        np.testing.assert_allclose(bonferroni[tested], np.minimum(given_p[tested] * tested.sum(), 1))
        np.testing.assert_allclose(fdr[tested], stats.false_discovery_control(given_p[tested]), rtol=1e-9, atol=1e-300)
        assert multipletests(given_p[tested], method="fdr_bh")[1].tolist() == fdr[tested].tolist()
