"""The tests of significance against libraries, and against data in which nothing is to be found."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from protlens.runs.counts import PropertyCounts
from protlens.stats.head_statistics import head_table
from protlens.stats.significance import (
    clustered_standard_error,
    corrected,
    normal_p_value,
    student_p_value,
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


def test_standard_error_is_the_spread_of_the_draws_corrected_for_few_proteins():
    draws = np.random.default_rng(0).normal(0.0, 0.2, size=(50, 2))
    draws[:7, 1] = np.nan
    error = clustered_standard_error(
        draws, rate=np.array([0.1, 0.1]), arcs=np.array([10_000, 10_000]), effective=np.array([5.0, 2.0])
    )
    expected = [np.std(draws[:, 0], ddof=1) * (5 / 4) ** 0.5, np.std(draws[7:, 1], ddof=1) * 2**0.5]
    np.testing.assert_allclose(error, expected, rtol=1e-12)


def test_standard_error_is_at_least_that_of_independent_arcs():
    error = clustered_standard_error(
        np.zeros((50, 1)), rate=np.array([0.02]), arcs=np.array([400]), effective=np.array([30.0])
    )
    np.testing.assert_allclose(error, [(0.02 * 0.98 / 400) ** 0.5])


@pytest.mark.parametrize("effective", [1.99, np.nan])
def test_under_two_effective_proteins_there_is_no_standard_error_and_no_p_value(effective):
    effective = np.array([effective])
    assert np.isnan(
        clustered_standard_error(np.zeros((9, 1)), rate=np.array([0.5]), arcs=np.array([200]), effective=effective)
    )
    assert np.isnan(student_p_value(np.array([9.0]), effective=effective))


def test_p_value_is_student_t():
    ours = student_p_value(np.array([-2.5, 2.5, 40.0]), effective=np.array([4.0, 4.7, 5000.0]))
    expected = [2 * stats.t(3.0).sf(2.5), 2 * stats.t(3.7).sf(2.5), 2 * stats.t(4999.0).sf(40.0)]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


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


@dataclass(frozen=True)
class Null:
    """Heads whose arcs fall at random within each protein: nothing is to be found.

    Arcs of a protein and head share one hit rate, drawn around the protein's own background with intraclass
    correlation ``clustering``, as for a head that attends to the same few residues from everywhere.
    """

    kind: str
    carriers: int
    clustering: float
    arcs: float = 10.0
    spread: float = 0.5
    proteins: int = 400
    heads: int = 2000

    def counts(self) -> PropertyCounts:
        generator = np.random.default_rng(7)
        length = generator.integers(40, 401, size=self.proteins)
        rate = {
            "contact": 4 / length,
            "helix": generator.beta(2, 3, size=self.proteins),
            "site": np.full(self.proteins, 0.08),
        }[self.kind]
        pairs = length * (length - 11)
        positive = np.rint(pairs * rate).astype(np.int64)
        arcs = self._arcs(generator, length)
        hits = generator.binomial(arcs, self._hit_rate(generator, (positive / pairs)[:, None]))
        shape = (self.proteins, 1, self.heads)
        arcs, hits = arcs.reshape(shape), hits.reshape(shape)
        return PropertyCounts(self.kind, "pair", arcs, arcs, hits, pairs, positive, pairs, positive)

    def _arcs(self, generator, length):
        size = (self.proteins, self.heads)
        mean = self.arcs * length[:, None] / length.mean()
        many = generator.poisson(generator.gamma(1 / self.spread, mean * self.spread, size=size))
        return many * (generator.random(size).argsort(axis=0) < self.carriers)

    def _hit_rate(self, generator, rate):
        size = (self.proteins, self.heads)
        if self.clustering == 0:
            return np.broadcast_to(rate, size)
        strength = 1 / self.clustering - 1
        return generator.beta(rate * strength, (1 - rate) * strength, size=size)


def false_findings(null: Null) -> dict[str, float]:
    """Return the shares of supported heads that are called different (or more), and how often intervals cover."""
    counts = null.counts()
    heads = head_table([counts], threshold=0.3, mode="matched").filter("supported")
    paper = head_table([counts], threshold=0.3, mode="paper").filter("supported")
    called = pl.col("p_value") < 0.05
    more = pl.col("alignment") > pl.col("background")
    inside = (pl.col("ci_low") <= pl.col("background")) & (pl.col("background") <= pl.col("ci_high"))
    return {
        "matched": heads.select(called.mean()).item(),
        "matched_more": heads.select((called & more).mean()).item(),
        "coverage": heads.select(inside.mean()).item(),
        "matched_001": heads.select((pl.col("p_value") < 0.001).mean()).item(),
        "paper_001": paper.select((pl.col("p_value") < 0.001).mean()).item(),
        "paper": paper.select(called.mean()).item(),
        "supported": heads.height,
    }


INDEPENDENT = Null("site", 400, 0.0)
CLUSTERED = [
    Null("contact", 400, 0.1),
    Null("helix", 400, 0.1),
    Null("site", 400, 0.1),
    Null("contact", 40, 0.1, arcs=20),
    Null("helix", 40, 0.1, arcs=20),
    Null("helix", 40, 0.1, arcs=20, spread=3.0),
    Null("contact", 8, 0.1, arcs=50),
    Null("helix", 8, 0.1, arcs=50),
]


@pytest.mark.parametrize("null", [INDEPENDENT, *CLUSTERED], ids=str)
def test_matched_mode_finds_something_in_nothing_about_as_often_as_it_says(null):
    """2,000 heads: the rate has a standard error of half a point, and 0.11 is the worst case documented."""
    rates = false_findings(null)
    assert rates["supported"] == null.heads
    assert rates["matched"] < (0.075 if null.carriers == null.proteins or null.kind == "helix" else 0.12)
    assert rates["matched_more"] < 0.035
    assert rates["matched_001"] < 0.015
    if null.carriers == null.proteins:
        assert rates["matched"] > 0.03


@pytest.mark.parametrize("null", CLUSTERED, ids=str)
def test_paper_mode_finds_something_in_nothing_far_too_often(null):
    rates = false_findings(null)
    assert rates["paper"] > 0.2
    assert rates["paper_001"] > 0.04


def test_paper_mode_is_right_for_independent_arcs_in_proteins_that_are_alike():
    assert 0.035 < false_findings(INDEPENDENT)["paper"] < 0.065


def test_pooled_background_alone_makes_findings_of_short_proteins():
    """Independent arcs, as many as residues; contacts per pair fall with length, so short proteins hit more."""
    rates = false_findings(Null("contact", 400, 0.0))
    assert rates["paper"] > 0.3
    assert 0.03 < rates["matched"] < 0.06


def test_matched_mode_sees_a_signal():
    """The same heads with half as many hits again as chance gives are found nearly always."""
    counts = Null("site", 400, 0.1).counts()
    generator = np.random.default_rng(0)
    more = counts.hits + generator.binomial(counts.arcs - counts.hits, 0.08 * 0.5)
    lifted = PropertyCounts(
        "site", "pair", counts.arcs, counts.eligible, more, *[counts.pairs, counts.positive_pairs] * 2
    )
    table = head_table([lifted], threshold=0.3, mode="matched")
    assert table["lift"].mean() == pytest.approx(1.46, abs=0.03)
    assert table.select((pl.col("p_value") < 0.05).mean()).item() > 0.95


@pytest.mark.parametrize(("carriers", "arcs"), [(400, 10.0), (40, 20.0), (8, 50.0)])
def test_interval_covers_the_rate_that_made_the_hits(carriers, arcs):
    """Every protein has the rate 0.08, so the background of each head is that rate."""
    coverage = false_findings(Null("site", carriers, 0.1, arcs=arcs))["coverage"]
    assert 0.9 < coverage <= 1.0
