from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.reach import EVERYWHERE
from protlens.runs.counts import WEIGHTS, WeightSums
from protlens.runs.store import Run
from protlens.stats.head_statistics import head_table
from protlens.stats.weight_share import share_interval
from reference import attention_of, has_labels, value
from toy import toy_dataset, toy_model

NAMES = ["contact", "binding_site", "secondary_structure", "amino_acid:L"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_dataset()
    return extract(toy_model(), data, select_properties(data, NAMES), out=tmp_path_factory.mktemp("share") / "run")


def by_pair(name: str) -> dict[str, np.ndarray]:
    """Return the sums of weight, one pair of residues at a time, ``[protein, layer, head]``."""
    rows: dict[str, list] = {key: [] for key in ("total", "eligible", "holds", "expected")}
    for protein in toy_dataset():
        if not has_labels(name, protein):
            continue
        attention = attention_of(toy_model(), protein.sequence).astype(np.float64)
        total, eligible, holds = (np.zeros(attention.shape[:2]) for _ in range(3))
        pairs = positive = 0
        for i in range(len(protein)):
            for j in range(len(protein)):
                known, weight = value(name, protein, i, j), attention[:, :, i, j]
                total += weight
                if known is not None:
                    eligible, pairs = eligible + weight, pairs + 1
                if known:
                    holds, positive = holds + weight, positive + 1
        expected = eligible * (positive / pairs) if pairs else np.zeros_like(eligible)
        for key, found in zip(rows, (total, eligible, holds, expected), strict=True):
            rows[key].append(found)
    return {key: np.array(found) for key, found in rows.items()}


def test_the_sums_of_weight_are_those_of_plain_loops(run):
    for name in run.manifest.properties:
        found, plain = run.property_counts(name).weights, by_pair(name)
        wanted = {key: rows.sum(0) for key, rows in plain.items()}
        wanted["eligible_squared"] = (plain["eligible"] ** 2).sum(0)
        wanted["product"] = (plain["eligible"] * plain["holds"]).sum(0)
        wanted["holds_squared"] = (plain["holds"] ** 2).sum(0)
        assert found.proteins == len(plain["total"])
        for part in WEIGHTS:
            np.testing.assert_allclose(
                getattr(found, part), wanted[part], rtol=2e-6, atol=1e-9, err_msg=f"{name} {part}"
            )


def test_any_split_gives_the_same_sums_of_weight_to_the_last_digits(run, tmp_path):
    data = toy_dataset()
    options = ExtractionOptions(batch_tokens=1, shard_residues=1)
    other = extract(toy_model(), data, select_properties(data, NAMES), out=tmp_path / "run", options=options)
    for name in run.manifest.properties:
        one, two = run.property_counts(name).weights, other.property_counts(name).weights
        for part in WEIGHTS:
            np.testing.assert_allclose(getattr(one, part), getattr(two, part), rtol=1e-6, atol=1e-9)


def test_a_threshold_near_zero_counts_pairs_and_the_share_weighs_them(run):
    counts, plain = run.property_counts("contact"), by_pair("contact")
    matched, paper = (head_table([counts], threshold=0.3, mode=mode) for mode in ("matched", "paper"))
    with np.errstate(invalid="ignore"):
        wanted, expected = (plain[part].sum(0) / plain["eligible"].sum(0) for part in ("holds", "expected"))
        of_all = plain["holds"].sum(0) / plain["total"].sum(0)
    np.testing.assert_allclose(matched["share"].fill_null(np.nan), wanted.ravel(), rtol=1e-5)
    np.testing.assert_allclose(paper["share"].fill_null(np.nan), of_all.ravel(), rtol=1e-5)
    np.testing.assert_allclose(matched["share_background"].fill_null(np.nan), expected.ravel(), rtol=1e-5)
    assert paper["share_background"].equals(paper["background"].alias("share_background"))
    assert paper["share_low"].null_count() == paper.height


def test_a_run_that_did_not_sum_weights_has_no_share(run):
    table = head_table([replace(run.property_counts("contact"), weights=None)], threshold=0.3, mode="matched")
    assert all(table[name].null_count() == table.height for name in table.columns if name.startswith("share"))


def sums_of(holds: np.ndarray, eligible: np.ndarray) -> WeightSums:
    parts = {"eligible_squared": eligible**2, "product": eligible * holds, "holds_squared": holds**2}
    whole = {"total": eligible, "eligible": eligible, "holds": holds, "expected": holds, **parts}
    return WeightSums(**{name: rows.sum(0).reshape(1, -1) for name, rows in whole.items()}, proteins=len(holds))


def test_the_interval_is_the_one_of_the_ratio_written_out_and_wider_for_relatives():
    draw = np.random.default_rng(1)
    eligible = draw.uniform(20, 200, (12, 1))
    holds = eligible * draw.beta(2, 8, (12, 1))
    share = holds.sum() / eligible.sum()
    variance = 12 / 11 * sum((h - share * w) ** 2 for h, w in zip(holds, eligible, strict=True)) / eligible.sum() ** 2
    for units in (12, 4):
        half = stats.t.ppf(0.975, units - 1) * np.sqrt(variance * 12 / units) / (share * (1 - share))
        odds = np.log(share / (1 - share))
        low, high = share_interval(sums_of(holds, eligible), units=units)
        np.testing.assert_allclose(low, 1 / (1 + np.exp(-(odds - half))).reshape(1, 1))
        np.testing.assert_allclose(high, 1 / (1 + np.exp(-(odds + half))).reshape(1, 1))


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    draw, families, heads = np.random.default_rng(2), 40, 4000
    eligible = draw.gamma(3, 30, (families, heads))
    holds = eligible * draw.beta(1.5, 13.5, (families, heads))
    low, high = share_interval(sums_of(holds, eligible), units=families)
    inside = ((low <= 0.1) & (high >= 0.1)).mean()
    assert 0.93 < inside < 0.97


@pytest.mark.parametrize(("holds", "units"), [(np.zeros((5, 1)), 5), (np.ones((5, 1)), 5), (np.full((5, 1), 0.5), 1)])
def test_there_is_no_interval_where_nothing_varies_or_one_family_speaks(holds, units):
    low, high = share_interval(sums_of(holds, np.ones((5, 1))), units=units)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_the_share_of_a_protein_alone_is_there_without_an_interval(tmp_path):
    data = toy_dataset()[:1]
    one = extract(toy_model(), data, "amino_acid:L", out=tmp_path / "one")
    table = head_table([Run.open(one.path).property_counts("amino_acid:L")], threshold=0.3, mode="matched")
    silent = one.property_counts("amino_acid:L").weights.total.ravel() == 0
    assert table["share"].is_null().to_list() == silent.tolist()
    assert silent.sum() == 1
    assert table["share_low"].null_count() == table.height
    assert one.reach[0] == EVERYWHERE
