"""The table of heads against loops over proteins and heads, with one library call for each number.

The sums have no sites here, as in a run of version 1; ``test_evidence.py`` has those that do.
"""

import math
import weakref
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest
from threadpoolctl import threadpool_info

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.counts import PropertyCounts
from protlens.stats.head_statistics import HEAD_TABLE_SCHEMA, head_table, named_order, top_heads
from protlens.stats.run_tables import tabulate
from protlens.stats.verdict import with_verdict
from toy import toy_dataset, toy_model

COLUMNS = [
    *["property", "level", "layer", "head", "label", "proteins", "arcs", "hits", "alignment", "background", "lift"],
    *["ci_low", "ci_high", "z", "p_value", "p_bonferroni", "q_value", "supported", "threshold", "mode"],
    *["residues", "effective_proteins", "control_name", "control", "control_lift", "control_lift_low"],
    *[
        "control_lift_high",
        "control_q_value",
        "verdict",
        "reason",
        "share",
        "share_low",
        "share_high",
        "share_background",
    ],
]


@st.composite
def property_counts(draw):
    proteins, layers, heads = draw(st.sampled_from([0, 1, 3, 12, 40])), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (proteins, layers, heads)
    density = draw(st.sampled_from([1, 20, 200]))
    pairs = generator.integers(0, 3, proteins) * generator.integers(1, 2000, proteins)
    positive_pairs = generator.binomial(pairs, draw(st.sampled_from([0.0, 0.02, 0.3, 1.0])))
    eligible = generator.integers(0, density + 1, shape) * generator.integers(0, 2, shape)
    eligible = np.where((pairs > 0)[:, None, None], eligible, 0)
    arcs = eligible + generator.integers(0, density + 1, shape) * generator.integers(0, 2, shape)
    hits = generator.binomial(eligible, draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])))
    sites = pairs // 3 + 1
    positive_sites = generator.binomial(sites, draw(st.sampled_from([0.0, 0.1, 1.0])))
    sums = (arcs, eligible, hits, pairs, positive_pairs, sites, positive_sites)
    return partial(PropertyCounts, "contact", "pair", *sums)  # checking types draws numbers, which no strategy may


def row_head(counts, mode):
    """Yield the arcs, hits, pairs and positive pairs of each protein as lists, head after head."""
    counted = counts.arcs if mode == "paper" else counts.eligible
    _, layers, heads = counted.shape
    for layer in range(layers):
        for head in range(heads):
            yield layer, head, counted[:, layer, head].tolist(), counts.hits[:, layer, head].tolist()


def share(top, bottom):
    return top / bottom if bottom else None


def reference_paper(counts):
    positive, sites = int(counts.positive_sites.sum()), int(counts.sites.sum())
    totals = [(layer, head, sum(n), sum(k), sum(x > 0 for x in n)) for layer, head, n, k in row_head(counts, "paper")]
    many = sum(arcs > 100 for _, _, arcs, _, _ in totals)
    for layer, head, arcs, hits, proteins in totals:
        row = {"layer": layer, "head": head, "proteins": proteins, "arcs": arcs, "hits": hits}
        row |= {"alignment": share(hits, arcs), "background": share(positive, sites)}
        if arcs:
            ends = proportion_confint(hits, arcs, alpha=0.05 / max(many, 1), method="normal")
            row |= dict(zip(("ci_low", "ci_high"), np.clip(ends, 0, 1), strict=True))
        if arcs > 100 and sites and 0 < hits + positive < arcs + sites:
            row["z"], row["p_value"] = proportions_ztest([hits, positive], [arcs, sites])
        yield row


def reference_matched(counts):
    rates = [share(positive, pairs) or 0.0 for positive, pairs in zip(counts.positive_pairs, counts.pairs, strict=True)]
    for layer, head, n, k in row_head(counts, "matched"):
        arcs, hits = sum(n), sum(k)
        row = {"layer": layer, "head": head, "proteins": sum(x > 0 for x in n), "arcs": arcs, "hits": hits}
        row |= {"alignment": share(hits, arcs)}
        row["background"] = share(sum(x * rate for x, rate in zip(n, rates, strict=True)), arcs)
        row["effective"] = share(arcs**2, sum(x * x for x in n))
        if row["effective"] and row["effective"] >= 2:
            row |= weighed(row, list(zip(n, k, rates, counts.pairs.tolist(), strict=True)))
        yield row


def weighed(row, proteins):
    """Write out the formulas of ``protlens.stats.evidence`` for arcs that fall on pairs one by one."""
    m, b = row["effective"], row["background"]
    moments = []
    for n, _, rate, pairs in proteins:
        left = min(max((pairs - n) / (pairs - 1), 0), 1) if pairs > 1 else 0
        moments.append((n * rate * (1 - rate) * left, n * rate * (1 - rate) * (1 - 2 * rate)))
    known = sum(v for v, _ in moments)
    if known == 0 or not 0 < b < 1:
        return {}
    lift = row["alignment"] / b
    carried = lift * (1 - lift * b) / (1 - b)
    carried = carried if carried > 1e-9 else 1
    squares = sum((k - lift * n * rate) ** 2 for n, k, rate, _ in proteins)
    factor = max(squares * m / (m - 1) / (carried * known), 1)
    z = (row["hits"] - b * row["arcs"]) / math.sqrt(known * factor)
    quantile = stats.t.ppf(0.975, m - 1) if factor > 1 else stats.norm.ppf(0.975)
    worth, p = row["arcs"] ** 2 * b * (1 - b) / (known * factor), row["alignment"]
    centre = (p + quantile**2 / (2 * worth)) / (1 + quantile**2 / worth)
    half = math.sqrt(p * (1 - p) / worth + quantile**2 / (4 * worth**2)) * quantile / (1 + quantile**2 / worth)
    out = {"ci_low": max(centre - half, 0), "ci_high": min(centre + half, 1)}
    if row["arcs"] >= 100 and m >= 10:
        skewness = sum(t for _, t in moments) / known**1.5 * math.sqrt(factor)
        normal = math.copysign(stats.norm.isf(stats.t.sf(abs(z), m - 1)), z) if factor > 1 else z
        out |= {"z": z, "p_value": stats.pearson3.sf(normal, skewness) if row["hits"] else 1.0}
    return out


def complete(rows):
    rows = list(rows)
    tested = [row for row in rows if "p_value" in row]
    if tested:
        p_values = [row["p_value"] for row in tested]
        for name, method in (("p_bonferroni", "bonferroni"), ("q_value", "fdr_bh")):
            for row, value in zip(tested, multipletests(p_values, method=method)[1], strict=True):
                row[name] = value
    for row in rows:
        row["lift"] = share(row["alignment"], row["background"]) if row["alignment"] is not None else None
        row["supported"] = (
            row["arcs"] >= 100 and row.get("effective", 10) is not None and row.get("effective", 10) >= 10
        )
    return rows


@settings(max_examples=60)
@given(property_counts(), st.sampled_from(["paper", "matched"]))
def test_table_equals_the_loops(counts, mode):
    counts = counts()
    expected = complete(reference_paper(counts) if mode == "paper" else reference_matched(counts))
    table = head_table([counts], threshold=0.3, mode=mode)
    assert table.height == len(expected)
    for row, slow in zip(table.iter_rows(named=True), expected, strict=True):
        for column in ("layer", "head", "proteins", "arcs", "hits", "supported"):
            assert row[column] == slow[column], column
        for column in (
            "alignment",
            "background",
            "lift",
            "ci_low",
            "ci_high",
            "z",
            "p_value",
            "p_bonferroni",
            "q_value",
        ):
            wanted = slow.get(column)
            assert row[column] == (wanted if wanted is None else pytest.approx(wanted, rel=1e-6, abs=1e-9)), column


def planted(name="contact", *, arcs, hits, pairs=(1000,), positive=(20,)):
    """Build counts of one layer from ``[protein][head]`` lists."""
    arcs, hits = (np.array(values)[:, None, :] for values in (arcs, hits))
    pairs, positive = np.resize(pairs, len(arcs)), np.resize(positive, len(arcs))
    return PropertyCounts(name, "pair", arcs, arcs, hits, pairs, positive, pairs, positive)


def test_a_head_that_always_hits_has_an_interval_that_rounding_does_not_decide():
    arcs = [[7 * i + 3] for i in range(12)]  # the share of hits is one, its product with the background nearly
    tables = [
        head_table([planted(arcs=arcs, hits=arcs, pairs=(pairs,), positive=(20, 27))], threshold=0.3, mode="matched")
        for pairs in range(1000, 1040)
    ]
    lowest = [table["ci_low"].item() for table in tables]
    assert 0.5 < min(lowest) <= max(lowest) < min(lowest) + 0.05


def test_columns_types_and_order():
    counts = (planted(name, arcs=[[200, 3], [50, 0]], hits=[[20, 1], [5, 0]]) for name in ("contact", "helix"))
    table = head_table(counts, threshold=0.3, mode="matched")
    assert table.columns == COLUMNS
    assert table.schema == HEAD_TABLE_SCHEMA
    assert table["property"].to_list() == ["contact", "contact", "helix", "helix"]
    assert table["label"].to_list() == ["1-1", "1-2"] * 2
    assert table["threshold"].unique().to_list() == [0.3]
    assert table["mode"].unique().to_list() == ["matched"]
    floats = table.select(pl.col(pl.Float64))
    assert not floats.select(pl.any_horizontal(pl.all().is_nan() | pl.all().is_infinite()).any()).item()


@pytest.mark.parametrize("mode", ["paper", "matched"])
def test_no_property_is_an_empty_table(mode):
    table = head_table([], threshold=0.3, mode=mode)
    assert table.schema == HEAD_TABLE_SCHEMA
    assert table.height == 0


@pytest.mark.parametrize("mode", ["paper", "matched"])
def test_one_class_is_held_at_a_time(mode):
    taken = []

    def stream():
        for name in "abc":
            assert [reference() for reference in taken] == [None] * len(taken)
            counts = planted(name, arcs=[[1]], hits=[[0]])
            taken.append(weakref.ref(counts.arcs))
            yield counts
            del counts

    assert head_table(stream(), threshold=0.3, mode=mode).height == len(taken) == 3


def test_head_with_arcs_in_one_protein_has_an_alignment_and_no_inference():
    counts = planted(arcs=[[500, 25]] + [[0, 25]] * 19, hits=[[400, 20]] + [[0, 19]] * 19)
    lone, spread = head_table([counts], threshold=0.3, mode="matched").iter_rows(named=True)
    assert (lone["alignment"], lone["proteins"], lone["supported"]) == (0.8, 1, False)
    assert [lone[name] for name in ("ci_low", "ci_high", "z", "p_value", "p_bonferroni", "q_value")] == [None] * 6
    assert (lone["verdict"], lone["reason"]) == ("unsupported", "fewer than 10 effective proteins")
    assert spread["p_bonferroni"] == spread["p_value"]
    assert (spread["verdict"], spread["reason"]) == ("beyond_background", "no control")


def test_unsupported_head_has_an_interval_and_leaves_the_family():
    counts = planted(arcs=[[3, 60]] * 30, hits=[[0, 5], [1, 9], [0, 4]] * 10)
    few, enough = head_table([counts], threshold=0.3, mode="matched").iter_rows(named=True)
    assert not few["supported"]
    assert few["reason"] == "fewer than 100 arcs"
    assert few["ci_low"] < few["alignment"] < few["ci_high"]
    assert few["p_value"] is None
    assert enough["p_bonferroni"] == enough["p_value"]


def test_head_that_hits_nothing_is_not_certain():
    """With 120 arcs and 2.4 expected hits, none at all is no surprise."""
    counts = planted(arcs=[[4]] * 30, hits=[[0]] * 30)
    row = head_table([counts], threshold=0.3, mode="matched").row(0, named=True)
    assert row["alignment"] == row["ci_low"] == 0
    assert row["ci_high"] > row["background"] == pytest.approx(0.02)
    assert row["p_value"] > 0.5
    assert (row["verdict"], row["reason"]) == ("neither", "not clearly above its background")


def test_a_head_that_should_have_hit_is_below():
    row = head_table([planted(arcs=[[40]] * 30, hits=[[0]] * 30)], threshold=0.3, mode="matched").row(0, named=True)
    assert (row["verdict"], row["reason"]) == ("neither", "below its background")


def test_background_of_zero_or_one_leaves_nothing_to_test():
    counts = planted(arcs=[[90], [90]], hits=[[0], [0]], positive=(0,))
    for mode in ("paper", "matched"):
        row = head_table([counts], threshold=0.3, mode=mode).row(0, named=True)
        assert (row["alignment"], row["background"], row["lift"], row["p_value"]) == (0.0, 0.0, None, None)


def test_exactly_100_arcs_are_supported_but_outside_the_papers_family():
    counts = planted(arcs=[[100, 101]], hits=[[10, 10]])
    at, above = head_table([counts], threshold=0.3, mode="paper").iter_rows(named=True)
    assert at["supported"]
    assert at["p_value"] is None
    assert above["p_bonferroni"] == above["p_value"]


@pytest.fixture(scope="module")
def heads(tmp_path_factory):
    data = toy_dataset()
    properties = select_properties(data, ["binding_site", "secondary_structure"])
    options = ExtractionOptions(threshold=0.05)
    made = tabulate(extract(toy_model(), data, properties, out=tmp_path_factory.mktemp("run"), options=options)).heads
    return with_verdict(made.with_columns(supported=pl.col("arcs") >= 100))


def test_a_property_shows_three_heads_and_a_class_one(heads):
    counts = dict(top_heads(heads)["property"].value_counts().iter_rows())
    assert counts.pop("binding_site") == 3
    assert set(counts.values()) == {1}


def test_heads_are_named_by_verdict_then_by_the_lower_end_of_the_lift_over_the_control():
    names = {
        "a": ("neither", 3.0, 0.9), "b": ("beyond_control", 1.2, 0.1), "c": ("beyond_control", 2.0, 0.1),
        "d": ("beyond_background", 0.9, 0.8), "e": ("beyond_background", None, 0.8), "f": ("neither", 3.0, 0.95),
    }  # fmt: skip
    rows = [
        {
            "label": name,
            "verdict": verdict,
            "control_lift_low": low,
            "alignment": share,
            "ci_low": 0.1,
            "background": 0.2,
        }
        for name, (verdict, low, share) in names.items()
    ]
    assert "".join(named_order(pl.DataFrame(rows, infer_schema_length=None))["label"]) == "cbdefa"


def test_properties_keep_their_order(heads):
    order = heads["property"].unique(maintain_order=True).to_list()
    assert top_heads(heads)["property"].unique(maintain_order=True).to_list() == order


def test_no_heads_are_no_top_heads(heads):
    assert top_heads(heads.clear()).height == 0
    assert top_heads(heads.with_columns(supported=False)).height == 0


def _blas_threads():
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_products_are_taken_with_one_thread_so_that_no_digit_follows_from_the_machine():
    seen, before = [], _blas_threads()

    def counts():
        seen.extend(_blas_threads())
        yield from ()

    head_table(counts(), threshold=0.3, mode="matched")
    assert seen == [1] * len(before) != []
    assert _blas_threads() == before


def test_classes_with_and_without_distinct_residues_stand_in_one_table():
    shape = (12, 1, 2)
    arcs, pairs = np.full(shape, 20), np.full(12, 500)
    sums = (arcs, arcs, arcs // 4, pairs, pairs // 10, pairs // 3, pairs // 30)
    placed, not_placed = (PropertyCounts("contact", "pair", *sums, residues=one) for one in (arcs // 2, None))
    both = head_table([placed, not_placed], threshold=0.3, mode="matched")
    assert both.schema == HEAD_TABLE_SCHEMA
    assert both["residues"].to_list() == [120, 120, None, None]
    for part, one in ((placed, both.head(2)), (not_placed, both.tail(2))):
        assert head_table([part], threshold=0.3, mode="matched").equals(one)
