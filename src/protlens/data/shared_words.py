"""Families of similar sequences without another program: shared words, checked by alignment.

A word is six letters in a row. Of each sequence at most ``MOST_WORDS`` are kept, those of the smallest hash, so that
two sequences keep the same ones. Within a word, sequences stand from the longest to the shortest, and each is paired
with the longest and with the few before it, as linclust does (Steinegger and Soding, Nature Communications 9 (2018)
2542, doi 10.1038/s41467-018-04964-5): time and memory grow with the residues, not with the pairs of sequences. What
shares two words is aligned from end to end (BLOSUM62, gemmi); one word is enough for a short sequence. Who is alike is
joined, and who is joined through a third.
"""

import re
from collections.abc import Iterator, Sequence

import gemmi
import numpy as np
from jaxtyping import Int64, UInt64

WORD = 6
"""Letters of a word: long enough that unrelated sequences share hardly two."""

LEAST_SHARED = 2
"""Words that two sequences share to be aligned, if the shorter has as many and is not short."""

SHORT = 100
"""Residues below which one shared word is enough, as there are few to share."""

MOST_WORDS = 200
"""Words that are kept of a sequence."""

NEIGHBOURS = 3
"""With how many of those before it in a word a sequence is paired, beside the first."""

_HASH = np.uint64(0x9E3779B97F4A7C15)


def families_by_words(sequences: Sequence[str], *, identity: float, coverage: float) -> list[int]:
    """Return the family of each sequence, numbered from zero in the order of their first members.

    Parameters
    ----------
    sequences
        Upper-case one-letter codes; their order does not change who is with whom.
    identity, coverage
        Two sequences are alike if at least this share of their aligned residues is equal, and the residues that are
        aligned are at least this share of either sequence.
    """
    unique = sorted(set(sequences), key=lambda sequence: (-len(sequence), sequence))
    parents = list(range(len(unique)))
    for one, other in _candidates(unique, coverage=coverage):
        roots = _root(parents, one), _root(parents, other)
        if roots[0] != roots[1] and are_alike(unique[one], unique[other], identity=identity, coverage=coverage):
            parents[max(roots)] = min(roots)
    root_of = {sequence: _root(parents, place) for place, sequence in enumerate(unique)}
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root_of[sequence], len(numbers)) for sequence in sequences]


def are_alike(one: str, other: str, *, identity: float, coverage: float) -> bool:
    """Whether an alignment from end to end equates enough residues of both sequences (see the module)."""
    longer = max(len(one), len(other))
    result = _aligned(one, other)
    if result.match_count < identity * coverage * longer:
        return False
    aligned = _columns(result)
    return aligned >= coverage * longer and bool(result.match_count >= identity * aligned)


def align(one: str, other: str) -> tuple[int, int]:
    """Return how many residues are equal, and how many are aligned, in a global alignment of two sequences.

    BLOSUM62, 10 to open a gap and 1 to extend it. The shorter is aligned to the longer, so the order does not matter.
    """
    result = _aligned(one, other)
    return result.match_count, _columns(result)


def _aligned(one: str, other: str) -> gemmi.AlignmentResult:
    short, long = sorted((one, other), key=lambda sequence: (len(sequence), sequence))
    return gemmi.align_string_sequences(list(short), list(long), [], gemmi.AlignmentScoring("b"))


def _columns(result: gemmi.AlignmentResult) -> int:
    """Return in how many columns two residues stand, from the runs of the alignment, as ``40M10D50M``."""
    return sum(int(length) for length in re.findall(r"(\d+)M", result.cigar_str()))


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _candidates(unique: Sequence[str], *, coverage: float) -> Iterator[tuple[int, int]]:
    """Yield places of sequences that share words and are not too different in length, the longer first."""
    kept = [_words(sequence) for sequence in unique]
    owners = np.repeat(np.arange(len(unique)), list(map(len, kept)))
    words = np.concatenate([np.zeros(0, np.uint64), *kept])
    order = np.argsort(words, kind="stable")
    words, owners = words[order], owners[order]
    pairs, counts = np.unique(_paired(words, owners, total=len(unique)), return_counts=True)
    first, second = np.divmod(pairs, max(1, len(unique)))
    lengths = np.array(list(map(len, unique)), np.int64)
    needed = np.minimum(np.array(list(map(len, kept)), np.int64), np.where(lengths < SHORT, 1, LEAST_SHARED))
    close = (counts >= needed[second]) & (lengths[second] >= coverage * lengths[first])
    yield from zip(first[close].tolist(), second[close].tolist(), strict=True)


def _paired(
    words: UInt64[np.ndarray, " word"], owners: Int64[np.ndarray, " word"], *, total: int
) -> Int64[np.ndarray, " pair"]:
    """Return pairs, ``first * total + second``: each place with the first of its word, and with a few before it."""
    begins = np.r_[True, words[1:] != words[:-1]] if len(words) else np.zeros(0, np.bool_)
    starts = np.maximum.accumulate(np.where(begins, np.arange(len(words)), 0))
    parts = []
    for back in range(1, NEIGHBOURS + 1):
        here = np.arange(back, len(words))
        here = here[here - back > starts[here]]
        parts.append(owners[here - back] * total + owners[here])
    rest = np.flatnonzero(~begins)
    return np.concatenate([*parts, owners[starts[rest]] * total + owners[rest]])


def _words(sequence: str) -> UInt64[np.ndarray, " word"]:
    """Return the hashes of a sequence's words, the smallest ones, each once; words with X are left out."""
    letters = np.frombuffer(sequence.encode("ascii"), np.uint8).astype(np.uint64) - np.uint64(ord("A"))
    if len(letters) < WORD:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(letters, WORD)
    known = windows[(windows != ord("X") - ord("A")).all(axis=1)]
    codes = known @ (np.uint64(26) ** np.arange(WORD, dtype=np.uint64))
    return np.unique(codes * _HASH)[:MOST_WORDS]
