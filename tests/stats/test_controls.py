import numpy as np
import polars as pl
import pytest

from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.stats.controls import CONTROL_TABLE_SCHEMA, control_share, control_table, controlled_hits
from reference import attention_of, value
from toy import toy_dataset, toy_model

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_dataset()
    return extract(toy_model(), data, select_properties(data), out=tmp_path_factory.mktemp("run") / "run")


def stratum(level, protein, i, j):
    if level == "residue":
        return LETTERS.find(protein.sequence[j])
    return sum(abs(i - j) >= start for start in (1, 2, 3, 4, 5, 6, 12, 24))


def looped_strata(name, level, size):
    """Count strata pair by pair."""
    arcs, sites, positive = [], [], []
    for protein in toy_dataset():
        attention = attention_of(toy_model(), protein.sequence) >= np.float32(0.3)
        try:
            labels = [[value(name, protein, i, j) for j in range(len(protein))] for i in range(len(protein))]
        except (KeyError, TypeError):
            continue
        counts = np.zeros((*attention.shape[:2], size), int)
        known, holds = np.zeros(size, int), np.zeros(size, int)
        for i in range(len(protein)):
            for j in range(len(protein)):
                place = stratum(level, protein, i, j)
                if place < 0:
                    continue
                counts[..., place] += attention[:, :, i, j]
                if level == "pair" or i == 0:
                    known[place] += labels[i][j] is not None
                    holds[place] += labels[i][j] is True
        arcs.append(counts)
        sites.append(known)
        positive.append(holds)
    return np.array(arcs), np.array(sites), np.array(positive)


@pytest.mark.parametrize("name", ["contact", "binding_site", "secondary_structure:helix", "modification:acetylation"])
def test_strata_equal_plain_loops(run, name):
    level = run.manifest.properties[name]
    arcs, sites, positive = looped_strata(name, level, 20 if level == "residue" else 9)
    found = run.stratum_counts(name)
    np.testing.assert_array_equal(found.arcs, arcs)
    np.testing.assert_array_equal(found.sites, sites)
    np.testing.assert_array_equal(found.positive_sites, positive)
    counts = run.property_counts(name)
    if level == "pair":
        np.testing.assert_array_equal(found.sites.sum(1), counts.sites)
        np.testing.assert_array_equal(found.positive_sites.sum(1), counts.positive_sites)


def looped_expectation(counts, strata):
    """Write the formula of the module out, one protein and head at a time."""
    expected = np.zeros(counts.eligible.shape)
    size = strata.sites.shape[1]
    rates = {
        s: strata.positive_sites[:, s].sum() / strata.sites[:, s].sum()
        for s in range(size)
        if strata.sites[:, s].sum() > 0
    }
    for place in np.ndindex(counts.eligible.shape):
        protein, eligible = place[0], counts.eligible[place]
        if counts.pairs[protein] == 0:
            continue
        base = eligible * counts.positive_pairs[protein] / counts.pairs[protein]
        attended = sum(strata.arcs[(*place, s)] for s in rates)
        offered = sum(strata.sites[protein, s] for s in rates)
        richer = 1.0
        if attended and offered:
            mean_offered = sum(strata.sites[protein, s] * rate for s, rate in rates.items()) / offered
            if mean_offered:
                richer = sum(strata.arcs[(*place, s)] * rate for s, rate in rates.items()) / attended / mean_offered
        expected[place] = min(base * richer, eligible)
    return expected


@pytest.mark.parametrize("name", ["contact", "binding_site", "modification", "secondary_structure:turn"])
def test_expectation_equals_the_formula_written_out(run, name):
    counts, strata = run.property_counts(name), run.stratum_counts(name)
    np.testing.assert_allclose(controlled_hits(counts, strata), looped_expectation(counts, strata), rtol=1e-12)


def planted(*, follows_letter: bool) -> tuple[PropertyCounts, StratumCounts]:
    """Return forty proteins of 100 residues, 10 of them of a letter of which half are positive.

    The one head sends all arcs to that letter; either to positives as often as the letter offers them, or always.
    """
    proteins, arcs = 40, 20
    column = np.full((proteins, 1, 1), arcs)
    hits = column // 2 if follows_letter else column
    per_protein = np.ones(proteins, np.int64)
    counts = PropertyCounts(
        "site",
        "residue",
        arcs=column,
        eligible=column,
        hits=hits,
        pairs=100 * 100 * per_protein,
        positive_pairs=5 * 100 * per_protein,
        sites=100 * per_protein,
        positive_sites=5 * per_protein,
    )
    by_letter = np.zeros((proteins, 1, 1, 20), np.int64)
    by_letter[..., 1] = arcs
    sites, positive = np.zeros((2, proteins, 20), np.int64)
    sites[:, 0], sites[:, 1], positive[:, 1] = 90, 10, 5
    return counts, StratumCounts(by_letter, sites=sites, positive_sites=positive)


def test_a_head_that_only_chooses_a_letter_is_explained_by_it():
    row = control_table([planted(follows_letter=True)]).row(0, named=True)
    assert row["alignment"] == 0.5
    assert row["expected"] == pytest.approx(0.5)
    assert row["lift"] == pytest.approx(1)
    assert row["p_value"] > 0.9


def test_a_head_that_finds_more_than_the_letter_survives():
    row = control_table([planted(follows_letter=False)]).row(0, named=True)
    assert row["expected"] == pytest.approx(0.5)
    assert row["lift"] == pytest.approx(2)
    assert row["q_value"] < 1e-6


def is_decided(strata):
    """Whether each stratum holds positives only, or none."""
    sums = zip(strata.sites.sum(0), strata.positive_sites.sum(0), strict=True)
    return all(positive in (0, sites) for sites, positive in sums)


def test_amino_acids_are_left_out_and_the_rest_keeps_its_order(run):
    names = list(run.manifest.properties)
    table = control_table((run.property_counts(name), run.stratum_counts(name)) for name in names)
    decided = [name for name in names if is_decided(run.stratum_counts(name))]
    assert [name for name in decided if name.startswith("amino_acid")] == names[-20:]
    kept = [name for name in names if name not in decided]
    assert table["property"].unique(maintain_order=True).to_list() == kept
    assert table.schema == CONTROL_TABLE_SCHEMA
    assert dict(table.select("property", "control").unique().iter_rows())["contact"] == "separation"
    assert table.select(pl.col(pl.Float64).is_nan().any()).row(0) == (False,) * 7


def test_no_property_is_an_empty_table():
    assert control_table([]).schema == CONTROL_TABLE_SCHEMA


def test_the_share_alone_is_that_of_the_table(run):
    for name in run.manifest.properties:
        counts, strata = run.property_counts(name), run.stratum_counts(name)
        share, table = control_share(counts, strata), control_table([(counts, strata)], resamples=2)
        if share is None:
            assert table.height == 0
        else:
            expected = table["expected"].to_numpy().astype(float).reshape(share.shape)
            np.testing.assert_allclose(share, expected, rtol=1e-12)
