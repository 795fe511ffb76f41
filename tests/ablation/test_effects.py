import math

import numpy as np
import polars as pl
import pytest

from protlens.ablation.effects import Effect, draw_table, effect_table, effects_of
from protlens.ablation.head_sets import head_set
from protlens.stats.bootstrap import resample_weights
from protlens.stats.intervals import small_sample_level

CLUSTERS = ["b", "a", "b", "c", "d", "d"]


def tables():
    rng = np.random.default_rng(2)
    names = ("loss", "precision_L", "others_L")
    ids = {"protein": [f"p{number}" for number in range(6)]}
    whole, without = (pl.DataFrame(ids | {name: rng.random(6) for name in names}) for _ in range(2))
    unknown = pl.when(pl.col("protein") == "p3").then(None).otherwise("others_L")
    return whole, without.with_columns(unknown.alias("others_L"))


def slow(whole, without, clusters, *, exponential=False):
    """Return the change and its interval, one resample and one protein at a time."""
    rows = [row for row in zip(whole, without, clusters, strict=True) if row[0] is not None and row[1] is not None]
    names = sorted({cluster for *_, cluster in rows})
    end = math.exp if exponential else float
    changes = []
    for block in resample_weights(len(names), resamples=2000, seed=4):
        for drawn in block:
            sums, count = [0.0, 0.0], 0.0
            for one, other, cluster in rows:
                times = drawn[names.index(cluster)]
                sums = [sums[0] + times * one, sums[1] + times * other]
                count += times
            if count:
                changes.append(end(sums[1] / count) - end(sums[0] / count))
    means = [sum(row[place] for row in rows) / len(rows) for place in (0, 1)]
    level = float(small_sample_level(np.array([float(len(names))]))[0])
    ends = [float(np.quantile(changes, at)) for at in (level / 2, 1 - level / 2)]
    return len(rows), end(means[1]) - end(means[0]), *ends


@pytest.mark.slow
def test_effects_agree_with_loops_over_resamples_and_proteins():
    whole, without = tables()
    found = effects_of(without, whole, CLUSTERS, seed=4)
    assert list(found) == ["loss", "perplexity", "precision_L", "others_L"]
    compared = {"loss": "loss", "precision_L": "precision_L", "others_L": "precision_L", "perplexity": "loss"}
    for name, reference in compared.items():
        column = "loss" if name == "perplexity" else name
        proteins, *expected = slow(
            whole[reference].to_list(), without[column].to_list(), CLUSTERS, exponential=name == "perplexity"
        )
        effect = found[name]
        assert effect.proteins == proteins
        assert [effect.change, effect.low, effect.high] == pytest.approx(expected, abs=1e-9)
        assert effect.change == pytest.approx(effect.without - effect.whole)
    assert found["perplexity"].whole == pytest.approx(math.exp(whole["loss"].mean()))


def test_no_change_has_an_interval_of_no_width():
    whole, _ = tables()
    found = effects_of(whole, whole, CLUSTERS, seed=0)
    assert (found["loss"].change, found["loss"].low, found["loss"].high) == (0, 0, 0)
    assert found["others_L"].change != 0, "that of the whole model stands against all of its maps"


def test_one_cluster_has_no_interval_and_no_protein_no_effect():
    whole, without = tables()
    found = effects_of(without, whole, ["a"] * 6, seed=0)
    assert np.isfinite(found["loss"].change)
    assert np.isnan(found["loss"].low)
    empty = whole.with_columns(loss=pl.lit(None, pl.Float64))
    assert effects_of(without, empty, CLUSTERS, seed=0)["loss"].proteins == 0


def effect(change):
    return Effect(6, 1.0, 1.0 + change, change, change - 0.1, change + 0.1)


@pytest.mark.parametrize(
    ("measure", "change", "drawn", "p"),
    [
        ("loss", 0.5, [0.1, 0.2, 0.3], 1 / 4),
        ("loss", 0.2, [0.1, 0.2, 0.3], 3 / 4),
        ("loss", -0.5, [0.1, 0.2, 0.3], 1),
        ("precision_L", -0.5, [-0.1, -0.2, 0.3], 1 / 4),
        ("precision_L", 0.0, [-0.1, -0.2, 0.0], 1),
        ("embedding", 0.25, [0.1, math.nan, 0.3], 2 / 3),
    ],
)
def test_p_counts_the_sets_that_cost_at_least_as_much(measure, change, drawn, p):
    table = effect_table(head_set([(0, 1)]), {measure: effect(change)}, [{measure: effect(one)} for one in drawn])
    row = table.row(0, named=True)
    assert row["p_value"] == pytest.approx(p)
    assert row["heads"] == "1-2"
    assert row["draws"] == sum(not math.isnan(one) for one in drawn)


def test_without_random_sets_there_is_no_p():
    row = effect_table(head_set([(0, 1)]), {"loss": effect(0.5)}, []).row(0, named=True)
    assert (row["draws"], row["draws_mean"], row["p_value"]) == (0, None, None)


def test_draws_are_listed_with_their_heads():
    table = draw_table([((0, 1),), ((0, 2),)], [{"loss": effect(0.5)}, {"loss": effect(math.nan)}])
    assert table.rows() == [(0, "1-2", "loss", 0.5), (1, "1-3", "loss", None)]
