import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from protlens.ablation import each_head
from protlens.ablation.each_head import each_table, rank_correlations
from protlens.ablation.effects import Effect

ALIGNED = {"property": "contact", "background": 0.03, "lift": 2.0, "arcs": 500, "verdict": "neither"}


def effects(loss, precision):
    return {
        "loss": Effect(4, 1.0, 1 + loss, loss, loss - 0.1, loss + 0.1),
        "precision_L": Effect(4, 0.5, 0.5 + precision, precision, math.nan, math.nan),
    }


def aligned(values, supported):
    places = [divmod(number, 3) for number in range(len(values))]
    rows = [
        {"layer": layer, "head": head, "alignment": value, "supported": known, **ALIGNED}
        for (layer, head), value, known in zip(places, values, supported, strict=True)
    ]
    return pl.DataFrame(rows)


def test_the_head_that_costs_most_stands_first():
    found = [effects(loss, -loss / 10) for loss in (0.1, 0.3, -0.2, math.nan, 0.3, 0.0)]
    table = each_table(found, layers=2, heads=3, ranked_by="loss")
    assert table["label"].to_list() == ["1-2", "2-2", "1-1", "2-3", "1-3", "2-1"]
    assert table["rank"].to_list() == [1, 2, 3, 4, 5, 6]
    assert table.row(0, named=True)["loss_low"] == pytest.approx(0.2)
    assert table["loss"][-1] is None
    by_precision = each_table(found, layers=2, heads=3, ranked_by="precision_L")
    assert by_precision["label"].to_list()[:5] == table["label"].to_list()[:5]


def test_alignment_stands_beside_it_where_a_head_has_enough_arcs():
    found = [effects(loss, 0.0) for loss in (0.1, 0.3, 0.2)]
    table = each_table(
        found, layers=1, heads=3, ranked_by="loss", aligned=aligned([0.1, 0.2, 0.9], [True, True, False])
    )
    assert table.select("label", "alignment", "verdict").rows() == [
        ("1-2", 0.2, "neither"),
        ("1-3", None, "neither"),
        ("1-1", 0.1, "neither"),
    ]


def made(seed=0, layers=4):
    rng = np.random.default_rng(seed)
    rows = [
        {"layer": layer, "head": head, "alignment": rng.random() + layer, "loss": rng.integers(4) / 4 + layer}
        for layer in range(layers)
        for head in range(5)
    ]
    rows[3]["alignment"] = None
    return pl.DataFrame(rows)


def test_correlation_is_spearmans_and_the_null_that_of_shuffled_heads(monkeypatch):
    monkeypatch.setattr(each_head, "PERMUTATIONS", 400)
    table = made()
    found = rank_correlations(table, "loss", seed=1)
    known = table.drop_nulls("alignment")
    rho = spearmanr(known["alignment"], known["loss"]).statistic
    assert found["rho"].to_list() == pytest.approx([rho, rho])
    assert found["heads"].to_list() == [19, 19]
    rng = np.random.default_rng(9)
    slow = {"all heads": [], "within layers": []}
    for _ in range(400):
        loss = known["loss"].to_numpy()
        slow["all heads"].append(spearmanr(known["alignment"], rng.permutation(loss)).statistic)
        parts = [rng.permutation(part["loss"].to_numpy()) for part in known.partition_by("layer", maintain_order=True)]
        slow["within layers"].append(spearmanr(known["alignment"], np.concatenate(parts)).statistic)
    for row in found.iter_rows(named=True):
        low, high = np.quantile(slow[row["permuted"]], (0.025, 0.975))
        assert row["null_low"] == pytest.approx(low, abs=0.12)
        assert row["null_high"] == pytest.approx(high, abs=0.12)
    whole, within = found["p_value"]
    assert whole == pytest.approx(1 / 401), "layers differ in both"
    assert within > 0.02, "heads of a layer do not"


def test_a_precision_that_falls_is_a_cost():
    table = made().with_columns(precision_L=-pl.col("loss"))
    one, other = (rank_correlations(table, name, seed=1)["rho"][0] for name in ("loss", "precision_L"))
    assert one == pytest.approx(other)


def test_permutations_keep_each_value_in_its_layer(monkeypatch):
    monkeypatch.setattr(each_head, "PERMUTATIONS", 50)
    groups = np.array([0, 0, 0, 1, 1, 4])
    values = np.array([1.0, 2, 3, 10, 20, 100])
    rows = each_head._permuted(values, groups, seed=0)
    assert len({tuple(row) for row in rows}) > 5
    for row in rows:
        assert sorted(row[:3]) == [1, 2, 3]
        assert sorted(row[3:5]) == [10, 20]
        assert row[5] == 100


@pytest.mark.parametrize(
    "table",
    [
        made().head(2),
        made().with_columns(alignment=pl.lit(None, pl.Float64)),
        made().with_columns(loss=pl.lit(0.5)),
    ],
)
def test_too_few_heads_or_heads_all_alike_have_no_correlation(table):
    assert rank_correlations(table, "loss", seed=0).is_empty()
