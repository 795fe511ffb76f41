"""How likely is each site to have a property, given its protein and what a control holds fixed?

A logistic model, ``logit p = protein + class of factor 1 + class of factor 2 ...``, fitted to the labels alone: no head
plays a part in it. On the scale of odds an effect of amino acids holds in proteins that are rich in a property and in
those that are poor in it; products of rates do not. With no factor, p is the rate of the protein.

References
----------
Breslow and Day, Statistical Methods in Cancer Research I (IARC, 1980), chapters 6 and 7.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64, Int64
from scipy.special import expit

from protlens.runs.sites import Sites
from protlens.stats.alignment import ratio

RIDGE = 0.1
"""Prior weight that draws a class of a factor to no effect, so that a class without positives stays finite."""

_LONGEST_STEP = 2.0
_TOLERANCE = 1e-3
_ROUNDS = 60


def fitted_rates(sites: Sites, factors: Sequence[str]) -> Float64[np.ndarray, " site"]:
    """Return the share of positives to be expected at each site; their sum over a protein is its own number.

    Where not all residues attend to all, a site counts as often as residues can attend to it, in either sum.

    Parameters
    ----------
    sites
        The places where one property may hold, and where it does.
    factors
        Names of factors of the sites.
    """
    size = int(sites.protein[-1]) + 1 if len(sites.protein) else 0
    positive, trials = (values * sites.weights for values in (sites.positive, sites.trials))
    totals = (np.bincount(sites.protein, values, minlength=size) for values in (positive, trials))
    rates = ratio(*totals)[sites.protein]
    varied = (rates > 0) & (rates < 1)
    if factors and varied.any():
        groups = [sites.protein[varied], *(sites.factors[name][varied] for name in factors)]
        rates[varied] = _fit(trials[varied], positive[varied], groups, rates[varied])
    return np.asarray(rates)


def decides(sites: Sites, factor: str) -> bool:
    """Return whether each class of a factor holds positives only or none, as the amino acid does for an amino acid."""
    positive, trials = (np.bincount(sites.factors[factor], values) for values in (sites.positive, sites.trials))
    return bool(((positive == 0) | (positive == trials)).all())


def _fit(
    trials: Float64[np.ndarray, " site"],
    positive: Float64[np.ndarray, " site"],
    groups: Sequence[Int64[np.ndarray, " site"]],
    start: Float64[np.ndarray, " site"],
) -> Float64[np.ndarray, " site"]:
    """Take Newton steps for one factor after the other until none moves; the protein's own comes last."""
    logit = np.log(start / (1 - start))
    effects = [np.zeros(int(group.max()) + 1) for group in groups]
    held = [np.bincount(group, positive) for group in groups]
    there = [np.bincount(group) > 0 for group in groups]
    for _ in range(_ROUNDS):
        moved = 0.0
        for number in (*range(1, len(groups)), 0):
            group, effect, ridge = groups[number], effects[number], RIDGE if number else 0.0
            rate = expit(logit)
            expected = trials * rate
            off = held[number] - np.bincount(group, expected) - ridge * effect
            information = np.bincount(group, expected * (1 - rate))
            step = ratio(off, information + ridge)
            step = np.clip(np.nan_to_num(step), -_LONGEST_STEP, _LONGEST_STEP)
            effect += step
            effect[there[number]] -= effect[there[number]].mean()  # the rate of the protein takes it up
            logit += step[group]
            moved = max(moved, float(np.abs(step).max()))
        if moved < _TOLERANCE:
            break
    return np.asarray(expit(logit))
