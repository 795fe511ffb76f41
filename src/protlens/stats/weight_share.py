"""The share of all attention that a property gets, whatever the weight: the published definition without a threshold.

``sum of weight on pairs where the property holds / sum of weight``, Vig et al. (arXiv 2006.15222), section 3: alignment
with each weight counting by itself. Weights of special tokens are left out, as there.
"""

import numpy as np
from jaxtyping import Float64
from scipy.special import expit, logit, stdtrit

from protlens.runs.counts import HeadWeights, WeightSums
from protlens.stats.alignment import ratio
from protlens.stats.intervals import ALPHA
from protlens.typing import Mode

ShareColumns = dict[str, Float64[np.ndarray, " flat"]]


def share_columns(
    sums: WeightSums | None, *, mode: Mode, units: int, pooled: Float64[np.ndarray, " flat"]
) -> ShareColumns:
    """Return share, interval and background of each head; NaN throughout for a run that did not sum weights.

    Parameters
    ----------
    sums
        The sums of weight of one property class.
    mode
        ``matched`` divides by the weight on eligible pairs, and sets it beside what the same weight of each protein
        would give if it fell at random; ``paper`` divides by all weight, and sets it beside the pooled background,
        without an interval.
    units
        Groups of relatives among its proteins.
    pooled
        The background of paper mode.
    """
    if sums is None:
        nothing = np.full(pooled.size, np.nan)
        return dict.fromkeys(("share", "share_low", "share_high", "share_background"), nothing)
    if mode == "paper":
        share, background = ratio(sums.holds, sums.total), pooled
        low = high = np.full(sums.total.shape, np.nan)
    else:
        share, background = ratio(sums.holds, sums.eligible), ratio(sums.expected, sums.eligible)
        low, high = share_interval(sums, units=units)
    columns = {"share": share, "share_low": low, "share_high": high, "share_background": background}
    return {name: values.ravel() for name, values in columns.items()}


def share_interval(sums: WeightSums, *, units: int) -> tuple[HeadWeights, HeadWeights]:
    """Return the 95 % interval of the share of eligible weight, over proteins.

    The delta method for a ratio of sums, on the scale of log odds, with Student's t for the number of groups of
    relatives: ``var R = n/(n-1) sum (h - R w)^2 / W^2``, times proteins over groups, as if relatives were copies. NaN
    where the share is 0, 1 or not defined, or there are fewer than two groups.

    Parameters
    ----------
    sums
        The sums of weight of one property class.
    units
        Groups of relatives among its proteins.

    References
    ----------
    Cochran, Sampling Techniques (Wiley, 1977), 6.4 (the variance of a ratio).
    """
    share = ratio(sums.holds, sums.eligible)
    inside = (share > 0) & (share < 1)
    if units < 2:
        return np.full(share.shape, np.nan), np.full(share.shape, np.nan)
    squares = sums.holds_squared - 2 * share * sums.product + share**2 * sums.eligible_squared
    small = sums.proteins / (sums.proteins - 1) * sums.proteins / units
    error = np.sqrt(small * np.maximum(squares, 0)) / np.where(inside, sums.eligible, np.nan)
    centre = np.where(inside, share, np.nan)
    half = -stdtrit(units - 1, ALPHA / 2) * error / (centre * (1 - centre))
    return expit(logit(centre) - half), expit(logit(centre) + half)
