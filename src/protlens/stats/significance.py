"""The published test, and the correction for many heads.

A family, over which p-values are corrected, is the heads tested for one property class.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy import special

from protlens.stats.alignment import ratio


def two_proportion_z(
    hits: Int64[np.ndarray, " head"],
    arcs: Int64[np.ndarray, " head"],
    *,
    positive: int | Int64[np.ndarray, " head"],
    sites: int | Int64[np.ndarray, " head"],
) -> Float64[np.ndarray, " head"]:
    """Return the pooled z statistic of hits / arcs against positive / sites.

    ``(p1 - p2) / sqrt(p (1 - p) (1 / n1 + 1 / n2))`` with p the rate of both together; NaN where there are no arcs, no
    sites, or no difference is possible.
    """
    rate = ratio(hits + positive, arcs + sites)
    variance = rate * (1 - rate) * (ratio(1, arcs) + ratio(1, sites))
    return ratio(ratio(hits, arcs) - ratio(positive, sites), np.sqrt(variance))


def normal_p_value(z: Float64[np.ndarray, " head"]) -> Float64[np.ndarray, " head"]:
    """Return the two-sided p-value of a standard normal statistic."""
    return np.asarray(2 * special.ndtr(-np.abs(z)))


def corrected(
    p_values: Float64[np.ndarray, " head"], *, tested: Bool[np.ndarray, " head"]
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return p-values corrected within one family: Bonferroni, and Benjamini-Hochberg (q-values).

    Parameters
    ----------
    p_values
        One for each head, finite where tested.
    tested
        The heads that make up the family; the others get NaN.

    References
    ----------
    Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    bonferroni, fdr = np.full(p_values.shape, np.nan), np.full(p_values.shape, np.nan)
    if tested.any():
        bonferroni[tested] = np.minimum(p_values[tested] * tested.sum(), 1)
        fdr[tested] = _q_values(p_values[tested])
    return bonferroni, fdr


def _q_values(p_values: Float64[np.ndarray, " test"]) -> Float64[np.ndarray, " test"]:
    """Return the least rate of false discoveries at which each test would be called, ``min_(j >= i) p_j n / j``."""
    order, tests = np.argsort(p_values), len(p_values)
    called = p_values[order] / (np.arange(1, tests + 1) / tests)
    least = np.minimum.accumulate(called[::-1])[::-1]
    found = np.empty(tests)
    found[order] = np.minimum(least, 1)
    return found
