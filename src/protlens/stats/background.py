"""Background: how often a property holds where attention plays no part.

Paper mode pools all proteins into one figure for every head. Matched mode asks what a head would reach if each of its
arcs were placed at random among the eligible pairs of the protein it lies in; this differs between heads, because
heads spread their arcs differently over proteins, and proteins differ in composition and in contacts per pair.
"""

import numpy as np
from jaxtyping import Float64

from protlens.runs.counts import PropertyCounts
from protlens.stats.alignment import ratio


def expected_hits(counts: PropertyCounts) -> Float64[np.ndarray, "protein layer head"]:
    """Return the hits to be expected if eligible arcs fell at random within each protein.

    ``e_i = n_i K_i / N_i`` for n eligible arcs, N eligible pairs and K positive pairs of protein i.
    """
    rate = np.nan_to_num(ratio(counts.positive_pairs, counts.pairs))
    return np.asarray(counts.eligible * rate[:, None, None])
