"""How much worse a model predicts without some heads, and whether other heads of the same layers cost as much.

The effect on a measure is the mean over proteins of the value without the heads minus that of the whole model; that on
perplexity is the difference of ``exp`` of the mean losses. Intervals are percentiles over resampled clusters of
proteins, widened for few of them, as in :mod:`protlens.contacts.precision_summary`.

With R random sets of which b cost at least as much, p is ``(b + 1) / (R + 1)``.

References
----------
Davison and Hinkley, Bootstrap Methods and their Application (Cambridge, 1997), section 4.2, on Monte Carlo tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float64, Int64

from protlens.ablation.head_sets import HeadSet, set_label
from protlens.ablation.measurement import WORSE
from protlens.plots.table_columns import floats
from protlens.stats.alignment import ratio
from protlens.stats.bootstrap import quantiles, resample_sums
from protlens.stats.intervals import small_sample_level

RESAMPLES = 2000
PERPLEXITY = "perplexity"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of leaving out some heads on one measure; NaN where nothing is known.

    Parameters
    ----------
    proteins
        In how many it is defined.
    whole, without
        The mean of the whole model, and that without the heads.
    change
        Their difference.
    low, high
        95 % interval of the change.
    """

    proteins: int
    whole: float
    without: float
    change: float
    low: float
    high: float


def effects_of(without: pl.DataFrame, whole: pl.DataFrame, clusters: Sequence[str], *, seed: int) -> dict[str, Effect]:
    """Return the effect on each measure, by its name.

    Parameters
    ----------
    without, whole
        See :meth:`Measurement.of`: the same proteins in the same order.
    clusters
        The cluster of each protein; clusters are resampled whole.
    seed
        Random seed of the resampling.
    """
    units = np.unique(np.array(clusters, dtype=np.str_), return_inverse=True)[1]
    effects: dict[str, Effect] = {}
    for name in whole.columns[1:]:
        reference = name.replace("others", "precision")  # of the whole model, no maps are missing
        pair = np.column_stack([floats(whole, reference), floats(without, name)])
        known = np.isfinite(pair).all(axis=1)
        effects[name] = _effect(pair[known], units[known], seed=seed)
        if name == "loss":
            effects[PERPLEXITY] = _effect(pair[known], units[known], seed=seed, exponential=True)
    return effects


def effect_table(
    heads: HeadSet,
    found: Mapping[str, Effect],
    draws: Sequence[Mapping[str, Effect]],
) -> pl.DataFrame:
    """Return the effects of a set of heads beside those of random sets.

    Parameters
    ----------
    heads
        What was left out.
    found
        Its effects.
    draws
        The effects of each random set.

    Returns
    -------
    polars.DataFrame
        ``heads, measure, proteins, whole, without, change, ci_low, ci_high, draws, draws_mean, draws_low, draws_high,
        p_value``: the last of how many sets cost at least as much, see above; ``draws_low`` and ``draws_high`` hold
        the middle 95 % of them.
    """
    rows = []
    for name, effect in found.items():
        drawn = np.array([draw[name].change for draw in draws], np.float64)
        drawn = drawn[np.isfinite(drawn)]
        low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (np.nan, np.nan)
        rows.append(
            {
                "heads": set_label(heads),
                "measure": name,
                "proteins": effect.proteins,
                "whole": effect.whole,
                "without": effect.without,
                "change": effect.change,
                "ci_low": effect.low,
                "ci_high": effect.high,
                "draws": len(drawn),
                "draws_mean": float(drawn.mean()) if len(drawn) else np.nan,
                "draws_low": low,
                "draws_high": high,
                "p_value": _p_value(effect.change, drawn, sign=WORSE.get(name, -1)),
            }
        )
    return pl.DataFrame(rows, schema=EFFECT_SCHEMA).with_columns(pl.col(pl.Float64).fill_nan(None))


EFFECT_SCHEMA = {
    "heads": pl.String,
    "measure": pl.String,
    "proteins": pl.Int64,
    "whole": pl.Float64,
    "without": pl.Float64,
    "change": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "draws": pl.Int64,
    "draws_mean": pl.Float64,
    "draws_low": pl.Float64,
    "draws_high": pl.Float64,
    "p_value": pl.Float64,
}
"""Columns of :func:`effect_table`."""


def draw_table(sets: Sequence[HeadSet], found: Sequence[Mapping[str, Effect]]) -> pl.DataFrame:
    """Return ``draw, heads, measure, change``: the effect of each random set on each measure."""
    rows = [
        (number, set_label(heads), name, effect.change)
        for number, (heads, effects) in enumerate(zip(sets, found, strict=True))
        for name, effect in effects.items()
    ]
    schema = {"draw": pl.Int64, "heads": pl.String, "measure": pl.String, "change": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("change").fill_nan(None))


def _effect(
    pair: Float64[np.ndarray, "protein 2"],
    units: Int64[np.ndarray, " protein"],
    *,
    seed: int,
    exponential: bool = False,
) -> Effect:
    if not len(pair):
        return Effect(0, np.nan, np.nan, np.nan, np.nan, np.nan)
    transform = np.exp if exponential else np.asarray
    whole, without = transform(pair.mean(axis=0))
    places = np.unique(units, return_inverse=True)[1]
    sums = np.zeros((places.max() + 1, 2))
    np.add.at(sums, places, pair)
    counts = np.repeat(np.bincount(places)[:, None], 2, axis=1).astype(np.float64)
    resampled = resample_sums([sums, counts], resamples=RESAMPLES, seed=seed)
    means = transform(ratio(resampled[0], resampled[1]))  # not defined where nothing was drawn
    changes = (means[:, 1] - means[:, 0])[:, None]
    level = small_sample_level(np.array([float(len(sums))]))
    low, high = (float(quantiles(changes, end)[0]) for end in (level / 2, 1 - level / 2))
    return Effect(len(pair), float(whole), float(without), float(without - whole), low, high)


def _p_value(change: float, drawn: Float64[np.ndarray, " draw"], *, sign: int) -> float:
    """Return the share of sets, the given one included, that cost at least as much as it."""
    if not len(drawn) or not np.isfinite(change):
        return np.nan
    return float((1 + (sign * drawn >= sign * change).sum()) / (1 + len(drawn)))
