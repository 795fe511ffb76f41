"""How much of the variance of a head's hits is left, once a control has been fitted to the labels?

The labels that a head is tested on are those that its control was fitted to, so hits can differ from expected ones only
by what the arcs do beside the factors of the fit. With ``r_j`` arcs onto site j, which is open to ``q_j`` residues over
the mean of its protein, and ``w_j = p_j (1 - p_j)``, the score test has the variance

    sum_j w_j (r_j - q_j (m + a))^2

in which the effects m of the site's protein and a of its classes solve the equations of the fit, ``sum_j w_j x_j (r_j -
q_j (m + a)) = 0`` for each protein and class x, classes under its ridge; with q = 1 that is the weighted regression of
r on them. Without the classes it is the variance of ``protlens.stats.chance``; the ratio of the two is
what is left: near one where arcs are few, and small where a head takes every site as often as its classes decide.

References
----------
Cox and Hinkley, Theoretical Statistics (Chapman & Hall, 1974), section 9.3 (the score test with nuisance parameters).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from protlens.runs.sites import SiteArcs, Sites
from protlens.stats.alignment import ratio
from protlens.stats.odds import RIDGE
from protlens.typing import Level

_LEAST = 0.01
"""The share that is always left: under it the rounding of the fit would decide."""


def variance_left(
    sites: Sites,
    arcs: SiteArcs,
    rates: Float64[np.ndarray, " site"],
    factors: Sequence[str],
    *,
    shape: tuple[int, int],
    level: Level,
) -> Float64[np.ndarray, " head"]:
    """Return the share of the variance of each head's hits that the fit of a control leaves, above zero and at most 1.

    Parameters
    ----------
    sites, arcs
        The places where one property class may hold, and the arcs that fall on them.
    rates
        The fitted probability that each site has the property.
    factors
        Names of the factors of the fit.
    shape
        Proteins and heads.
    level
        What the property is a fact about: each arc over a pair has a label of its own, all onto a residue share one.
    """
    spread = sites.trials * rates * (1 - rates)
    fallen = arcs.arcs * (rates * (1 - rates))[arcs.site]
    classes = _numbered(sites, factors)
    once, twice = (_Products.of(sites, classes, spread * sites.weights**power, shape[0]) for power in (1, 2))
    seen, offered = (
        _by_group(arcs, sites, classes, fallen * weight, shape) for weight in (1.0, sites.weights[arcs.site])
    )
    alone = np.nan_to_num(ratio(seen[0], once.protein))
    beside = once.within - once.crossed.T @ np.nan_to_num(ratio(once.crossed, once.protein))
    score = seen[1] - once.crossed.T @ alone
    effects = np.linalg.solve(beside + RIDGE * np.eye(len(beside)), score)
    shared = alone - np.nan_to_num(ratio(once.crossed @ effects, once.protein))
    squares = np.bincount(arcs.head, fallen * (arcs.arcs if level == "residue" else 1), minlength=shape[1])
    none = np.zeros_like(effects)
    left, whole = (squares + twice.moved(offered, *moved) for moved in ((shared, effects), (alone, none)))
    return np.asarray(np.clip(np.nan_to_num(ratio(left, whole), nan=1.0), _LEAST, 1.0))


@dataclass(frozen=True, slots=True)
class _Products:
    """Sums of weights over sites: by protein, by protein and class, and by two classes."""

    protein: Float64[np.ndarray, "protein 1"]
    crossed: Float64[np.ndarray, "protein class"]
    within: Float64[np.ndarray, "class class"]

    @classmethod
    def of(
        cls,
        sites: Sites,
        classes: Int64[np.ndarray, "factor site"],
        weight: Float64[np.ndarray, " site"],
        proteins: int,
    ) -> "_Products":
        size = int(classes.max(initial=-1)) + 1
        return cls(
            np.bincount(sites.protein, weight, minlength=proteins)[:, None],
            _summed(sites.protein, classes, weight, shape=(proteins, size)),
            _summed(classes[:, None], classes[None], weight, shape=(size, size)),
        )

    def moved(
        self,
        fallen: tuple[Float64[np.ndarray, "protein head"], Float64[np.ndarray, "class head"]],
        shared: Float64[np.ndarray, "protein head"],
        effects: Float64[np.ndarray, "class head"],
    ) -> Float64[np.ndarray, " head"]:
        """Return ``sum_j w_j (q_j (m + a))^2 - 2 sum_j w_j r_j q_j (m + a)`` for each head."""
        products = (shared * fallen[0]).sum(axis=0) + (effects * fallen[1]).sum(axis=0)
        squares = (shared**2 * self.protein + 2 * shared * (self.crossed @ effects)).sum(axis=0)
        return np.asarray(squares + (effects * (self.within @ effects)).sum(axis=0) - 2 * products)


def _by_group(
    arcs: SiteArcs,
    sites: Sites,
    classes: Int64[np.ndarray, "factor site"],
    values: Float64[np.ndarray, " row"],
    shape: tuple[int, int],
) -> tuple[Float64[np.ndarray, "protein head"], Float64[np.ndarray, "class head"]]:
    """Return the sums of values of arcs by protein and head, and by class and head."""
    size = int(classes.max(initial=-1)) + 1
    return (
        _summed(sites.protein[arcs.site], arcs.head, values, shape=shape),
        _summed(classes[:, arcs.site], arcs.head, values, shape=(size, shape[1])),
    )


def _numbered(sites: Sites, factors: Sequence[str]) -> Int64[np.ndarray, "factor site"]:
    """Return the class of each site for each factor, numbered over all factors; those that no site has are left out."""
    rows, start = [], 0
    for name in factors:
        there, numbers = np.unique(sites.factors[name], return_inverse=True)
        rows.append(numbers + start)
        start += len(there)
    return np.array(rows, np.int64)


def _summed(
    rows: Int64[np.ndarray, "..."],
    columns: Int64[np.ndarray, "..."],
    values: Float64[np.ndarray, " value"],
    *,
    shape: tuple[int, int],
) -> Float64[np.ndarray, "row column"]:
    """Return a table into which values are added at rows and columns; each factor adds all of them."""
    place = rows * shape[1] + columns
    repeated = np.broadcast_to(values, place.shape).ravel()
    return np.bincount(place.ravel(), repeated, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
