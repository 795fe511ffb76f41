"""Background: how often a property holds where attention plays no part.

Paper mode pools all proteins into one figure for every head. Matched mode asks what a head would reach if each of its
arcs were placed at random among the eligible pairs of the protein it lies in; this differs between heads, because
heads spread their arcs differently over proteins, and proteins differ in composition and in contacts per pair.
"""

import numpy as np
from jaxtyping import Float64

from protlens.runs.counts import PropertyCounts
from protlens.stats.alignment import ratio
from protlens.stats.layer_groups import over_layers
from protlens.typing import Mode


def expected_hits(counts: PropertyCounts) -> Float64[np.ndarray, "protein layer head"]:
    """Return the hits to be expected if eligible arcs fell at random within each protein.

    ``e_i = n_i K_i / N_i`` for n eligible arcs, N eligible pairs and K positive pairs of protein i.
    """
    rate = np.nan_to_num(ratio(counts.positive_pairs, counts.pairs))
    return np.asarray(counts.eligible * rate[:, None, None])


def pooled_background(counts: PropertyCounts) -> float:
    """Return positive over labelled sites (for a pair property: pairs) of all proteins, NaN if there are none."""
    return float(ratio(int(counts.positive_sites.sum()), int(counts.sites.sum())))


def background(counts: PropertyCounts, *, mode: Mode) -> Float64[np.ndarray, "layer head"]:
    """Return the background of each head.

    Parameters
    ----------
    counts
        The sums of one property class.
    mode
        ``paper``: the pooled background, the same for every head. ``matched``: expected hits over eligible arcs,
        NaN for a head without eligible arcs.
    """
    if mode == "paper":
        return over_layers(counts, lambda part: np.full(part.arcs.shape[1:], pooled_background(part)))
    return ratio(over_layers(counts, expected_hits).sum(axis=0), counts.eligible.sum(axis=0))
