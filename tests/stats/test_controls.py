"""Controls: what heads hit that follow only what a control holds fixed, and what planted heads hit."""

from dataclasses import replace

import numpy as np
import pytest

from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.runs.sites import SiteArcs, Sites
from protlens.stats.controls import BACKGROUND, COARSE_CONTROLS, CONTROLS, class_chances, controlled_hits
from protlens.stats.head_statistics import CONTROL_TABLE_SCHEMA, head_tables
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


def looped_expectation(counts, strata):
    """Write the formula of the module for runs of version 1 out, one protein and head at a time."""
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
def test_expectation_of_version_1_equals_the_formula_written_out(run, name):
    counts, strata = run.property_counts(name), run.stratum_counts(name)
    np.testing.assert_allclose(
        controlled_hits(counts, strata, _rates(strata)), looped_expectation(counts, strata), rtol=1e-12
    )


def _rates(strata):
    with np.errstate(invalid="ignore"):
        return strata.positive_sites.sum(0) / strata.sites.sum(0)


def planted(*, follows_letter: bool) -> PropertyCounts:
    """Return forty proteins of 100 residues, 10 of them of a letter of which half are positive.

    The one head sends its arcs to residues of that letter, to all of them or to the positive ones.
    """
    proteins = 40
    protein, position = np.repeat(np.arange(proteins), 100), np.tile(np.arange(100), proteins)
    letter = (position % 10 == 0).astype(np.int64)
    positive = (letter & (position % 20 == 0)).astype(np.int64)
    factors = {"amino acid": letter, "place": position // 20}
    sites = Sites(protein, position, np.ones(len(protein), np.int64), positive, factors)
    site = np.flatnonzero(letter if follows_letter else positive)
    arcs = SiteArcs(np.zeros(len(site), np.int64), site, np.full(len(site), 3))
    column = np.bincount(protein[site], arcs.arcs).astype(np.int64).reshape(proteins, 1, 1)
    hits = np.bincount(protein[site], arcs.arcs * positive[site]).astype(np.int64).reshape(proteins, 1, 1)
    residues = np.bincount(protein[site]).reshape(proteins, 1, 1)
    one = np.ones(proteins, np.int64)
    numbers = 10_000 * one, 500 * one, 100 * one, 5 * one
    return PropertyCounts("site", "residue", column, column, hits, *numbers, residues, sites, arcs)


def test_a_head_that_only_chooses_a_letter_is_explained_by_it():
    row = head_tables([planted(follows_letter=True)], threshold=0.3, mode="matched").heads.row(0, named=True)
    assert row["lift"] == pytest.approx(10)
    assert row["control_name"] == "amino acid and place"
    assert row["control"] == pytest.approx(0.5, abs=0.02)
    assert (row["verdict"], row["reason"]) == ("beyond_background", "not clearly above its control")


def test_a_head_that_finds_more_than_the_letter_survives():
    row = head_tables([planted(follows_letter=False)], threshold=0.3, mode="matched").heads.row(0, named=True)
    assert row["control_lift"] == pytest.approx(2, abs=0.1)
    assert row["control_lift_low"] > 1.5
    assert (row["verdict"], row["reason"]) == ("beyond_control", None)


def test_the_table_has_each_control_that_does_not_decide_the_property(run):
    tables = head_tables(run.counts(), threshold=0.3, mode="matched")
    assert tables.controls.schema == CONTROL_TABLE_SCHEMA
    found = {
        name: part["control"].unique(maintain_order=True).to_list() for (name,), part in _by_property(tables.controls)
    }
    assert found["contact"] == list(CONTROLS["pair"])
    placed = "amino acid, place and burial"  # too few proteins of the toy have positions for it
    assert found["binding_site"] == [name for name in CONTROLS["residue"] if name != placed]
    assert found["amino_acid:A"] == ["place"]
    assert tables.controls["property"].unique(maintain_order=True).to_list() == [
        name for name in run.manifest.properties if name in found
    ]


def _by_property(table):
    return table.group_by("property", maintain_order=True)


def test_sums_without_sites_have_the_coarse_control_or_none():
    strata = StratumCounts(*(np.zeros((1, 1, 1, 2), np.int64), np.ones((1, 2), np.int64), np.array([[0, 1]])))
    one = np.ones(1, np.int64)
    arcs = np.full((1, 1, 1), 5)
    counts = PropertyCounts("site", "residue", arcs, arcs, arcs, 9 * one, 3 * one, 3 * one, one)
    assert list(class_chances(counts)) == [BACKGROUND]
    assert list(class_chances(replace(counts, strata=strata))) == [BACKGROUND]
    varied = StratumCounts(strata.arcs, strata.sites * 3, np.array([[1, 2]]))
    assert list(class_chances(replace(counts, strata=varied))) == [BACKGROUND, COARSE_CONTROLS["residue"]]


def test_no_property_is_an_empty_table():
    assert head_tables([], threshold=0.3, mode="matched").controls.schema == CONTROL_TABLE_SCHEMA
