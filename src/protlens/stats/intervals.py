"""Confidence intervals of alignments."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from protlens.stats.alignment import FEWEST_PROTEINS
from protlens.stats.bootstrap import quantiles

ALPHA = 0.05
"""One minus the confidence level, before any correction."""


def wald_interval(
    hits: Int64[np.ndarray, " head"], arcs: Int64[np.ndarray, " head"], *, tests: int
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return the normal-approximation interval of hits / arcs at level 0.05 / tests, within 0 and 1.

    NaN where there are no arcs; with no tests at all the level is 0.05.
    """
    return _binomial_interval(hits, arcs, np.full(arcs.shape, ALPHA / max(tests, 1)), method="normal")


def wilson_interval(
    hits: Int64[np.ndarray, " head"], arcs: Int64[np.ndarray, " head"]
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return the Wilson score interval of hits / arcs at the level 0.05, NaN where there are no arcs.

    References
    ----------
    Wilson, J. Am. Stat. Assoc. 22 (1927) 209, doi 10.1080/01621459.1927.10502953.
    """
    return _binomial_interval(hits, arcs, np.full(arcs.shape, ALPHA), method="wilson")


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
    level = 2 * stats.norm.sf(np.sqrt(m / (m - 1)) * stats.t.isf(ALPHA / 2, m - 1))
    return np.where(known, level, np.nan)


def protein_interval(
    hits: Int64[np.ndarray, " head"],
    arcs: Int64[np.ndarray, " head"],
    *,
    draws: Float64[np.ndarray, "resample head"],
    effective: Float64[np.ndarray, " head"],
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    """Return the percentile interval over resampled proteins, never narrower than independent arcs would give.

    Both the percentile interval and the Wilson interval are taken at :func:`small_sample_level`; the result spans the
    two. The Wilson interval matters where all or none of the arcs are hits and the resamples do not vary.

    Parameters
    ----------
    hits, arcs
        Sums over proteins.
    draws
        The alignment in each resample, NaN where no arcs were drawn.
    effective
        The effective number of proteins; where it is under two the interval is NaN.
    """
    level = small_sample_level(effective)
    low, high = _binomial_interval(hits, arcs, level, method="wilson")
    return np.minimum(low, quantiles(draws, level / 2)), np.maximum(high, quantiles(draws, 1 - level / 2))


def _binomial_interval(
    hits: Int64[np.ndarray, " head"],
    arcs: Int64[np.ndarray, " head"],
    level: Float64[np.ndarray, " head"],
    *,
    method: str,
) -> tuple[Float64[np.ndarray, " head"], Float64[np.ndarray, " head"]]:
    low, high = np.full(arcs.shape, np.nan), np.full(arcs.shape, np.nan)
    known = (arcs > 0) & np.isfinite(level)
    if known.any():
        ends = proportion_confint(hits[known], arcs[known], alpha=level[known], method=method)
        low[known], high[known] = np.clip(ends, 0.0, 1.0)
    return low, high
