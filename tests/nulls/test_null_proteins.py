from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
import pytest

from protlens.data.catalog import load_dataset
from protlens.data.protein import Annotation, Protein
from protlens.nulls.null_kinds import KINDS
from protlens.nulls.null_proteins import CHANGES, null_dataset
from protlens.properties.pair import Contact, Disulfide
from protlens.properties.residue import TrackProperty
from toy import toy_dataset

SEQUENCE_KINDS, LABEL_KINDS = ("sequences", "neighbours"), ("labels", "positions")


_TRACK = "0001100111" * 4


def changed(protein, kind, *, seed=0, reads=None):
    [found] = null_dataset([protein], kind, name="data", seed=seed, reads=reads)
    return found


def test_the_kinds_are_those_that_change_datasets():
    assert set(CHANGES) == {kind for kind, facts in KINDS.items() if facts.part == "dataset"}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_null_is_named_and_differs_by_seed_but_not_by_what_stands_beside_a_protein(kind):
    proteins = list(toy_dataset())
    made = null_dataset(proteins, kind, name="toy", seed=3, reads=None)
    assert made.name == f"toy, {KINDS[kind].words} (seed 3)"
    assert made.ids == [protein.id for protein in proteins]
    alone = [null_dataset([protein], kind, name="toy", seed=3, reads=None) for protein in reversed(proteins)]
    assert [one.fingerprint() for one in reversed(alone)] == [
        made.take([row]).fingerprint() for row in range(len(made))
    ]
    prints = {null_dataset(proteins, kind, name="toy", seed=seed, reads=None).fingerprint() for seed in range(4)}
    assert len(prints) == 4


@pytest.mark.parametrize("kind", SEQUENCE_KINDS)
def test_sequences_keep_their_composition_and_all_else_stays(kind):
    for protein in toy_dataset():
        found = changed(protein, kind)
        assert Counter(found.sequence) == Counter(protein.sequence)
        assert dict(found.tracks) == dict(protein.tracks)
        if protein.ca is not None:
            np.testing.assert_array_equal(found.ca, protein.ca)
            np.testing.assert_array_equal(found.cb, protein.cb)
        if kind == "neighbours":
            kept, before = (Counter(pairwise(s)) for s in (found.sequence, protein.sequence))
            assert kept == before


@pytest.mark.parametrize("kind", CHANGES)
def test_a_single_residue_stays(kind):
    one = Protein(id="one", sequence="X", tracks={"dssp": "H"}, ca=[[1, 2, 3]], cb=[[1, 2, 3]])
    found = changed(one, kind)
    assert (found.sequence, dict(found.tracks), found.ca.tolist()) == ("X", {"dssp": "H"}, [[1, 2, 3]])


@pytest.mark.parametrize("kind", CHANGES)
def test_a_protein_without_labels_has_none_afterwards(kind):
    found = changed(Protein(id="bare", sequence="MKTAYIAKQR"), kind)
    assert dict(found.tracks) == {}
    assert found.ca is None
    assert found.cb is None


@pytest.mark.parametrize("kind", CHANGES)
def test_the_track_that_the_model_reads_goes_with_the_sequence(kind):
    protein = Protein(
        id="a", sequence="MKTAKTAYIAKTMQR" * 3, tracks={"3di": "ppdpdvdpdddpdvp" * 3, "dssp": "HHHEECC??HHHEEH" * 3}
    )
    found = changed(protein, kind, reads="3di")
    read = [list(zip(one.sequence, one.tracks["3di"], strict=True)) for one in (found, protein)]
    assert Counter(read[0]) == Counter(read[1])
    if kind == "neighbours":
        assert Counter(pairwise(read[0])) == Counter(pairwise(read[1]))
    assert (found.sequence == protein.sequence) is (kind in LABEL_KINDS)


def test_permuted_labels_keep_their_stretches_each_track_by_itself():
    protein = Protein(
        id="a", sequence="A" * 40, tracks={"x": "0001100111" * 4, "y": "HHCC?EEECH" * 4, "z": "0001100111" * 4}
    )
    found = changed(protein, "labels")
    for name, track in protein.tracks.items():
        assert Counter(found.tracks[name]) == Counter(track)
        assert found.tracks[name] != track
    assert found.tracks["x"] != found.tracks["z"]
    stretches = [Counter(symbol for symbol, _ in groupby(one.tracks["y"])) for one in (found, protein)]
    assert all(stretches[0][symbol] <= stretches[1][symbol] for symbol in "HCE?")  # some now stand side by side


def test_shifted_labels_and_coordinates_keep_together():
    points = np.arange(60, dtype=np.float32).reshape(20, 3)
    protein = Protein(
        id="a",
        sequence="MKTAYIAKQRQISFVKSHFS",
        tracks={"x": "10000000000000000000", "y": "01000000000000000000"},
        ca=points,
        cb=points + 1,
        annotations=(Annotation("x", "ZN", (0, 1)),),
    )
    found = changed(protein, "positions")
    place = found.tracks["x"].index("1")
    assert 6 <= place <= 14
    assert found.tracks["y"].index("1") == place + 1
    assert found.ca[place].tolist() == [0, 1, 2]
    assert found.cb[place].tolist() == [1, 2, 3]
    assert found.annotations == (Annotation("x", "ZN", (place, place + 1)),)
    assert found.sequence == protein.sequence
    assert found.residue_numbers == protein.residue_numbers


def test_annotations_go_with_their_track():
    track = "0001000000110000100000000"
    notes = (Annotation("site", "a", (10, 11)), Annotation("other", "b", (0,)))
    protein = Protein(id="a", sequence="A" * 25, tracks={"site": track}, annotations=notes)
    found = changed(protein, "labels", seed=1)
    [first, second] = found.annotations
    assert [found.tracks["site"][place] for place in first.residues] == ["1", "1"]
    assert first.residues[1] - first.residues[0] == 1
    assert found.tracks["site"] != track
    assert second == notes[1]


@pytest.mark.parametrize("kind", LABEL_KINDS)
def test_shifted_contacts_are_the_contacts_of_pairs_that_the_seam_does_not_part(kind):
    protein = load_dataset("pdb-mini")[3].cut(90)
    before, after = (Contact().mask(one) for one in (protein, changed(protein, kind)))
    length = len(protein)
    fits = [
        offset
        for offset in range(6, length - 5)
        if np.array_equal(np.roll(protein.cb, offset, axis=0), changed(protein, kind).cb, equal_nan=True)
    ]
    assert len(fits) == 1
    for i in range(length):
        for j in range(length):
            to = (i + fits[0]) % length, (j + fits[0]) % length
            if to[0] - to[1] == i - j:
                assert after.holds[to] == before.holds[i, j]
                assert after.known[to] == before.known[i, j]


def test_disulfide_bonds_stay_pairs():
    domain = next(one for one in load_dataset("antibody-mini") if Disulfide().mask(one).holds.any())
    for kind in CHANGES:
        before, after = (int(Disulfide().mask(one).holds.sum()) for one in (domain, changed(domain, kind)))
        assert before == after


@pytest.mark.parametrize("kind", CHANGES)
def test_a_protein_that_has_no_cb_gets_none_by_glycines_at_other_places(kind):
    points = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32) * 9
    sequence = "GAGGASTLGAGGASTLGAGGASTLGAGGAS"
    glycines = np.array([letter == "G" for letter in sequence])
    protein = Protein(id="a", sequence=sequence, ca=points, cb=np.where(glycines[:, None], points, np.nan))
    assert Contact().mask(protein) is None
    assert Contact().mask(changed(protein, kind)) is None
    assert Contact("CA").mask(changed(protein, kind)).holds.sum() > 0


@pytest.mark.parametrize("kind", LABEL_KINDS)
def test_labels_are_as_many_as_before(kind):
    for protein in load_dataset("pdb-mini")[:5]:
        found = changed(protein, kind)
        for name in protein.tracks:
            for symbol in set(protein.tracks[name]):
                one, other = (TrackProperty(name, name, symbol).mask(each) for each in (protein, found))
                assert (one.holds.sum(), one.known.sum()) == (other.holds.sum(), other.known.sum())
        assert found.sequence == protein.sequence


def test_what_is_changed_is_not_the_protein_itself():
    protein = toy_dataset()[0]
    copied = replace(protein)
    for kind in CHANGES:
        changed(protein, kind)
    assert dict(protein.tracks) == dict(copied.tracks)
    np.testing.assert_array_equal(protein.ca, copied.ca)
