from itertools import combinations

import numpy as np

from protlens.data.copies import IDENTITY, Copy, find_copies, identity_words
from protlens.data.protein import Protein
from protlens.data.shared_words import align
from protlens.data.structures.chains import read_structure

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVK"


def protein(name: str, sequence: str = SEQUENCE, *, resolved: int = 0) -> Protein:
    points = np.full((len(sequence), 3), np.nan, np.float32)
    points[:resolved] = 0
    return Protein(id=name, sequence=sequence, ca=points if resolved else None)


def mutated(*places: int) -> str:
    return "".join("W" if place in places else letter for place, letter in enumerate(SEQUENCE))


def test_the_chain_with_most_resolved_residues_is_kept():
    proteins = [protein("bare"), protein("most", resolved=50), protein("less", resolved=49)]
    assert find_copies(proteins) == [Copy("bare", "most", 1.0), Copy("less", "most", 1.0)]


def test_the_first_of_equals_is_kept():
    proteins = [protein(name, resolved=30) for name in "abc"]
    assert [(copy.id, copy.kept) for copy in find_copies(proteins)] == [("b", "a"), ("c", "a")]


def test_every_copy_is_close_to_the_one_that_stands_for_it():
    one, two = mutated(10, 20, 30), mutated(10, 20, 30, 33, 40, 50)
    assert align(SEQUENCE, two)[0] < IDENTITY * len(SEQUENCE) <= min(align(SEQUENCE, one)[0], align(one, two)[0])
    found = find_copies([protein("a"), protein("b", one), protein("c", two)])
    assert found == [Copy("b", "a", 57 / 60)]


def test_chains_less_alike_are_both_kept():
    assert find_copies([protein("a"), protein("b", mutated(10, 20, 30, 40))]) == []
    assert find_copies([protein("a"), protein("b", SEQUENCE[:40])]) == []


def test_copies_of_real_entries_are_those_of_all_pairs(data_files):
    names = ("7hvp.pdb.gz", "1crn.cif.gz", "1cbn.pdb.gz", "1orc.cif.gz", "1ah1.cif.gz")
    chains = [chain for name in names for chain in read_structure(data_files / "structures" / name)]
    alike = set()
    for one, other in combinations(chains, 2):
        equal, aligned = align(one.sequence, other.sequence)
        if aligned >= 0.8 * max(len(one), len(other)) and equal >= IDENTITY * aligned:
            alike.add(frozenset((one.id, other.id)))
    found = find_copies(chains)
    assert {frozenset((copy.id, copy.kept)) for copy in found} == alike
    assert {copy.id for copy in found} == {"7HVP.B", "1CBN.A"}


def test_an_identity_is_never_rounded_up_to_identical():
    assert identity_words(1.0) == "identical"
    assert identity_words(0.9999) == "99 % identical"
    assert Copy("b", "a", 0.97).reason == "97 % identical to a, which is kept"
