import numpy as np
import polars as pl
import pytest

from protlens.contacts.precision_summary import reliability_table, summarise_precision


def made_up(values):
    return pl.DataFrame(
        [
            {"protein": f"p{number}", "method": method, "range": "long", "k": "L", "precision": value}
            for method, column in values.items()
            for number, value in enumerate(column)
        ],
        schema_overrides={"precision": pl.Float64},
    )


def test_means_and_differences_are_paired():
    rng = np.random.default_rng(0)
    base = rng.random(200)
    table = made_up({"a": base.tolist(), "b": (base + 0.1).tolist()})
    summary = summarise_precision(table, reference="a", seed=0)
    a, b = summary.to_dicts()
    assert (a["method"], b["method"], b["proteins"]) == ("a", "b", 200)
    assert a["precision"] == pytest.approx(base.mean())
    error = base.std(ddof=1) / np.sqrt(200)
    assert a["ci_low"] == pytest.approx(base.mean() - 1.97 * error, abs=0.3 * error)
    assert a["ci_high"] == pytest.approx(base.mean() + 1.97 * error, abs=0.3 * error)
    assert [b[name] for name in ("difference", "difference_low", "difference_high")] == pytest.approx([0.1] * 3)
    assert a["difference"] == 0


def test_a_protein_without_pairs_in_the_range_does_not_count():
    summary = summarise_precision(made_up({"a": [0.5, None, 0.1], "b": [0.5, None, 0.3]}), reference="a", seed=0)
    assert summary["proteins"].to_list() == [2, 2]
    assert summary["precision"].to_list() == pytest.approx([0.3, 0.4])


def test_one_protein_has_a_mean_and_no_interval_and_none_has_nothing():
    one = summarise_precision(made_up({"a": [0.5], "b": [0.25]}), reference="a", seed=0)
    assert one.row(1, named=True) | {"precision": 0.25, "ci_low": None, "ci_high": None} == one.row(1, named=True)
    none = summarise_precision(made_up({"a": [None], "b": [None]}), reference="a", seed=0)
    assert none["proteins"].to_list() == [0, 0]
    assert none["precision"].to_list() == [None, None]


def test_the_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        table = made_up({"a": rng.beta(2, 8, size=12).tolist()})
        row = summarise_precision(table, reference="a", seed=0).row(0, named=True)
        covered += row["ci_low"] <= 0.2 <= row["ci_high"]
    assert 0.89 <= covered / 200 <= 0.99


def test_reliability_counts_each_pair_once():
    probabilities = np.array([0.0, 0.005, 0.01, 0.0999, 0.1, 0.95, 1.0])
    contacts = np.array([False, True, False, True, False, True, True])
    table = reliability_table(probabilities, contacts)
    rows = {row["bin_low"]: row for row in table.iter_rows(named=True)}
    assert (rows[0.0]["pairs"], rows[0.0]["contacts"]) == (2, 1)
    assert (rows[0.01]["pairs"], rows[0.05]["pairs"], rows[0.1]["pairs"]) == (1, 1, 1)
    assert (rows[0.9]["pairs"], rows[0.9]["contacts"], rows[0.9]["predicted"]) == (2, 2, 1.95)
    assert table["pairs"].sum() == 7
