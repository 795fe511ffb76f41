"""How much of the variance of a head's hits is left, once a control has been fitted to the labels?

The labels that a head is tested on are those that its control was fitted to, so hits can differ from expected ones only
by what the arcs do beside the factors of the fit. With ``r_j`` arcs onto site j, which is open to ``q_j`` residues over
the mean of its protein, and ``w_j = p_j (1 - p_j)``, the score test has the variance

    sum_j w_j (r_j - q_j (m + a))^2

in which the effects m of the site's protein and a of its classes solve the equations of the fit, ``sum_j w_j x_j (r_j -
q_j (m + a)) = 0`` for each protein and class x, classes under its ridge; with q = 1 that is the weighted regression of
r on them. Without the classes it is the variance of ``protlens.stats.chance``; the ratio of the two is
what is left: near one where arcs are few, and small where a head takes every site as often as its classes decide.

Given a, the effect of a protein follows from its own sites, so the variance is a quadratic form in a whose
coefficients are sums over proteins.

References
----------
Cox and Hinkley, Theoretical Statistics (Chapman & Hall, 1974), section 9.3 (the score test with nuisance parameters).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from protlens.runs.sites import SiteArcs, Sites
from protlens.stats.additive import Additive
from protlens.stats.alignment import ratio
from protlens.stats.merged_sites import MergedSites, summed_at
from protlens.stats.odds import RIDGE, Fit
from protlens.typing import Level

_LEAST = 0.01
"""The share that is always left: under it the rounding of the fit would decide."""


@dataclass(frozen=True, slots=True)
class ScoreSums(Additive):
    """Sums over proteins from which what is left of the variance of each head follows.

    Parameters
    ----------
    whole
        The variance without the classes.
    linear, quadratic
        What the effects of the classes add to it, once and with their own product.
    score, beside
        The equations of the effects: sums of arcs by class, and of two classes, beside what proteins take.
    """

    whole: Float64[np.ndarray, " head"]
    linear: Float64[np.ndarray, "class head"]
    quadratic: Float64[np.ndarray, "class class"]
    score: Float64[np.ndarray, "class head"]
    beside: Float64[np.ndarray, "class class"]

    def left(self) -> Float64[np.ndarray, " head"]:
        """Return the share of the variance of each head's hits that the fit leaves, above zero and at most 1."""
        effects = np.linalg.solve(self.beside + RIDGE * np.eye(len(self.beside)), self.score)
        moved = (effects * (self.linear + self.quadratic @ effects)).sum(axis=0)
        return np.asarray(np.clip(np.nan_to_num(ratio(self.whole + moved, self.whole), nan=1.0), _LEAST, 1.0))


def score_sums(
    sites: Sites,
    arcs: SiteArcs,
    rates: Float64[np.ndarray, " site"],
    fit: Fit,
    *,
    heads: int,
    level: Level,
) -> ScoreSums:
    """Return the sums over some proteins.

    Parameters
    ----------
    sites, arcs
        The places where one property class may hold, and the arcs that fall on them.
    rates
        The fitted probability that each site has the property.
    fit
        Of the control.
    heads
        How many there are.
    level
        What the property is a fact about: each arc over a pair has a label of its own, all onto a residue share one.
    """
    label = rates * (1 - rates)
    fallen = arcs.arcs * label[arcs.site]
    merged = fit.classes.merged(sites)
    once, own, within = _site_sums(merged, merged.trials * label[merged.first])
    seen_in, seen_of = _arc_sums(merged, arcs, fallen, heads)
    twice, own_twice, within_twice, offered_in, offered_of = once, own, within, seen_in, seen_of
    if sites.offered is not None:
        twice, own_twice, within_twice = _site_sums(merged, merged.trials_squared * label[merged.first])
        offered_in, offered_of = _arc_sums(merged, arcs, fallen * sites.offered[arcs.site], heads)
    alone, part = ratio(seen_in, own, undefined=0.0), ratio(once, own, undefined=0.0)
    squares = np.bincount(arcs.head, fallen * (arcs.arcs if level == "residue" else 1), minlength=heads)
    mixed = part.T @ twice
    return ScoreSums(
        whole=squares + (alone**2 * own_twice - 2 * alone * offered_in).sum(axis=0),
        linear=2 * (twice.T @ alone - part.T @ (alone * own_twice) - offered_of + part.T @ offered_in),
        quadratic=part.T @ (part * own_twice) - mixed - mixed.T + within_twice,
        score=seen_of - once.T @ alone,
        beside=within - once.T @ part,
    )


def _site_sums(
    merged: MergedSites, values: Float64[np.ndarray, " row"]
) -> tuple[Float64[np.ndarray, "protein class"], Float64[np.ndarray, "protein 1"], Float64[np.ndarray, "class class"]]:
    """Return sums of what merged sites carry by protein and class, by protein, and by two classes."""
    crossed = merged.by_protein_and_class(values)
    return crossed, merged.by_protein(values), merged.by_two_classes(values, crossed.sum(axis=0))


def _arc_sums(
    merged: MergedSites, arcs: SiteArcs, values: Float64[np.ndarray, " arc"], heads: int
) -> tuple[Float64[np.ndarray, "protein head"], Float64[np.ndarray, "class head"]]:
    """Return sums of what arcs carry by protein and head, and by class and head."""
    row = merged.of[arcs.site]
    by_protein = summed_at((merged.protein[row] * heads + arcs.head)[None], values, merged.proteins * heads)
    by_class = summed_at(merged.classes[:, row] * heads + arcs.head, values, merged.size * heads)
    return by_protein.reshape(-1, heads), by_class.reshape(-1, heads)
