from itertools import combinations

import gemmi
import numpy as np
import pytest

from protlens.data.catalog import load_dataset
from protlens.data.protein import AMINO_ACIDS
from protlens.data.shared_words import align, are_alike, families_by_words
from protlens.data.structures.chains import read_structure


def mutated(sequence: str, identity: float, rng: np.random.Generator) -> str:
    """Return the sequence with a share of its letters replaced by others, at random."""
    letters = list(sequence)
    for place in rng.choice(len(letters), round((1 - identity) * len(letters)), replace=False):
        letters[place] = rng.choice([letter for letter in AMINO_ACIDS if letter != letters[place]])
    return "".join(letters)


def made_families(rng: np.random.Generator) -> list[str]:
    """Return sequences of families of 70 % and more, shuffled, with copies, fragments and singles."""
    sequences = []
    for _ in range(12):
        first = "".join(rng.choice(list(AMINO_ACIDS), rng.integers(40, 160)))
        sequences += [first, first, first[: int(0.9 * len(first))], first[: len(first) // 2]]
        sequences += [mutated(first, identity, rng) for identity in (0.97, 0.85, 0.7)]
    return [sequences[place] for place in rng.permutation(len(sequences))]


def plain_families(sequences, *, identity: float, coverage: float) -> list[int]:
    """All pairs, each aligned; families are numbered by their first member."""
    family = list(range(len(sequences)))
    for one, other in combinations(range(len(sequences)), 2):
        if plainly_alike(sequences[one], sequences[other], identity=identity, coverage=coverage):
            family = [family[one] if number == family[other] else number for number in family]
    return [sorted(set(family), key=family.index).index(number) for number in family]


def plainly_alike(one: str, other: str, *, identity: float, coverage: float) -> bool:
    result = gemmi.align_string_sequences(*map(list, sorted((one, other), key=lambda s: (len(s), s))), [], SCORING)
    columns = result.calculate_identity(1), result.calculate_identity(2)
    shorter, longer = sorted((len(one), len(other)))
    assert columns[0] == pytest.approx(100 * result.match_count / shorter)
    aligned = sum(int(part[:-1]) for part in cigar(result.cigar_str()) if part[-1] == "M")
    return aligned >= coverage * longer and result.match_count >= identity * aligned


def cigar(text: str) -> list[str]:
    for letter in "MID":
        text = text.replace(letter, f"{letter} ")
    return text.split()


SCORING = gemmi.AlignmentScoring("b")


@pytest.mark.parametrize("identity", [0.65, 0.8, 0.95])
def test_families_are_those_of_all_pairs_aligned(identity):
    sequences = made_families(np.random.default_rng(1))
    found = families_by_words(sequences, identity=identity, coverage=0.8)
    assert found == plain_families(sequences, identity=identity, coverage=0.8)
    assert 12 < len(set(found)) < len(sequences)


def test_families_do_not_depend_on_the_order():
    sequences = made_families(np.random.default_rng(2))
    order = np.random.default_rng(3).permutation(len(sequences))
    found = np.array(families_by_words(sequences, identity=0.6, coverage=0.8))
    moved = np.array(families_by_words([sequences[place] for place in order], identity=0.6, coverage=0.8))
    assert np.array_equal(found[order][:, None] == found[order], moved[:, None] == moved)


def test_real_chains_of_one_entry_are_one_family(data_files):
    files = ("7hvp.pdb.gz", "1crn.cif.gz", "1cbn.pdb.gz", "1orc.cif.gz")
    chains = [chain for name in files for chain in read_structure(data_files / "structures" / name)]
    assert [chain.id for chain in chains] == ["7HVP.A", "7HVP.B", "1CRN.A", "1CBN.A", "1ORC.A"]
    sequences = [chain.sequence for chain in chains]
    assert families_by_words(sequences, identity=0.95, coverage=0.8) == [0, 0, 1, 1, 2]
    assert families_by_words(sequences, identity=1.0, coverage=0.8) == [0, 0, 1, 2, 3]


def test_no_two_chains_of_the_bundled_structures_are_one_family():
    sequences = load_dataset("pdb-mini").sequences
    assert len(set(families_by_words(sequences, identity=0.4, coverage=0.8))) == len(sequences)


@pytest.mark.parametrize("sequence", ["A", "ACDEF", "X" * 50, "ACDXX" * 10])
def test_sequences_without_words_are_alike_if_equal(sequence):
    assert families_by_words([sequence, "W" * 30, sequence], identity=0.5, coverage=0.8) == [0, 1, 0]


def test_no_sequences_are_no_families():
    assert families_by_words([], identity=0.5, coverage=0.8) == []


def test_many_copies_of_low_complexity_are_one_family():
    assert families_by_words(["Q" * length for length in range(40, 60)], identity=0.9, coverage=0.8) == [0] * 20


def test_what_is_aligned_is_counted_without_gaps():
    one = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVVHSLAKWKRQTLGQHDFSAGEGLYTHMKALRPDEDR"
    shorter = one[:40] + one[50:]
    assert align(one, shorter) == align(shorter, one) == (len(one) - 10, len(one) - 10)
    assert are_alike(one, shorter, identity=1.0, coverage=0.9)
    assert not are_alike(one, shorter, identity=1.0, coverage=0.95)
