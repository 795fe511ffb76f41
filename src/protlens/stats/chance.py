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

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64, Int64, UInt8

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
    rates: Float64[np.ndarray, "kind site"],
    *,
    alike: Float64[np.ndarray, "kind lag"],
    shape: tuple[int, int],
    level: Level,
) -> list[Chance]:
    """Return the moments of the hits of each head in each protein, for each kind of rates.

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
    fallen = arcs.once("fallen", partial(_Fallen.of, sites, arcs, shape))
    rate, spread = rates[:, arcs.site], sites.trials * (rates * (1 - rates))
    weight = rate * (1 - rate)
    within = fallen.by_protein(spread * sites.weights)
    expected, weighted = fallen.summed(np.stack([rate, weight]) * fallen.count)
    if level == "pair":
        variance = weighted - ratio(weighted**2, within)
        third = fallen.summed(fallen.count * weight * (1 - 2 * rate))
        return [Chance(*moments) for moments in zip(expected, _positive(variance), third, strict=True)]
    mean = ratio(weighted, within, undefined=0.0)
    squares, runs = fallen.summed(np.stack([fallen.squares * weight, fallen.runs(weight, alike)]))
    share, offered = weighted, within
    if sites.offered is not None:
        share = fallen.summed(fallen.count * weight * fallen.offered)
        offered = fallen.by_protein(spread * sites.weights**2)
    squared = squares - 2 * mean * share + mean**2 * offered
    known = _positive(squared * fallen.small)
    variance = known + _positive(2 * (runs - alike.sum(axis=1)[:, None, None] * mean**2 * offered))
    third = _third(sites, rates, fallen, lean=weight * (1 - 2 * rate), mean=mean)
    third = third * ratio(variance, known, undefined=0.0) ** 2
    return [Chance(*moments) for moments in zip(expected, variance, third, strict=True)]


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
    residual = ratio(sites.positive - rates, np.sqrt(rates * (1 - rates)), undefined=0.0)
    chain = sites.once_of_places("chain", partial(_in_one_chain, sites, sites.position, sites.protein))
    row = np.zeros(int(chain.max(initial=-1)) + LAGS + 1)
    row[chain] = residual
    return np.array([row[: len(row) - lag] @ row[lag:] for lag in range(LAGS + 1)])


def _in_one_chain(
    sites: Sites, position: Int64[np.ndarray, " row"], group: Int64[np.ndarray, " row"]
) -> Int64[np.ndarray, " row"]:
    """Return where positions of sites lie in one chain of all groups, with more than ``LAGS`` places between two."""
    return np.asarray(position + group * (int(sites.position.max(initial=0)) + LAGS + 1))


def autocorrelation(products: Float64[np.ndarray, " products"]) -> Lags:
    """Return how alike the labels of residues 1 to ``LAGS`` apart are, beyond their rates, over all proteins."""
    return ratio(products[1:], products[0], undefined=0.0)


def _positive(values: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    return np.asarray(np.fmax(values, 0))


@dataclass(frozen=True, slots=True)
class _Fallen:
    """What the moments take of arcs and of the sites that they fall on, whatever the rates.

    Parameters
    ----------
    place
        Protein and head of each row of arcs, as one number.
    protein
        Of each site.
    shape
        Proteins and heads.
    count, squares, cubes
        Arcs of each row, and their powers.
    offered
        The weight of the site.
    gaps
        How far on in the chain the rows 1, 2, ... later lie, as far as any lies within ``LAGS``.
    small
        S / (S - 1) for the labelled residues of each protein.
    """

    place: Int64[np.ndarray, " row"]
    protein: Int64[np.ndarray, " site"]
    shape: tuple[int, int]
    count: Float64[np.ndarray, " row"]
    squares: Float64[np.ndarray, " row"]
    cubes: Float64[np.ndarray, " row"]
    offered: Float64[np.ndarray, " row"]
    gaps: list[UInt8[np.ndarray, " _"]]
    small: Float64[np.ndarray, "protein 1"]

    @classmethod
    def of(cls, sites: Sites, arcs: SiteArcs, shape: tuple[int, int]) -> "_Fallen":
        place = sites.protein[arcs.site] * shape[1] + arcs.head
        position = _in_one_chain(sites, sites.position[arcs.site], place)
        gaps = []
        for step in range(1, min(LAGS, len(place) - 1) + 1):
            gap = position[step:] - position[:-step]
            if gap.min() > LAGS:
                break
            gaps.append(np.minimum(gap, LAGS + 1).astype(np.uint8))
        count = arcs.arcs.astype(np.float64)
        labelled = np.bincount(sites.protein, minlength=shape[0])[:, None]
        small, squares = ratio(labelled, labelled - 1), count * count
        return cls(place, sites.protein, shape, count, squares, squares * count, sites.weights[arcs.site], gaps, small)

    def summed(self, values: Float64[np.ndarray, "*kind row"]) -> Float64[np.ndarray, "*kind protein head"]:
        """Return sums by protein and head."""
        size = self.shape[0] * self.shape[1]
        kinds = values.reshape(int(np.prod(values.shape[:-1])), len(self.place))
        at = self.place + np.arange(len(kinds))[:, None] * size
        sums = np.bincount(at.ravel(), kinds.ravel(), minlength=len(kinds) * size)
        return np.asarray(sums.reshape(*values.shape[:-1], *self.shape), np.float64)

    def by_protein(self, values: Float64[np.ndarray, "kind site"]) -> Float64[np.ndarray, "kind protein 1"]:
        """Return sums over the sites of each protein."""
        sums = np.array([np.bincount(self.protein, one, minlength=self.shape[0]) for one in values], np.float64)
        return sums[..., None]

    def runs(
        self,
        weight: Float64[np.ndarray, "kind row"],
        alike: Float64[np.ndarray, "kind lag"],
    ) -> Float64[np.ndarray, "kind row"]:
        """Return the product of each row with those after it, times how alike their labels are; they add up."""
        near = np.pad(alike, ((0, 0), (1, 1)))
        root = self.count * np.sqrt(weight)
        shared = np.zeros(weight.shape)
        for step, gap in enumerate(self.gaps, start=1):
            shared[:, :-step] += root[:, step:] * near[:, gap]
        return np.asarray(root * shared)


def _third(
    sites: Sites,
    rates: Float64[np.ndarray, "kind site"],
    fallen: _Fallen,
    *,
    lean: Float64[np.ndarray, "kind row"],
    mean: Float64[np.ndarray, "kind protein head"],
) -> Float64[np.ndarray, "kind protein head"]:
    """Return ``sum_j g_j (r_j - q_j m)^3`` with ``g = p (1 - p) (1 - 2 p)``, written out in powers of m."""
    offered, weights = fallen.offered, sites.weights
    every = fallen.by_protein(rates * (1 - rates) * (1 - 2 * rates) * (weights * weights * weights))
    powers = np.stack([fallen.cubes, fallen.squares * offered, fallen.count * (offered * offered)])
    cubes, squares, plain = fallen.summed(powers[:, None] * lean)
    return np.asarray(cubes - mean * (3 * squares - mean * (3 * plain - mean * every)))
