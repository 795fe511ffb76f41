from dataclasses import replace

import numpy as np
import pytest

from planted import planted_dataset, planted_model, planted_proteins
from protlens.comparison import paired_differences
from protlens.comparison.paired_differences import (
    SCHEMA,
    PairedSums,
    difference_row,
    differing_labels,
    halves,
    measure,
    paired_sums,
)
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.heads import parse_head_label
from protlens.stats.bootstrap import resample_weights
from protlens.stats.intervals import small_sample_level

PROTEINS = planted_proteins(36, per_cluster=2)
HEADS = 4


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What a model that sees contacts, and one that does not, found of contacts."""
    sums = []
    for signal in (True, False):
        out = tmp_path_factory.mktemp("run")
        options = ExtractionOptions(threshold=0.02)
        run = extract(
            planted_model(PROTEINS, signal=signal), planted_dataset(PROTEINS), "contact", out=out, options=options
        )
        sums.append(paired_sums(run, "contact"))
    return tuple(sums)


def row(found, **options):
    return difference_row(("one", "other"), found, **{"resamples": 400, "seed": 0, **options})


def test_families_are_kept_together_and_halved():
    families = [f"c{number // 3}" for number in range(27)]
    first = halves(families, seed=5)
    sides = {family: {bool(first[k]) for k in range(27) if families[k] == family} for family in families}
    assert all(len(side) == 1 for side in sides.values())
    assert sum(side == {True} for side in sides.values()) == 5
    assert halves(families, seed=5).tolist() == first.tolist()
    assert any(halves(families, seed=seed).tolist() != first.tolist() for seed in range(6, 9))


def test_heads_are_chosen_on_one_half_and_measured_on_the_other(found):
    one = found[0]
    control = list(one.chances)[-1]
    first = halves(one.families, seed=0)
    units = np.unique(one.families, return_inverse=True)[1]
    measured = measure(one, np.arange(36), units=units, first=first, control=control)
    hits = arcs = expected = 0.0
    for protein in range(36):
        head = measured.heads[1] if first[protein] else measured.heads[0]
        layer, number = divmod(head, HEADS)
        hits += one.counts.hits[protein, layer, number]
        arcs += one.counts.eligible[protein, layer, number]
        expected += one.chances[control].expected[protein, head]
    assert measured.alignment == pytest.approx(hits / arcs, rel=1e-12)
    assert measured.lift == pytest.approx(hits / expected, rel=1e-12)
    assert measured.arcs == arcs


def test_what_a_half_is_measured_on_does_not_choose_the_head(found):
    """Hits put on the second half alone change the head that is chosen there, and not the one chosen on the first."""
    one = found[1]
    first = halves(one.families, seed=0)
    hits = one.counts.hits.copy()
    hits[~first, 0, 3] = one.counts.eligible[~first, 0, 3]
    changed = replace(one, counts=replace(one.counts, hits=hits))
    units = np.unique(one.families, return_inverse=True)[1]
    before, after = (
        measure(sums, np.arange(36), units=units, first=first, control="background") for sums in (one, changed)
    )
    assert after.heads[0] == before.heads[0] != 3
    assert after.heads[1] == 3


def test_the_interval_is_that_of_a_slow_bootstrap(found):
    result = row(found)
    control = result["control_name"]
    first, families = halves(found[0].families, seed=0), sorted(set(found[0].families))
    sums = []
    for sums_of, place in zip(found, ("one", "other"), strict=True):
        labels = result[f"heads_{place}"].split()
        on = [parse_head_label(label) for label in (labels * 2)[:2]]
        per_family = {family: np.zeros(3) for family in families}
        for protein, family in enumerate(sums_of.families):
            layer, head = on[1] if first[protein] else on[0]
            per_family[family] += (
                sums_of.counts.hits[protein, layer, head],
                sums_of.counts.eligible[protein, layer, head],
                sums_of.chances[control].expected[protein, layer * HEADS + head],
            )
        sums.append(per_family)
    alignments, lifts = [], []
    for weights in np.concatenate(list(resample_weights(len(families), resamples=400, seed=0))):
        drawn = [family for family, times in zip(families, weights, strict=True) for _ in range(int(times))]
        both = [sum((per_family[family] for family in drawn), np.zeros(3)) for per_family in sums]
        alignments.append(both[1][0] / both[1][1] - both[0][0] / both[0][1])
        lifts.append(both[1][0] / both[1][2] - both[0][0] / both[0][2])
    arcs = [np.array([per_family[family][1] for family in families]) for per_family in sums]
    effective = min(one.sum() ** 2 / (one**2).sum() for one in arcs)
    level = float(small_sample_level(np.array([effective]))[0])
    for name, draws in (("difference", alignments), ("lift_difference", lifts)):
        ends = np.quantile(draws, [level / 2, 1 - level / 2])
        np.testing.assert_allclose([result[f"{name}_low"], result[f"{name}_high"]], ends, rtol=1e-9)


def test_a_model_that_sees_contacts_is_told_from_one_that_does_not(found):
    result = row(found)
    assert result["heads_one"] == "2-3"
    assert result["difference_high"] < -0.3
    assert result["lift_other"] == pytest.approx(1.0, abs=0.15)
    assert (result["proteins"], result["families"]) == (36, 18)


def test_a_run_against_itself_differs_by_nothing(found):
    result = row((found[0], found[0]))
    ends = [result[f"{name}{end}"] for name in ("difference", "lift_difference") for end in ("", "_low", "_high")]
    assert ends == [0.0] * 6


def test_the_order_of_proteins_is_of_no_account(found):
    result = row((found[0], shuffled(found[0])))
    assert result["difference"] == pytest.approx(0, abs=1e-15)
    assert result["lift_difference_low"] == pytest.approx(0, abs=1e-12)


def shuffled(sums: PairedSums) -> PairedSums:
    return taken(sums, np.random.default_rng(0).permutation(len(sums.ids)))


def taken(sums, rows):
    parts = ("arcs", "eligible", "hits", "pairs", "positive_pairs", "sites", "positive_sites", "residues", "units")
    counts = replace(sums.counts, **{name: getattr(sums.counts, name)[rows] for name in parts})
    moments = ("expected", "variance", "third")
    chances = {
        name: replace(chance, **{moment: getattr(chance, moment)[rows] for moment in moments})
        for name, chance in sums.chances.items()
    }
    ids, families = (tuple(names[row] for row in rows) for names in (sums.ids, sums.families))
    return PairedSums(counts, chances, sums.supported, ids, families)


def test_only_common_proteins_count(found):
    half = taken(found[0], np.arange(20))
    result = row((found[0], half))
    assert (result["proteins"], result["families"], result["difference"]) == (20, 10, 0.0)


def test_without_a_common_protein_there_is_no_interval(found):
    one, other = taken(found[0], np.arange(18)), taken(found[1], np.arange(18, 36))
    result = row((one, other))
    assert (result["proteins"], result["families"]) == (0, 0)
    assert result["difference"] is not None
    assert result["difference_low"] is result["lift_difference_high"] is None


def test_too_few_families_and_heads_without_support_give_nothing(found):
    few = taken(found[0], np.arange(6))
    unsupported = replace(found[1], supported=np.zeros(12, bool))
    for pair in ((few, few), (found[0], unsupported)):
        result = row(pair)
        assert result.keys() == SCHEMA.keys()
        assert result["difference"] is None


def test_few_arcs_on_the_other_half_give_no_difference(found, monkeypatch):
    arcs = min(row(found)[name] for name in ("arcs_one", "arcs_other"))
    for least, known in ((arcs, True), (arcs + 1, False)):
        monkeypatch.setattr(paired_differences, "SUPPORT", least)
        assert (row(found)["difference"] is not None) == known


def test_labels_that_differ_are_counted(found):
    assert differing_labels(*found) == 0
    positive = found[1].counts.positive_sites.copy()
    positive[:3] += 1
    changed = replace(found[1], counts=replace(found[1].counts, positive_sites=positive))
    assert differing_labels(found[0], changed) == 3
