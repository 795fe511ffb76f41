"""How much of the variance of a head's hits is left, once a control has been fitted to the labels?

The labels that a head is tested on are those that its control was fitted to, so hits can differ from expected ones only
by what the arcs do beside the factors of the fit. With ``r_j`` arcs onto site j and ``w_j = p_j (1 - p_j)``, the score
test has the variance

    sum_j w_j (r_j - m - a)^2

in which the effects m of the site's protein and a of its classes are the weighted regression of r on them, classes
under the ridge of the fit. Without the classes it is the variance of ``protlens.stats.chance``; the ratio of the two is
what is left: near one where arcs are few, and small where a head takes every site as often as its classes decide.

References
----------
Cox and Hinkley, Theoretical Statistics (Chapman & Hall, 1974), section 9.3 (the score test with nuisance parameters).
"""

from collections.abc import Sequence

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
    spread = rates * (1 - rates)
    weight, fallen = sites.trials * spread, arcs.arcs * spread[arcs.site]
    classes = _numbered(sites, factors)
    size = int(classes.max(initial=-1)) + 1
    protein = np.bincount(sites.protein, weight, minlength=shape[0])[:, None]
    crossed = _summed(sites.protein, classes, weight, shape=(shape[0], size))
    within = _summed(classes[:, None], classes[None], weight, shape=(size, size))
    by_protein = _summed(sites.protein[arcs.site], arcs.head, fallen, shape=shape)
    by_class = _summed(classes[:, arcs.site], arcs.head, fallen, shape=(size, shape[1]))
    alone = np.nan_to_num(ratio(by_protein, protein))
    beside = within - crossed.T @ np.nan_to_num(ratio(crossed, protein))
    score = by_class - crossed.T @ alone
    effects = np.linalg.solve(beside + RIDGE * np.eye(size), score)
    squares = np.bincount(arcs.head, fallen * (arcs.arcs if level == "residue" else 1), minlength=shape[1])
    unfitted = squares - (alone * by_protein).sum(axis=0)
    taken = (effects * (2 * score - beside @ effects)).sum(axis=0)
    return np.asarray(np.clip(np.nan_to_num(1 - ratio(taken, unfitted), nan=1.0), _LEAST, 1.0))


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
