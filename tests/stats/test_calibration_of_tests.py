"""The matched mode on heads in which nothing is to be found, on the labels of the bundled data; see the benchmark."""

import numpy as np
import pytest

from calibration import (
    chains,
    columns,
    contact_pairs,
    drawn,
    evidence,
    pair_counts,
    planted,
    rates,
    residue_counts,
    residue_sites,
    weighted,
)

pytestmark = pytest.mark.slow

HEADS = 400


def called(counts, against):
    return rates(counts, evidence(counts, against))


@pytest.mark.parametrize("name", ["binding_site:metal", "modification:phosphorylation_st"])
@pytest.mark.parametrize(
    "options",
    [{"each": 6, "carriers": 80}, {"each": 30, "carriers": 30}, {"each": 6, "carriers": 80, "run": 5}],
    ids=str,
)
def test_heads_that_look_at_a_residue_or_a_run_of_each_protein(name, options):
    """400 heads: the rate has a standard error of one point."""
    members = chains(name)
    sites = residue_sites(members)
    arcs = columns(sites, np.random.default_rng(3), heads=HEADS, **options)
    found = called(residue_counts(name, members, sites, arcs, HEADS), "background")
    assert 2 < found.called < 8
    assert found.called_001 < 0.8
    assert found.covered > 92


def test_heads_that_follow_an_amino_acid_are_not_beyond_it():
    members = chains("binding_site")
    sites = residue_sites(members)
    weight = 0.1 + (sites.factors["amino acid"] == 1)
    arcs = weighted(sites, np.random.default_rng(3), [weight] * HEADS, arcs=1000)
    counts = residue_counts("binding_site", members, sites, arcs, HEADS)
    assert called(counts, "background").called > 50
    assert called(counts, "amino acid").called < 8


def test_heads_that_look_at_buried_residues_are_not_beyond_depth():
    members = chains("secondary_structure:strand")[:100]
    sites = residue_sites(members)
    weight = np.exp(0.3 * sites.factors["burial"])
    arcs = weighted(sites, np.random.default_rng(3), [weight] * HEADS, arcs=1000)
    counts = residue_counts("secondary_structure:strand", members, sites, arcs, HEADS)
    assert called(counts, "amino acid and place").called > 50
    assert called(counts, "amino acid, place and burial").called < 8


def test_heads_that_follow_separation_and_leucine_are_not_beyond_both():
    pairs = contact_pairs(40)
    weight = (0.1 + (pairs.letters == 9)) / pairs.separation
    counts = pair_counts(pairs, *drawn(pairs, np.random.default_rng(3), weight, heads=100, arcs=1000), 100)
    assert called(counts, "background").called > 30
    assert called(counts, "separation and amino acids").called < 12


def test_planted_contacts_are_found():
    for arcs, share, found, _ in planted(np.random.default_rng(3), 5, 40):
        if arcs == "1,000" and share >= 0.2:
            assert (found.p_value < 1e-4).all()
