"""Amino acids as numbers."""

import numpy as np
from jaxtyping import Int64

from protlens.data.protein import AMINO_ACIDS, track_symbols

TYPES = len(AMINO_ACIDS) + 1
"""The twenty amino acids, and one type for every other letter."""

_CODES = np.full(128, TYPES - 1, np.int64)
_CODES[np.frombuffer(AMINO_ACIDS.encode(), np.uint8)] = np.arange(len(AMINO_ACIDS))


def amino_acid_codes(sequence: str) -> Int64[np.ndarray, " residue"]:
    """Return the type of each residue: its place in ``AMINO_ACIDS``, or 20 for any other letter."""
    letters: np.ndarray = track_symbols(sequence).view(np.uint8)
    return np.asarray(_CODES[letters])


def unordered_pair(left: Int64[np.ndarray, " pair"], right: Int64[np.ndarray, " pair"]) -> Int64[np.ndarray, " pair"]:
    """Return the place of each unordered pair of types among all ``PAIR_TYPES``: (0, 0), (0, 1), (1, 1), (0, 2), ..."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    return np.asarray(high * (high + 1) // 2 + low)


PAIR_TYPES = TYPES * (TYPES + 1) // 2
"""Unordered pairs of types, a type with itself included."""
