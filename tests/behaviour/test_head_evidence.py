"""From shares of proteins to names: intervals, thresholds and order."""

import numpy as np
import polars as pl
import pytest

from protlens.behaviour.behaviour_shares import BehaviourShares
from protlens.behaviour.behaviours import BEHAVIOURS, FEWEST_PROTEINS, FLOOR, LEAST_BETWEEN
from protlens.behaviour.head_evidence import SCHEMA, evidence_of, joined, ranked


def shares_of(values, baseline=0.01, variants=(None,)):
    """Return the shares of one head, one value a protein."""
    share = np.asarray(values, float).reshape(len(values), 1, 1, -1)
    return BehaviourShares(share, np.full_like(share, baseline), variants)


def row(values, name="self", baseline=0.01, special=0.1):
    shares = {name: shares_of(values, baseline), "special": shares_of([special] * len(values), 0.02)}
    return evidence_of(shares, seed=0).filter(behaviour=name).row(0, named=True)


def test_numbers_are_means_over_proteins_that_vote():
    found = row([0.4, 0.6, np.nan, 0.5] * 5)
    assert found["share"] == pytest.approx(0.5)
    assert found["proteins"] == 15
    assert found["lift"] == pytest.approx(50)
    assert found["explains"] == pytest.approx(0.9 * 0.49)
    assert found["named"]


def test_the_interval_is_that_of_resampled_proteins():
    values = np.random.default_rng(1).random(30)
    found = row(values)
    draws = np.random.default_rng(2).choice(values, (4000, 30)).mean(1)
    np.testing.assert_allclose([found["ci_low"], found["ci_high"]], np.percentile(draws, [2.5, 97.5]), atol=0.01)
    assert found["lift_low"] == pytest.approx(found["ci_low"] / 0.01)


def test_a_few_odd_proteins_name_no_head():
    odd = row([1.0] * 5 + [0.01] * 15)
    assert odd["share"] > FLOOR
    assert not odd["named"]
    assert row([0.26] * 20)["named"]


@pytest.mark.parametrize(
    ("values", "options", "named"),
    [
        ([0.3] * FEWEST_PROTEINS, {}, True),
        ([0.3] * (FEWEST_PROTEINS - 1), {}, False),
        ([FLOOR - 0.001] * 20, {}, False),
        ([0.3] * 20, {"baseline": 0.3 / BEHAVIOURS["self"].lift + 0.001}, False),
        ([0.3] * 20, {"special": 1 - LEAST_BETWEEN - 0.01}, True),
        ([0.3] * 20, {"special": 1 - LEAST_BETWEEN + 0.01}, False),
        ([np.nan] * 20, {}, False),
    ],
)
def test_each_threshold_decides(values, options, named):
    assert row(values, **options)["named"] is named


def test_of_variants_the_one_is_taken_that_explains_most():
    both = shares_of(np.tile([0.3, 0.5], (10, 1)), variants=("i-1", "i+1"))
    found = evidence_of({"offset": both, "special": shares_of([0.0] * 10)}, seed=0).row(0, named=True)
    assert (found["which"], found["share"]) == ("i+1", 0.5)


def test_named_behaviours_are_ranked_by_what_they_explain_then_repeats_then_sinks():
    shares = {
        "special": shares_of([0.85] * 10),
        "repeat": shares_of([0.9] * 10),
        "self": shares_of([0.3] * 10),
        "beginning": shares_of([0.4] * 10),
        "end": shares_of([0.1] * 10),
    }
    table = ranked(evidence_of(shares, seed=0))
    assert list(table.columns) == list(SCHEMA)
    assert table.filter("named")["behaviour"].to_list() == ["beginning", "self", "repeat", "special"]
    assert table.filter("named")["rank"].to_list() == [1, 2, 3, 4]
    assert table.filter(behaviour="end")["rank"].to_list() == [None]


def test_contacts_are_named_by_arcs_and_ranked_by_attention():
    measured = evidence_of({"contact": shares_of([0.6] * 10), "special": shares_of([0.0] * 10)}, seed=0)
    arcs = measured.filter(behaviour="contact").with_columns(
        arcs=pl.lit(500, pl.Int64), share=pl.lit(0.25), explains=pl.lit(0.001), named=pl.lit(value=False)
    )
    found = joined(measured, arcs).filter(behaviour="contact")
    assert found.select("share", "arcs", "named").rows() == [(0.25, 500, False)]
    assert found["explains"].item() == pytest.approx(0.59)
    alone = joined(measured, arcs.clear())
    assert alone["behaviour"].to_list() == ["special"]
