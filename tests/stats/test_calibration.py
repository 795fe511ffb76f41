import itertools

import numpy as np
import polars as pl
import pytest
from scipy import stats

from protlens.errors import OptionError
from protlens.runs.counts import WeightHistogram
from protlens.stats.calibration import calibration_table, calibration_tables, threshold_counts, threshold_table

EDGES = np.array([0.0, 0.25, 0.3, 0.5, 1.0])


def weights_of(seed):
    """Draw pairs of two layers and three heads: a weight on or between the edges, and whether the property holds."""
    generator = np.random.default_rng(seed)
    weight = np.round(generator.random((2, 3, 500)) ** 3, 2)
    weight[1, 2] *= 0.2
    return weight, generator.random(weight.shape) < 0.1 + weight / 2


def histogram(weight, holds):
    shape = weight.shape[:2]
    eligible, hits = np.zeros((*shape, 4), np.int64), np.zeros((*shape, 4), np.int64)
    for index in np.ndindex(shape):
        eligible[index] = np.histogram(weight[index], EDGES)[0]
        hits[index] = np.histogram(weight[index][holds[index]], EDGES)[0]
    return WeightHistogram(EDGES, eligible, hits)


@pytest.mark.parametrize("by_head", [False, True])
def test_probability_and_interval_of_each_bin(by_head):
    weight, holds = weights_of(0)
    table = calibration_table("contact", histogram(weight, holds), by_head=by_head)
    heads = [(layer, head) for layer in range(2) for head in range(3)] if by_head else [None]
    assert table.height == len(heads) * 4
    rows = table.iter_rows(named=True)
    for chosen in heads:
        values, truth = (array[chosen] if chosen else array for array in (weight, holds))
        for bin_low, bin_high in itertools.pairwise(EDGES):
            row = next(rows)
            inside = (values >= bin_low) & ((values < bin_high) | (bin_high == 1))
            assert (row["property"], row["bin_low"], row["bin_high"]) == ("contact", bin_low, bin_high)
            assert (row["layer"], row["head"]) == (chosen or (None, None))
            assert row["label"] == (f"{chosen[0] + 1}-{chosen[1] + 1}" if chosen else None)
            assert (row["pairs"], row["hits"]) == (inside.sum(), truth[inside].sum())
            check_bin(row)


def check_bin(row):
    if row["pairs"] == 0:
        assert row["probability"] is row["ci_low"] is row["ci_high"] is None
        return
    interval = stats.binomtest(row["hits"], row["pairs"]).proportion_ci(method="wilson")
    assert row["probability"] == row["hits"] / row["pairs"]
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))


@pytest.mark.parametrize("by_head", [False, True])
def test_tables_of_several_classes_stand_one_below_the_other(by_head):
    histograms = {name: histogram(*weights_of(seed)) for seed, name in enumerate(["contact", "helix"])}
    alone = [calibration_table(name, one, by_head=by_head) for name, one in histograms.items()]
    assert calibration_tables(histograms, by_head=by_head).equals(pl.concat(alone))


def test_some_head_has_an_empty_bin():
    table = calibration_table("contact", histogram(*weights_of(0)), by_head=True)
    assert table["probability"].null_count() == 3
    assert table.schema["layer"] == calibration_table("x", histogram(*weights_of(0))).schema["layer"] == pl.Int64


@pytest.mark.parametrize("threshold", EDGES[:-1])
def test_any_edge_needs_no_second_pass(threshold):
    weight, holds = weights_of(1)
    counts = threshold_counts(histogram(weight, holds), float(threshold))
    assert counts.arcs.tolist() == (weight >= threshold).sum(axis=-1).tolist()
    assert counts.hits.tolist() == (holds & (weight >= threshold)).sum(axis=-1).tolist()


@pytest.mark.parametrize("threshold", [0.31, 1.0, float("nan")])
def test_threshold_between_edges_is_refused(threshold):
    with pytest.raises(OptionError, match=r"not an edge of the histogram; allowed: 0, 0\.25, 0\.3, 0\.5$"):
        threshold_counts(histogram(*weights_of(1)), threshold)


def test_threshold_table_has_every_edge_and_head():
    weight, holds = weights_of(2)
    table = threshold_table("contact", histogram(weight, holds))
    assert table.columns == [
        "property",
        "threshold",
        "layer",
        "head",
        "label",
        "arcs",
        "hits",
        "alignment",
        "supported",
    ]
    assert table["threshold"].unique().sort().to_list() == EDGES[:-1].tolist()
    assert table.height == 4 * 6
    for row in table.iter_rows(named=True):
        above = weight[row["layer"], row["head"]] >= row["threshold"]
        hits = holds[row["layer"], row["head"]][above].sum()
        assert (row["arcs"], row["hits"]) == (above.sum(), hits)
        assert row["alignment"] == (hits / above.sum() if above.any() else None)
        assert row["supported"] == (above.sum() >= 100)
    assert table["alignment"].null_count() > 0
