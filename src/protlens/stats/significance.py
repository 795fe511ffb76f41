"""Is a head's alignment more, or less, than its background?

Both tests are two-sided. A family, over which p-values are corrected, is the heads tested for one property class.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy import stats
from statsmodels.stats.multitest import multipletests

from protlens.stats.alignment import FEWEST_PROTEINS, ratio


def two_proportion_z(
    hits: Int64[np.ndarray, " head"], arcs: Int64[np.ndarray, " head"], *, positive: int, sites: int
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
    return np.asarray(2 * stats.norm.sf(np.abs(z)))


def clustered_standard_error(
    draws: Float64[np.ndarray, "resample head"],
    *,
    rate: Float64[np.ndarray, " head"],
    arcs: Int64[np.ndarray, " head"],
    effective: Float64[np.ndarray, " head"],
) -> Float64[np.ndarray, " head"]:
    """Return the standard error of alignment minus background, never below that of independent arcs.

    The larger of the standard deviation over resampled proteins, times ``sqrt(m / (m - 1))`` for m effective proteins,
    and ``sqrt(b (1 - b) / n)`` for n arcs at the background rate b. Without the second, a head that hits nothing in
    any protein would be called certain.

    Parameters
    ----------
    draws
        Alignment minus background in each resample, NaN where no arcs were drawn.
    rate
        The background.
    arcs
        Counted arcs, summed over proteins.
    effective
        The effective number of proteins; where it is under two the standard error is NaN.
    """
    m = np.where(effective >= FEWEST_PROTEINS, effective, np.nan)
    spread = np.ma.masked_invalid(draws).std(axis=0, ddof=1).filled(np.nan)
    independent = np.sqrt(ratio(rate * (1 - rate), arcs))
    return np.asarray(np.maximum(spread * np.sqrt(m / (m - 1)), independent))


def student_p_value(
    z: Float64[np.ndarray, " head"], *, effective: Float64[np.ndarray, " head"]
) -> Float64[np.ndarray, " head"]:
    """Return the two-sided p-value under Student's t with one degree of freedom less than effective proteins.

    NaN under two effective proteins.
    """
    return np.asarray(2 * stats.t.sf(np.abs(z), np.where(effective >= FEWEST_PROTEINS, effective - 1, np.nan)))


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
        bonferroni[tested] = multipletests(p_values[tested], method="bonferroni")[1]
        fdr[tested] = multipletests(p_values[tested], method="fdr_bh")[1]
    return bonferroni, fdr
