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
from jaxtyping import Float64, Int64
from scipy import special, stats

from protlens.stats.alignment import FEWEST_PROTEINS, by_head, effective_proteins, ratio
from protlens.stats.chance import Chance, by_unit
from protlens.stats.intervals import ALPHA, score_interval
from protlens.typing import HeadCounts

_NORMAL = 1e-3
"""Skewness below which the gamma distribution is taken as normal."""

_ALL_HIT = 1e-9
"""Variance carried over below which all arcs hit, but for rounding: h says nothing there, and is taken as one."""

PerHead = Float64[np.ndarray, " head"]


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


def weigh(
    hits: HeadCounts, arcs: HeadCounts, chance: Chance, *, units: Int64[np.ndarray, " protein"] | None, exact: bool
) -> Evidence:
    """Return the evidence that each head hits more than chance would.

    Parameters
    ----------
    hits, arcs
        Arcs over pairs for which the property holds, and all eligible ones, of each protein and head.
    chance
        The moments of the hits.
    units
        The number of the group of relatives that each protein belongs to; None if each stands for itself.
    exact
        Whether the moments hold all dependence of arcs within a protein.
    """
    moments = chance if units is None else chance.grouped(units)
    k, n = (by_unit(by_head(values), units).astype(np.float64) for values in (hits, arcs))
    total, share = n.sum(axis=0), ratio(k.sum(axis=0), n.sum(axis=0))
    expected, effective = ratio(moments.expected.sum(axis=0), total), effective_proteins(n)
    spread = overdispersion(k, moments, lift=ratio(share, expected), arcs=n)
    factor = np.ones(total.shape) if exact else spread
    known = moments.variance.sum(axis=0)
    certain = known if moments.left is None else known * moments.left
    variance = certain * factor
    enough = effective >= FEWEST_PROTEINS
    z = np.where(enough, ratio((share - expected) * total, np.sqrt(variance)), np.nan)
    skewness = ratio(moments.third.sum(axis=0), known**1.5) * np.sqrt(factor)
    information = ratio(total**2 * expected * (1 - expected), certain * spread)
    few = special.stdtrit(np.maximum(effective, FEWEST_PROTEINS) - 1, 1 - ALPHA / 2)
    quantile = np.where(spread > 1, few, stats.norm.isf(ALPHA / 2))
    low, high = score_interval(share, information, quantile=quantile)
    low, high = (np.where(enough, end, np.nan) for end in (low, high))
    p_values = upper_tail(_as_normal(z, factor=factor, effective=effective), skewness)
    return Evidence(expected, low, high, z, np.where((share == 0) & enough, 1.0, p_values))


def overdispersion(
    hits: Float64[np.ndarray, "unit head"],
    moments: Chance,
    *,
    lift: PerHead,
    arcs: Float64[np.ndarray, "unit head"],
) -> PerHead:
    """Return how much more the hits of proteins vary around lift times expectation than the moments say, at least one.

    ``f = sum_p (k_p - L e_p)^2 m / (m - 1) / sum_p h v_p`` for m effective proteins, where
    ``h = L (1 - L b) / (1 - b)`` carries the variance over from the rate b to the rate L b.
    """
    effective = effective_proteins(arcs)
    share = ratio(moments.expected.sum(axis=0), arcs.sum(axis=0))
    carried = lift * ratio(1 - lift * share, 1 - share)
    carried = np.where(carried > _ALL_HIT, carried, 1.0)
    known = carried * moments.variance.sum(axis=0)
    squares = ((hits - lift * moments.expected) ** 2).sum(axis=0)
    scatter = np.nan_to_num(ratio(squares * ratio(effective, effective - 1), known), nan=1.0)
    return np.asarray(np.maximum(scatter, 1.0))


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
    return np.asarray(np.where(size > _NORMAL, tail, stats.norm.sf(z)))


def _as_normal(z: PerHead, *, factor: PerHead, effective: PerHead) -> PerHead:
    """Return the normal deviate of the tail of Student's t, where the variance was estimated from the proteins."""
    freedom = np.maximum(effective, FEWEST_PROTEINS) - 1
    estimated = np.sign(z) * stats.norm.isf(stats.t.sf(np.abs(z), freedom))
    return np.asarray(np.where((factor > 1) & np.isfinite(estimated), estimated, z))
