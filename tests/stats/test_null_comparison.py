"""Heads beside their nulls, against loops over single heads and null runs."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.stats.head_statistics import HEAD_TABLE_SCHEMA
from protlens.stats.null_comparison import (
    AMINO_ACID_NULL_SCHEMA,
    NULL_TABLE_SCHEMA,
    amino_acid_null_table,
    empirical_p,
    null_summary,
    null_table,
)

VERDICTS = ("beyond_control", "beyond_background", "neither", "unsupported")


def made(seed, *, properties=("a", "b"), heads=5, controls=("a",)):
    """Return a table of heads with random numbers, of which some are unsupported."""
    rng = np.random.default_rng(seed)
    rows = []
    for name in properties:
        for head in range(heads):
            verdict = str(rng.choice(VERDICTS))
            if name not in controls and verdict == "beyond_control":
                verdict = "beyond_background"
            alignment = round(float(rng.random()), 1)
            row = dict.fromkeys(HEAD_TABLE_SCHEMA)
            row |= {"property": name, "level": "residue", "layer": 0, "head": head, "label": f"1-{head + 1}"}
            row |= {"alignment": alignment, "background": 0.5, "lift": alignment / 0.5, "ci_low": alignment / 2}
            row |= {"share": round(float(rng.random()), 3)}
            row |= {"supported": verdict != "unsupported", "verdict": verdict, "mode": "matched"}
            row |= {"control": 0.4, "control_lift_low": float(rng.random())} if name in controls else {}
            rows.append(row)
    return pl.DataFrame(rows, schema=HEAD_TABLE_SCHEMA)


def looped(row, nulls, number):
    """Return the p beside the best of each null run, and beside all null heads."""
    if not row["supported"]:
        return None, None
    values = [
        [one[number] for one in table.iter_rows(named=True) if one["property"] == row["property"] and one["supported"]]
        for table in nulls.values()
    ]
    best = [max(of_run) for of_run in values if of_run]
    pooled = [value for of_run in values for value in of_run]
    if not pooled:
        return None, None
    return tuple((1 + sum(value >= row[number] for value in some)) / (1 + len(some)) for some in (best, pooled))


@pytest.mark.parametrize("repeats", [1, 2, 7])
def test_the_table_is_that_of_plain_loops(repeats):
    heads, nulls = made(0), {seed + 10: made(seed + 1) for seed in range(repeats)}
    table = null_table("rows", heads, nulls)
    assert table.schema == NULL_TABLE_SCHEMA
    assert table.select("property", "layer", "head").equals(heads.select("property", "layer", "head"))
    for row in table.iter_rows(named=True):
        assert (row["p_best"], row["p_pooled"]) == looped(row, nulls, "alignment")
        assert (row["p_best_lift"], row["p_pooled_lift"]) == looped(row, nulls, "lift")
        mine = [
            (seed, one)
            for seed, table_ in nulls.items()
            for one in table_.iter_rows(named=True)
            if one["property"] == row["property"] and one["supported"]
        ]
        seeds = {seed for seed, _ in mine}
        assert (row["kind"], row["repeats"], row["repeats_supported"]) == ("rows", repeats, len(seeds))
        assert row["null_heads"] == len(mine)
        called = "beyond_control" if row["property"] == "a" else "beyond_background"
        found = [seed for seed, one in mine if one["verdict"] == called]
        assert (row["null_findings"], row["repeats_with_findings"]) == (len(found), len(set(found)))
        if mine:
            assert row["null_best"] == max(one["alignment"] for _, one in mine)
            assert row["null_best_lift"] == max(one["lift"] for _, one in mine)
            reaching = {(seed, one["label"]) for seed, one in mine if one["alignment"] == row["null_best"]}
            assert (row["null_best_seed"], row["null_best_label"]) in reaching


def test_where_no_null_head_has_support_there_is_no_p():
    heads = made(0)
    bare = made(1).with_columns(supported=pl.lit(value=False), verdict=pl.lit("unsupported"))
    table = null_table("weights", heads, {0: bare})
    assert table["p_best"].null_count() == table["p_pooled"].null_count() == len(heads)
    assert table["null_best"].null_count() == len(heads)
    assert table.select("repeats", "repeats_supported", "null_heads", "null_findings").unique().rows() == [(1, 0, 0, 0)]
    both = null_table("weights", heads, {0: bare, 1: made(2)})
    assert both.filter("supported")["p_best"].null_count() == 0
    assert both["repeats_supported"].unique().to_list() == [1]
    assert both.filter("supported")["p_best"].min() >= 0.5  # a run that cannot reach anything does not count


def test_properties_that_the_nulls_lack_are_left_out():
    table = null_table("labels", made(0), {0: made(1, properties=("b",))})
    assert table["property"].unique().to_list() == ["b"]


def test_the_summary_has_the_head_that_is_named_first():
    heads = made(3)
    table = pl.concat([null_table(kind, heads, {0: made(4)}) for kind in ("rows", "labels")])
    summary = null_summary(table, heads)
    assert summary.select("kind", "property").rows() == [(k, p) for k in ("rows", "labels") for p in ("a", "b")]
    ranks = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
    for name in ("a", "b"):
        best = min(
            heads.filter("supported", property=name).iter_rows(named=True),
            key=lambda row: (ranks[row["verdict"]], -(row["control_lift_low"] or row["ci_low"] / 0.5)),
        )
        assert summary.filter(property=name)["label"].unique().to_list() == [best["label"]]


def highest(tables, name):
    """Return the row of the highest supported head of some tables, the first of those that reach as much."""
    best = None
    for seed, table in tables.items():
        for row in table.iter_rows(named=True):
            if row["property"] == name and row["supported"] and (best is None or row["alignment"] > best["alignment"]):
                best = row | {"seed": seed}
    return best


def test_the_table_of_amino_acids_is_that_of_plain_loops():
    names = ("amino_acid:W", "contact", "amino_acid:A")
    ties = 0
    for draw in range(20):
        heads = made(draw, properties=names, heads=4, controls=())
        nulls = {seed: made(1000 * draw + seed, properties=names, heads=4, controls=()) for seed in (100, 101)}
        beside = null_table("rows", heads, nulls)
        table = amino_acid_null_table(beside, heads, nulls)
        assert table.schema == AMINO_ACID_NULL_SCHEMA
        assert table.select("kind", "property").rows() == [("rows", "amino_acid:W"), ("rows", "amino_acid:A")]
        for row in table.iter_rows(named=True):
            mine, theirs = (highest(tables, row["property"]) or {} for tables in ({None: heads}, nulls))
            for column in ("label", "alignment", "background", "share"):
                assert (row[column], row[f"null_{column}"]) == (mine.get(column), theirs.get(column))
            assert row["null_seed"] == theirs.get("seed")
            found = beside.filter(property=row["property"], label=mine.get("label", ""))
            assert row["p_best"] == (found["p_best"].item() if mine else None)
            assert row["repeats"] == 2
            ties += (
                bool(mine) and heads.filter("supported", **{c: mine[c] for c in ("property", "alignment")}).height > 1
            )
    assert ties


def test_amino_acids_without_support_keep_their_row():
    heads = made(1, properties=("amino_acid:A",), controls=())
    bare = heads.with_columns(supported=pl.lit(value=False), verdict=pl.lit("unsupported"))
    for own, null in ((heads, bare), (bare, heads)):
        [row] = amino_acid_null_table(null_table("rows", own, {3: null}), own, {3: null}).iter_rows(named=True)
        assert (row["label"] is None, row["null_label"] is None) == (own is bare, null is bare)
        assert row["p_best"] is None
        assert row["null_seed"] == (None if null is bare else 3)


@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.2, 1.0]), max_size=9), st.sampled_from([0.0, 0.1, 0.15, 1.0, float("nan")])
)
def test_the_empirical_p_counts_ties_as_high(nulls, value):
    [found] = empirical_p(np.array([value]), np.array(nulls, np.float64))
    if not nulls or np.isnan(value):
        assert np.isnan(found)
    else:
        assert found == (1 + sum(one >= value for one in nulls)) / (1 + len(nulls))


def test_the_p_beside_the_best_is_uniform_where_the_run_is_a_null_itself():
    """Over many made-up runs that are nulls themselves, the best head has p <= x in a share x of them."""
    rng = np.random.default_rng(5)
    draws, repeats = 2000, 4
    best = rng.random((draws, repeats + 1, 30)).max(axis=2)
    p = np.array([empirical_p(row[:1], row[1:])[0] for row in best])
    for level in (0.2, 0.4, 0.6, 0.8, 1.0):
        assert abs((p <= level + 1e-9).mean() - level) < 4 * np.sqrt(level * (1 - level) / draws) + 1e-9
