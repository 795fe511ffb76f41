"""Means over proteins of contact precision, with intervals from resampled proteins."""

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64

from protlens.stats.alignment import ratio
from protlens.stats.bootstrap import quantiles, resample_sums
from protlens.stats.intervals import small_sample_level

RESAMPLES = 2000


def summarise_precision(precision: pl.DataFrame, *, reference: str, seed: int) -> pl.DataFrame:
    """Return the mean precision of each method, and its difference to a reference method on the same proteins.

    Intervals are percentiles over resampled proteins, widened for few of them; all methods share the resamples.

    Parameters
    ----------
    precision
        ``protein, method, range, k, precision``: the same proteins for every method.
    reference
        The method that the others are compared with.
    seed
        Random seed of the resampling.

    Returns
    -------
    polars.DataFrame
        ``method, range, k, proteins, precision, ci_low, ci_high, difference, difference_low, difference_high``;
        the difference is the method minus the reference. ``proteins`` have known pairs in the range; intervals are
        null for fewer than two.
    """
    methods = precision["method"].unique(maintain_order=True).to_list()
    parts = []
    for (band, k), rows in precision.group_by("range", "k", maintain_order=True):
        values = rows.pivot("method", index="protein", values="precision").drop_nulls().select(methods).to_numpy()
        differences = values - values[:, [methods.index(reference)]]
        mean, low, high = _interval(values.astype(np.float64), seed=seed)
        difference, difference_low, difference_high = _interval(differences.astype(np.float64), seed=seed)
        parts.append(
            pl.DataFrame(
                {
                    "method": methods,
                    "range": band,
                    "k": k,
                    "proteins": len(values),
                    "precision": mean,
                    "ci_low": low,
                    "ci_high": high,
                    "difference": difference,
                    "difference_low": difference_low,
                    "difference_high": difference_high,
                },
                nan_to_null=True,
            )
        )
    return pl.concat(parts, how="vertical_relaxed")


def over_draws() -> tuple[pl.Expr, ...]:
    """Return what aggregates precision over draws of the training proteins: ``draws, precision, lowest, highest``."""
    value = pl.col("precision")
    count = value.count().cast(pl.Int64)
    return count.alias("draws"), value.mean(), value.min().alias("lowest"), value.max().alias("highest")


BIN_EDGES = (0.0, 0.01, 0.02, 0.05, *(tenth / 10 for tenth in range(1, 11)))
"""Bins of predicted probability; contacts are rare, so the low ones are narrow."""


def reliability_table(probabilities: Float64[np.ndarray, " pair"], contacts: Bool[np.ndarray, " pair"]) -> pl.DataFrame:
    """Return how often pairs of each predicted probability touch; sums of parts add up.

    Parameters
    ----------
    probabilities, contacts
        Predicted probability of contact of each known pair, and whether it touches.

    Returns
    -------
    polars.DataFrame
        ``bin_low, bin_high, pairs, contacts, predicted``: a row a bin; ``predicted`` is the sum of probabilities,
        so that ``predicted / pairs`` is to be compared with ``contacts / pairs``.
    """
    edges = np.array(BIN_EDGES)
    bins = np.clip(np.digitize(probabilities, edges) - 1, 0, len(edges) - 2)
    counts = [np.bincount(bins, weights=values, minlength=len(edges) - 1) for values in (None, contacts, probabilities)]
    return pl.DataFrame(
        {
            "bin_low": edges[:-1],
            "bin_high": edges[1:],
            "pairs": counts[0].astype(np.int64),
            "contacts": counts[1].astype(np.int64),
            "predicted": counts[2],
        }
    )


def _interval(
    values: Float64[np.ndarray, "protein method"], *, seed: int
) -> tuple[Float64[np.ndarray, " method"], Float64[np.ndarray, " method"], Float64[np.ndarray, " method"]]:
    """Return the mean over proteins and the ends of its interval, NaN where there are too few proteins."""
    proteins, methods = values.shape
    nothing = np.full(methods, np.nan)
    if not proteins:
        return nothing, nothing, nothing
    sums, drawn = resample_sums([values, np.ones_like(values)], resamples=RESAMPLES, seed=seed)
    draws = ratio(sums, drawn)
    level = small_sample_level(np.full(methods, float(proteins)))
    return values.mean(axis=0), quantiles(draws, level / 2), quantiles(draws, 1 - level / 2)
