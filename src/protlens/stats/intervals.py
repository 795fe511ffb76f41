"""Confidence intervals of alignments."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy import special

from protlens.stats.alignment import FEWEST_PROTEINS, ratio

ALPHA = 0.05
"""One minus the confidence level, before any correction."""

QUANTILE = float(-special.ndtri(ALPHA / 2))
"""The upper 2.5 % point of the standard normal distribution."""


def wald_interval(
    hits: Int64[np.ndarray, " head"], arcs: Int64[np.ndarray, " head"], *, tests: int
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return the normal-approximation interval of hits / arcs at level 0.05 / tests, within 0 and 1.

    NaN where there are no arcs; with no tests at all the level is 0.05.
    """
    share, quantile = ratio(hits, arcs), -special.ndtri(ALPHA / max(tests, 1) / 2)
    half = quantile * np.sqrt(ratio(share * (1 - share), arcs))
    return np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)


def wilson_interval(
    hits: Int64[np.ndarray, " head"], arcs: Int64[np.ndarray, " head"]
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return the Wilson score interval of hits / arcs at the level 0.05, NaN where there are no arcs.

    References
    ----------
    Wilson, J. Am. Stat. Assoc. 22 (1927) 209, doi 10.1080/01621459.1927.10502953.
    """
    return score_interval(ratio(hits, arcs), arcs.astype(np.float64), quantile=np.full(arcs.shape, QUANTILE))


def small_sample_level(effective: Float64[np.ndarray, " head"]) -> Float64[np.ndarray, " head"]:
    """Return the error level at which a bootstrap over few proteins covers about 95 %.

    ``2 Phi(-sqrt(m / (m - 1)) t)`` with t the upper 2.5 % point of Student's t with m - 1 degrees of freedom and m
    the effective number of proteins; NaN for m under two.

    References
    ----------
    Hesterberg, Am. Stat. 69 (2015) 371, doi 10.1080/00031305.2015.1089789 (the expanded percentile interval).
    """
    known = effective >= FEWEST_PROTEINS
    m = np.where(known, effective, 2.0)
    level = 2 * special.ndtr(np.sqrt(m / (m - 1)) * special.stdtrit(m - 1, ALPHA / 2))
    return np.where(known, level, np.nan)


def score_interval(
    share: Float64[np.ndarray, " head"],
    arcs: Float64[np.ndarray, " head"],
    *,
    quantile: Float64[np.ndarray, " head"],
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return Wilson's interval of a share of any number of arcs, whole or not, within 0 and 1.

    Parameters
    ----------
    share
        The share of hits.
    arcs
        How many independent arcs it is worth; NaN or zero gives NaN.
    quantile
        The upper 2.5 % point of the standard normal distribution, or of the one that stands for it.
    """
    worth = np.where(arcs > 0, arcs, np.nan)
    squared = quantile**2
    centre = (share + squared / (2 * worth)) / (1 + squared / worth)
    half = quantile / (1 + squared / worth) * np.sqrt(share * (1 - share) / worth + squared / (4 * worth**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
