"""Contacts without a model: how often pairs of one separation and two amino acids touch in other proteins.

The score of a pair is ``log r(s) + log e(a, b)``. ``r`` is the share of pairs of its band of separation that touch.
``e`` is how many times as many pairs of these two amino acids touch as their separations alone explain, drawn towards
the product of what each amino acid does, which is drawn towards one: a gamma prior of ``PRIOR`` expected contacts,

    e(a)    = (contacts of a + k)              / (expected contacts of a + k)
    e(a, b) = (contacts of ab + k e(a) e(b))   / (expected contacts of ab + k),     k = PRIOR.

Interactions of separation and amino acids are left out: on 20 to 150 training chains they did not help.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from protlens.data.amino_acid_codes import PAIR_TYPES, TYPES, amino_acid_codes, unordered_pair
from protlens.data.protein import APART
from protlens.pairs.residue_pairs import ResiduePairs

BAND_STARTS = (0, 6, 7, 8, 9, 10, 11, 12, 14, 16, 19, 22, 26, 32, 40, 50, 64, 80, 110, 160, APART)
"""The smallest ``|i-j|`` of each band; the last is that of pairs of two chains."""

PRIOR = 20.0
"""Expected contacts that the prior weighs as much as."""

_HIGH, _LOW = np.tril_indices(TYPES)
"""The two types of each unordered pair, in the order of :func:`unordered_pair`."""

PairCounts = Int64[np.ndarray, "count=2 band type"]
"""Known pairs (0), and those that touch (1), by band of separation and unordered pair of amino acids."""


@dataclass(frozen=True, slots=True, eq=False)
class PairStatistics:
    """What separation and amino acids alone say about contacts.

    Parameters
    ----------
    rates
        The share of pairs of each band of separation that touch, above 0.
    factors
        How many times as many pairs of these amino acids touch as pairs of their separations do, above 0.
    """

    rates: Float64[np.ndarray, " band"]
    factors: Float64[np.ndarray, " type"]

    def scores(self, sequence: str, pairs: ResiduePairs) -> Float64[np.ndarray, " pair"]:
        """Return the logarithm of the expected share of contacts for each pair of a chain."""
        bands, types = _places(sequence, pairs)
        return np.asarray(np.log(self.rates)[bands] + np.log(self.factors)[types])


def count_pairs(sequence: str, pairs: ResiduePairs, contacts: Bool[np.ndarray, " pair"]) -> PairCounts:
    """Return the counts of one chain; those of several add up.

    Parameters
    ----------
    sequence
        The chain, in one-letter codes.
    pairs, contacts
        Its pairs of which is known whether they touch, and which do.
    """
    bands, types = _places(sequence, pairs)
    shape = (len(BAND_STARTS), PAIR_TYPES)
    cells = np.ravel_multi_index((bands, types), shape)
    counted = [np.bincount(chosen, minlength=shape[0] * shape[1]) for chosen in (cells, cells[contacts])]
    return np.stack(counted).reshape(2, *shape).astype(np.int64)


def learn_statistics(counts: PairCounts) -> PairStatistics:
    """Learn from the summed counts of the training chains.

    The rate of a band is that of its pairs and one more, which touches as often as all pairs do.

    Parameters
    ----------
    counts
        At least one pair, of which at least one touches.
    """
    pairs, contacts = counts.astype(np.float64)
    share = contacts.sum() / pairs.sum()
    rates = (contacts.sum(axis=1) + share) / (pairs.sum(axis=1) + 1)
    seen, expected = contacts.sum(axis=0), rates @ pairs
    single = (_by_type(seen) + PRIOR) / (_by_type(expected) + PRIOR)
    factors = (seen + PRIOR * single[_HIGH] * single[_LOW]) / (expected + PRIOR)
    return PairStatistics(rates, factors)


def _by_type(values: Float64[np.ndarray, " type"]) -> Float64[np.ndarray, " amino_acid"]:
    """Sum over the pairs that an amino acid stands in, those with itself twice."""
    return np.bincount(_HIGH, values, minlength=TYPES) + np.bincount(_LOW, values, minlength=TYPES)


def _places(sequence: str, pairs: ResiduePairs) -> tuple[Int64[np.ndarray, " pair"], Int64[np.ndarray, " pair"]]:
    """Return the band of separation and the pair of amino acids of each pair."""
    codes = amino_acid_codes(sequence)
    bands = np.searchsorted(BAND_STARTS, pairs.separations, side="right") - 1
    return bands, unordered_pair(codes[pairs.first], codes[pairs.second])
