"""How much more does a head hit than expected, and how sure is that?

With k_p hits, e_p expected ones and the moments v_p and t_p of ``protlens.stats.chance`` in protein p,

    z = sum_p (k_p - e_p) / sqrt(V),    V = f * g * sum_p v_p

The p-value is one-sided, P(at least as many hits). It is that of the gamma distribution with the mean, the variance
and the skewness ``sum_p t_p / (sum_p v_p)^(3/2) * sqrt(f)`` of the hits (Pearson's type III), which for few expected
hits is far from the normal one; it is 1 where nothing is hit. ``f`` is one where v_p holds all dependence of arcs in a
protein (columns are known), else the overdispersion of proteins (:func:`overdispersion`). ``g`` is the share of the
variance that the fit of a control leaves (``protlens.stats.score_variance``), one without a fit.

The interval of the alignment is Wilson's with as many independent arcs as carry the same information,
``n^2 b (1 - b) / (f g sum_p v_p)`` for n arcs and ``b = sum e / n``, with f the overdispersion even where columns are
known: proteins differ in how much more a head hits. It has an upper end where there is no hit.

References
----------
Wilson, J. Am. Stat. Assoc. 22 (1927) 209. Breslow and Day, Statistical Methods in Cancer Research I (IARC, 1980).
Rao and Scott, Biometrics 48 (1992) 577, doi 10.2307/2532311 (effective sample size of clustered proportions).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool
from scipy import special

from protlens.stats.alignment import FEWEST_PROTEINS, ratio
from protlens.stats.hit_sums import HitSums, PerHead
from protlens.stats.intervals import ALPHA, QUANTILE, score_interval

_NORMAL = 1e-3
"""Skewness below which the gamma distribution is taken as normal."""

_ALL_HIT = 1e-9
"""Variance carried over below which all arcs hit, but for rounding: h says nothing there, and is taken as one."""

_ROUNDING = 1e-12
"""Scatter of hits, over the sum of their squares, that is rounding: the difference of sums that are equal."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the hits of each head say against one expectation; NaN where nothing is said, all ``float64 [head]``.

    Parameters
    ----------
    expected
        The share of hits to be expected.
    low, high
        95 % interval of the alignment.
    z, p_value
        The standardised difference of hits from expected ones, and its one-sided p-value, above.
    """

    expected: PerHead
    low: PerHead
    high: PerHead
    z: PerHead
    p_value: PerHead


def weigh(sums: HitSums, *, left: PerHead | None = None, exact: bool | Bool[np.ndarray, " head"]) -> Evidence:
    """Return the evidence that each head hits more than chance would.

    Parameters
    ----------
    sums
        Of hits and of the moments of chance.
    left
        The share of the variance that the fit of a control leaves; None without a fit.
    exact
        Whether the moments hold all dependence of arcs within a protein.
    """
    share = ratio(sums.hits, sums.arcs)
    expected, effective = ratio(sums.expected, sums.arcs), ratio(sums.arcs**2, sums.arcs_squared)
    spread = overdispersion(sums)
    factor = np.where(exact, 1.0, spread)
    certain = sums.variance if left is None else sums.variance * left
    variance = certain * factor
    enough = effective >= FEWEST_PROTEINS
    z = np.where(enough, ratio((share - expected) * sums.arcs, np.sqrt(variance)), np.nan)
    skewness = ratio(sums.third, sums.variance**1.5) * np.sqrt(factor)
    information = ratio(sums.arcs**2 * expected * (1 - expected), certain * spread)
    few = special.stdtrit(np.maximum(effective, FEWEST_PROTEINS) - 1, 1 - ALPHA / 2)
    quantile = np.where(spread > 1, few, QUANTILE)
    low, high = score_interval(share, information, quantile=quantile)
    low, high = (np.where(enough, end, np.nan) for end in (low, high))
    p_values = upper_tail(_as_normal(z, factor=factor, effective=effective), skewness)
    return Evidence(expected, low, high, z, np.where((share == 0) & enough, 1.0, p_values))


def overdispersion(sums: HitSums) -> PerHead:
    """Return how much more the hits of proteins vary around lift times expectation than the moments say, at least one.

    ``f = sum_p (k_p - L e_p)^2 m / (m - 1) / sum_p h v_p`` for m effective proteins, where
    ``h = L (1 - L b) / (1 - b)`` carries the variance over from the rate b to the rate L b.
    """
    effective = ratio(sums.arcs**2, sums.arcs_squared)
    share = ratio(sums.expected, sums.arcs)
    lift = ratio(ratio(sums.hits, sums.arcs), share)
    carried = lift * ratio(1 - lift * share, 1 - share)
    carried = np.where(carried > _ALL_HIT, carried, 1.0)
    squares = sums.hits_squared - 2 * lift * sums.product + lift**2 * sums.expected_squared
    squares = np.where(squares > _ROUNDING * sums.hits_squared, squares, 0.0)
    scatter = ratio(squares * ratio(effective, effective - 1), carried * sums.variance)
    return np.asarray(np.maximum(np.nan_to_num(scatter, nan=1.0), 1.0))


def upper_tail(z: PerHead, skewness: PerHead) -> PerHead:
    """Return the probability of at least z under the standardised gamma distribution of a skewness (Pearson III).

    References
    ----------
    Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (Wiley, 1994), chapter 17.
    """
    size = np.abs(skewness)
    shape = 4 / np.maximum(size, _NORMAL) ** 2
    root = np.sqrt(shape)
    right = special.gammaincc(shape, np.maximum(shape + z * root, 0))
    left = special.gammainc(shape, np.maximum(shape - z * root, 0))
    tail = np.where(skewness > 0, right, left)
    return np.asarray(np.where(size > _NORMAL, tail, special.ndtr(-z)))


def _as_normal(z: PerHead, *, factor: PerHead, effective: PerHead) -> PerHead:
    """Return the normal deviate of the tail of Student's t, where the variance was estimated from the proteins."""
    freedom = np.maximum(effective, FEWEST_PROTEINS) - 1
    estimated = -np.sign(z) * special.ndtri(special.stdtr(freedom, -np.abs(z)))
    return np.asarray(np.where((factor > 1) & np.isfinite(estimated), estimated, z))
