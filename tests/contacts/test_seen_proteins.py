from dataclasses import replace

import pytest

from protlens.contacts.regression_file import TrainingRecord
from protlens.contacts.seen_proteins import trained_on
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein

PDB = load_dataset("pdb-mini")
LEARNED = list(PDB[:3])


@pytest.fixture(scope="module")
def record():
    clusters = tuple(one.cluster for one in LEARNED)
    return TrainingRecord(PDB.name, PDB.fingerprint(), tuple(one.id for one in LEARNED), clusters, {})


def made(protein, **changes):
    return replace(protein, **{"id": "another", "cluster": ""} | changes)


def test_a_protein_is_known_by_id_and_by_cluster(record):
    elsewhere = replace(record, dataset="mine.parquet", fingerprint="00")
    other = PDB[10]
    proteins = [made(other, id=LEARNED[0].id), made(other, id="b", cluster=LEARNED[1].cluster), made(other, id="c")]
    assert trained_on(elsewhere, Dataset("some", proteins)) == {LEARNED[0].id, "b"}


def test_a_relative_is_known_by_its_sequence_where_the_training_proteins_are_at_hand(record):
    one = LEARNED[2]
    near = "".join("A" if place % 5 == 0 else letter for place, letter in enumerate(one.sequence))
    proteins = [made(one), made(one, id="near", sequence=near), made(PDB[10], id="other")]
    assert trained_on(record, Dataset("some", proteins)) == {"another", "near"}
    assert trained_on(replace(record, fingerprint="00"), Dataset("some", proteins)) == frozenset()


def test_one_chain_of_several_is_enough(record):
    one, other = LEARNED[2], PDB[10]
    sequence = other.sequence + one.sequence
    points = [[0.0, 0.0, float(place)] for place in range(len(sequence))]
    known = Protein(id="another", sequence=sequence, chain_starts=(len(other),), ca=points)
    assert trained_on(record, Dataset("some", [known])) == {"another"}


def test_a_protein_without_structure_is_not_looked_at(record):
    bare = Protein(id=LEARNED[0].id, sequence=LEARNED[0].sequence)
    assert trained_on(record, Dataset("bare", [bare])) == frozenset()
