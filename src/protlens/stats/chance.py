"""The mean, variance and skew of a head's hits if chance alone put the property where it is.

A head sends ``r_j`` arcs to site j, which has the property with probability ``p_j`` (see ``protlens.stats.odds``); the
number of positives of a protein is given. The site is open to ``q_j`` residues, over the mean of its protein: one where
all attend to all. With ``w_j = p_j (1 - p_j)`` and ``m = sum_j w_j r_j / sum_j w_j q_j`` over the sites of the protein,

    mean      e = sum_j p_j r_j
    variance  v = S / (S - 1) * sum_j w_j (r_j - q_j m)^2
    third     t = sum_j w_j (1 - 2 p_j) (r_j - q_j m)^3

for S labelled residues. With one rate in the protein this is the exact variance under permutation of the residues'
labels: ``(Q - n^2 / S) b (1 - b) S / (S - 1)`` for n arcs, ``Q = sum_j r_j^2`` and rate b. Arcs onto one residue share
its label; that is what Q knows and n does not. Labels also come in runs: to the variance belongs
``2 sum_d c_d sum_j sqrt(w_j w_(j+d)) (r_j - q_j m) (r_(j+d) - q_(j+d) m)`` with ``c_d`` the autocorrelation of the
labels at lag d, taken over all proteins; it is added where it makes the variance larger.

Each arc over a pair has a label of its own, so for a pair property ``(r_j - m)^2`` gives way to ``r_j``, less
``(sum_j w_j r_j)^2 / sum_j N_j w_j`` for the N pairs of each cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64, Int64

from protlens.runs.sites import SiteArcs, Sites
from protlens.stats.alignment import ratio
from protlens.typing import Level

Lags: TypeAlias = Float64[np.ndarray, " lag"]

LAGS = 16
"""Residues up to which the labels of neighbours are taken to be alike."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Moments of the hits of each head in each protein if chance alone decided, ``float64 [protein, head]``.

    Parameters
    ----------
    expected, variance, third
        Mean, variance and third central moment.
    left
        The share of the variance over all proteins that the fit of a control leaves, ``float64 [head]``; None where
        nothing was fitted. See ``protlens.stats.score_variance``.
    """

    expected: Float64[np.ndarray, "protein head"]
    variance: Float64[np.ndarray, "protein head"]
    third: Float64[np.ndarray, "protein head"]
    left: Float64[np.ndarray, " head"] | None = None


def chance_moments(
    sites: Sites,
    arcs: SiteArcs,
    rates: Float64[np.ndarray, " site"],
    *,
    alike: Lags,
    shape: tuple[int, int],
    level: Level,
) -> Chance:
    """Return the moments of the hits of each head in each protein.

    Parameters
    ----------
    sites, arcs
        The places where one property class may hold, and the arcs that fall on them.
    rates
        The probability that each site has the property.
    alike
        How alike the labels of neighbours are, see :func:`autocorrelation`; of no account for pairs.
    shape
        Proteins and heads.
    level
        What the property is a fact about, a residue or a pair.
    """
    place = sites.protein[arcs.site] * shape[1] + arcs.head

    def summed(values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, "protein head"]:
        return np.asarray(np.bincount(place, values, minlength=shape[0] * shape[1]).reshape(shape), np.float64)

    count, rate = arcs.arcs.astype(np.float64), rates[arcs.site]
    weight = rate * (1 - rate)
    expected, weighted = summed(count * rate), summed(count * weight)
    spread = sites.trials * rates * (1 - rates)
    within, offered = (
        np.bincount(sites.protein, spread * sites.weights**power, minlength=shape[0])[:, None] for power in (1, 2)
    )
    if level == "pair":
        variance = summed(count * weight) - ratio(weighted**2, within)
        return Chance(expected, _positive(variance), summed(count * weight * (1 - 2 * rate)))
    mean = ratio(weighted, within, undefined=0.0)
    share = summed(count * weight * sites.weights[arcs.site])
    labelled = np.bincount(sites.protein, minlength=shape[0])[:, None]
    squared = summed(count**2 * weight) - 2 * mean * share + mean**2 * offered
    known = _positive(squared * ratio(labelled, labelled - 1))
    runs = _runs(sites, arcs, rates, alike, place=place, shape=shape) - alike.sum() * mean**2 * offered
    variance = known + _positive(2 * runs)
    third = _third(sites, rates, summed, arcs=arcs, mean=mean)
    return Chance(expected, variance, third * ratio(variance, known, undefined=0.0) ** 2)


def chance_of_sums(
    arcs: Float64[np.ndarray, "protein head"],
    expected: Float64[np.ndarray, "protein head"],
    *,
    pairs: Int64[np.ndarray, " protein"],
) -> Chance:
    """Return the moments where the sites of arcs are not known: those of arcs that fall on pairs one by one.

    Parameters
    ----------
    arcs, expected
        Eligible arcs, and the hits to be expected of them.
    pairs
        Eligible pairs of each protein.
    """
    rate = ratio(expected, arcs, undefined=0.0)
    drawn = ratio(pairs[:, None] - arcs, pairs[:, None] - 1, undefined=0.0)
    variance = arcs * rate * (1 - rate)
    return Chance(np.asarray(expected), variance * np.clip(drawn, 0, 1), variance * (1 - 2 * rate))


def label_products(sites: Sites, rates: Float64[np.ndarray, " site"]) -> Float64[np.ndarray, " products"]:
    """Return the sums over residues of the products of their residuals with those of residues 0 to ``LAGS`` on.

    A residual is that of the label beyond its rate, standardised; the sums of parts add up.
    """
    spread = np.sqrt(rates * (1 - rates))
    residual = np.nan_to_num(ratio(sites.positive - rates, spread))
    chain = sites.position + sites.protein * (int(sites.position.max(initial=0)) + LAGS + 1)
    row = np.zeros(int(chain.max(initial=-1)) + LAGS + 1)
    row[chain] = residual
    return np.array([row[: len(row) - lag] @ row[lag:] for lag in range(LAGS + 1)])


def autocorrelation(products: Float64[np.ndarray, " products"]) -> Lags:
    """Return how alike the labels of residues 1 to ``LAGS`` apart are, beyond their rates, over all proteins."""
    return ratio(products[1:], products[0], undefined=0.0)


def _positive(values: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    return np.asarray(np.fmax(values, 0))


def _runs(
    sites: Sites,
    arcs: SiteArcs,
    rates: Float64[np.ndarray, " site"],
    alike: Lags,
    *,
    place: Int64[np.ndarray, " row"],
    shape: tuple[int, int],
) -> Float64[np.ndarray, "protein head"]:
    """Return the sum over pairs of attended residues of their weights, times how alike their labels are."""
    near = np.concatenate([[0.0], alike, [0.0]])
    weight = arcs.arcs * np.sqrt(rates * (1 - rates))[arcs.site]
    position = sites.position[arcs.site] + place * (int(sites.position.max(initial=0)) + LAGS + 1)
    shared = np.zeros(len(place))
    for step in range(1, min(LAGS, len(place) - 1) + 1):
        gap = position[step:] - position[:-step]
        if gap.min() > LAGS:
            break
        shared[:-step] += weight[step:] * near.take(gap, mode="clip")
    return np.bincount(place, weight * shared, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _third(
    sites: Sites,
    rates: Float64[np.ndarray, " site"],
    summed: Callable[[Float64[np.ndarray, " row"]], Float64[np.ndarray, "protein head"]],
    *,
    arcs: SiteArcs,
    mean: Float64[np.ndarray, "protein head"],
) -> Float64[np.ndarray, "protein head"]:
    """Return ``sum_j g_j (r_j - q_j m)^3`` with ``g = p (1 - p) (1 - 2 p)``, written out in powers of m."""
    lean = rates * (1 - rates) * (1 - 2 * rates)
    every = np.bincount(sites.protein, lean * sites.weights**3, minlength=len(mean))[:, None]
    count, attended, offered = arcs.arcs.astype(np.float64), lean[arcs.site], sites.weights[arcs.site]
    cubes, squares, plain = (summed(count**power * offered ** (3 - power) * attended) for power in (3, 2, 1))
    return np.asarray(cubes - 3 * mean * squares + 3 * mean**2 * plain - mean**3 * every)
