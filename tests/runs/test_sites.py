"""Where labels lie and where arcs fall, against loops over single pairs."""

from collections import Counter

import numpy as np
import pytest

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.sites import CELLS, LETTERS, PLACES, SEPARATION_STARTS, cell_factors, cells, places
from reference import AMINO_ACIDS, attention_of, has_labels, value
from toy import HEADS, toy_dataset, toy_model


@pytest.fixture(scope="module", params=[80, 16384])
def run(request, tmp_path_factory):
    data = toy_dataset()
    options = ExtractionOptions(threshold=0.05, shard_residues=request.param)
    return extract(
        toy_model(), data, select_properties(data), out=tmp_path_factory.mktemp("run") / "run", options=options
    )


def letter(protein, i):
    return AMINO_ACIDS.index(protein.sequence[i]) if protein.sequence[i] in AMINO_ACIDS else 20


def cell(protein, i, j):
    stratum = sum(abs(i - j) >= start for start in SEPARATION_STARTS) - 1
    low, high = sorted([letter(protein, i), letter(protein, j)])
    return (stratum * 21 + low) * 21 + high


def looped(name, level):
    """Count sites, positives and arcs pair by pair."""
    trials, positive, arcs = Counter(), Counter(), Counter()
    members = [protein for protein in toy_dataset() if has_labels(name, protein)]
    for number, protein in enumerate(members):
        attention = attention_of(toy_model(), protein.sequence) >= np.float32(0.05)
        for i in range(len(protein)):
            for j in range(len(protein)):
                known = value(name, protein, i, j)
                if known is None:
                    continue
                place = (number, j if level == "residue" else cell(protein, i, j))
                if level == "pair" or i == 0:
                    trials[place] += 1
                    positive[place] += known
                for layer, head in zip(*np.nonzero(attention[:, :, i, j]), strict=True):
                    arcs[(*place, int(layer * HEADS + head))] += 1
    return trials, positive, arcs


@pytest.mark.parametrize("name", ["contact", "binding_site", "modification:acetylation", "amino_acid:A"])
def test_sites_and_arcs_equal_plain_loops(run, name):
    trials, positive, arcs = looped(name, run.manifest.properties[name])
    counts = run.property_counts(name)
    sites, attended = counts.labelled, counts.attended
    place = list(zip(sites.protein.tolist(), sites.position.tolist(), strict=True))
    assert place == sorted(trials)
    assert dict(zip(place, sites.trials.tolist(), strict=True)) == dict(trials)
    assert dict(zip(place, sites.positive.tolist(), strict=True)) == {one: positive[one] for one in trials}
    rows = zip(attended.site.tolist(), attended.head.tolist(), attended.arcs.tolist(), strict=True)
    assert {(*place[site], head): count for site, head, count in rows} == dict(arcs)
    order = np.lexsort([attended.site, attended.head, sites.protein[attended.site]])
    assert (np.diff(order) == 1).all()


def test_factors_are_the_letters_and_places_of_the_residues(run):
    sites = run.property_counts("amino_acid:A").labelled
    for row, number in enumerate(run.labelled_proteins("amino_acid:A")):
        protein, mine = toy_dataset()[number], sites.protein == row
        position = sites.position[mine]
        assert sites.factors["amino acid"][mine].tolist() == [letter(protein, i) for i in position]
        assert sites.factors["place"][mine].tolist() == places(len(protein))[position].tolist()


def test_places_are_four_steps_from_either_end_and_tenths_between():
    assert places(1).tolist() == [0]
    assert places(5).tolist() == [0, 1, 1, 5, 4]
    long = places(100)
    assert long[:11].tolist() == [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 9]
    assert long[-11:].tolist() == [16, 7, 7, 7, 7, 6, 6, 6, 5, 5, 4]
    assert long[10:90].tolist() == [8 + i // 10 for i in range(10, 90)]
    assert max(places(1000)) < PLACES


def test_cells_tell_separation_and_amino_acids_in_either_order():
    one, other = cells(np.array([3, 20]), np.array([20, 3]), np.array([13, 12]))
    assert one == other < CELLS
    factors = cell_factors(np.array([one]))
    assert factors["separation"].item() == SEPARATION_STARTS.index(12)
    assert factors["amino acids"].item() == 3 * LETTERS + 20


def test_classes_with_labels_at_the_same_residues_share_what_is_made_of_their_places(run):
    names = ["amino_acid:A", "amino_acid:C", "binding_site"]
    found = [next(blocks.sites(0)) for blocks in run.each_property_blocks(names)]
    places = [sites.once_of_places("seen", lambda: object()) for sites in found]
    assert places[0] is places[1]
    assert places[2] is not places[1]
    for name, sites in zip(names, found, strict=True):
        alone = next(run.property_blocks(name).sites(0))
        for part in ("protein", "position", "trials", "positive"):
            assert getattr(sites, part).tolist() == getattr(alone, part).tolist()
        assert sites.positive.sum() == run.property_counts(name).positive_sites.sum()
