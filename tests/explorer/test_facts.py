"""Masks, pairs and distances against one pair at a time."""

import math

import numpy as np
import pytest

from protlens.data.protein import Protein
from protlens.explorer.facts import RunProperty, find_facts
from protlens.explorer.library import LibraryProtein
from protlens.properties.mask import Mask
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty
from reference import has_labels, value
from toy import toy_dataset

LONGEST = 35
NAMES = {"contact": Contact(), "binding_site": TrackProperty("binding_site", "binding_site")}
NAMES |= {f"amino_acid:{letter}": AminoAcid(letter) for letter in "AX"}
NAMES |= {"secondary_structure:helix": TrackProperty("secondary_structure:helix", "dssp", "HGI")}
PROPERTIES = [RunProperty(name, found.level, found) for name, found in NAMES.items()]
SYMBOLS = {None: "?", True: "1", False: "0"}


def shown(protein, analysed=LONGEST):
    return LibraryProtein(0, protein, min(analysed, len(protein)), (protein.id,))


@pytest.mark.parametrize("protein", toy_dataset(), ids=lambda protein: protein.id)
def test_facts_equal_one_look_at_each_residue_and_pair(protein):
    facts = find_facts(shown(protein), PROPERTIES)
    for name in facts.masks:
        known = has_labels(name, protein)
        expected = [SYMBOLS[bool(v) if (v := value(name, protein, 0, j)) is not None else None] if known else "?"
                    for j in range(len(protein))]  # fmt: skip
        assert facts.masks[name] == "".join(expected)
    read = min(len(protein), LONGEST)
    pairs = [(i, j) for i in range(read) for j in range(read)]
    query, key = (np.array(places, np.int32) for places in zip(*pairs, strict=True))
    states = [value("contact", protein, i, j) if protein.cb is not None else None for i, j in pairs]
    assert facts.of_arcs("contact", query, key) == "".join(SYMBOLS[state] for state in states)
    assert list(zip(*facts.holding("contact"), strict=True)) == [
        pair for pair, state in zip(pairs, states, strict=True) if state
    ]
    for (i, j), distance in zip(pairs, facts.distances(query, key), strict=True):
        if protein.cb is None:
            assert math.isnan(distance)
        else:
            expected = math.dist(protein.cb[i].tolist(), protein.cb[j].tolist())
            assert distance == pytest.approx(expected, nan_ok=True)


def test_a_property_that_nobody_knows_is_unknown_everywhere():
    protein = toy_dataset()[0]
    facts = find_facts(shown(protein), [RunProperty("mine", "residue", None), RunProperty("near", "pair", None)])
    assert facts.masks == {"mine": "?" * len(protein)}
    assert facts.holding("near") == ([], [])
    assert facts.of_arcs("near", np.array([0, 1], np.int32), np.array([2, 3], np.int32)) == "??"


class Downstream:
    """A property of someone's own that depends on the direction; what the last residue does is not known."""

    name = "downstream"
    level = "pair"

    def mask(self, protein):
        i, j = np.indices((len(protein), len(protein)))
        known = i < len(protein) - 1
        return Mask(holds=(j > i) & known, known=known)


def test_the_direction_of_a_pair_counts():
    facts = find_facts(shown(toy_dataset()[0].cut(3)), [RunProperty("downstream", "pair", Downstream())])
    query, key = np.array([0, 1, 1, 2, 0], np.int32), np.array([1, 0, 2, 0, 2], np.int32)
    assert facts.of_arcs("downstream", query, key) == "101?1"
    assert facts.holding("downstream") == ([0, 0, 1], [1, 2, 2])


@pytest.mark.parametrize(("atom", "distance"), [("CA", 3.0), ("CB", 5.0)])
def test_distances_are_between_the_atoms_of_the_contact(atom, distance):
    ca = np.array([[0, 0, 0], [3, 0, 0]], np.float32)
    cb = np.array([[0, 0, 0], [3, 4, 0]], np.float32)
    protein = Protein(id="p", sequence="AC", ca=ca, cb=cb)
    contact = Contact(atom=atom)
    facts = find_facts(shown(protein), [RunProperty("contact", "pair", contact)])
    assert facts.distances(np.array([0], np.int32), np.array([1], np.int32)).tolist() == [distance]


def test_pairs_are_looked_up_among_the_analysed_residues_only():
    """The pairs of a chain of 100,000 residues would not fit into any memory."""
    points = np.zeros((100_000, 3), np.float32)
    protein = Protein(id="p", sequence="A" * 100_000, ca=points, cb=points)
    facts = find_facts(shown(protein, analysed=50), PROPERTIES)
    assert facts.pairs["contact"].holds.shape == (50, 50)
    assert len(facts.masks["amino_acid:A"]) == 100_000
    assert facts.bytes == 2 * 50 * 50 + 4 * 100_000
