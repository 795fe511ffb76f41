"""From shares of single proteins to what is said of a head: a mean with its interval, and whether it names the head."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.behaviour.behaviour_shares import BehaviourShares
from protlens.behaviour.behaviours import AFTERWARDS, BEHAVIOURS, FEWEST_PROTEINS, LEAST_BETWEEN
from protlens.heads import head_columns
from protlens.stats.alignment import ratio
from protlens.stats.bootstrap import quantiles, resample_sums

RESAMPLES = 1000
LEVELS = (0.025, 0.975)

SCHEMA = {
    "layer": pl.Int64,
    "head": pl.Int64,
    "label": pl.String,
    "behaviour": pl.String,
    "which": pl.String,
    "share": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "baseline": pl.Float64,
    "lift": pl.Float64,
    "lift_low": pl.Float64,
    "proteins": pl.Int64,
    "arcs": pl.Int64,
    "explains": pl.Float64,
    "named": pl.Boolean,
    "rank": pl.Int64,
}
"""The columns of evidence, one row for each head and behaviour."""


def evidence_of(shares: Mapping[str, BehaviourShares], *, seed: int) -> pl.DataFrame:
    """Return the evidence for each head and behaviour, of the variant that explains most.

    Parameters
    ----------
    shares
        By behaviour; ``special`` among them.
    seed
        Of the resampling of proteins.

    Returns
    -------
    pl.DataFrame
        ``SCHEMA`` without ``rank``: means over the proteins that vote, 95 % intervals over resampled proteins, and
        ``explains``, the share of all attention beyond the baseline.
    """
    between = 1 - _mean(shares["special"].share[..., 0])
    return pl.concat([_behaviour(name, one, between, seed=seed) for name, one in shares.items()])


def joined(measured: pl.DataFrame, arcs: pl.DataFrame) -> pl.DataFrame:
    """Join what was measured with what the run's arcs tell.

    Whether a head is named after contacts is decided by arcs; what contacts explain is measured, where it is.
    """
    place = ["layer", "head", "behaviour"]
    explained = measured.select(*place, measured=pl.col("explains"))
    named = arcs.join(explained, on=place, how="left", maintain_order="left").with_columns(
        explains=pl.coalesce("measured", "explains")
    )
    rest = measured.join(arcs, on=place, how="anti", maintain_order="left")
    return pl.concat([rest, named.select(rest.columns)]).filter(
        (pl.col("behaviour") != "contact") | pl.col("arcs").is_not_null()
    )


def _behaviour(
    name: str, shares: BehaviourShares, between: Float64[np.ndarray, "layer head"], *, seed: int
) -> pl.DataFrame:
    proteins, layers, heads, _ = shares.share.shape
    excess = np.nan_to_num(_mean(shares.share) - _mean(shares.baseline), nan=-np.inf)
    best = excess.argmax(-1)
    share, baseline = (
        np.take_along_axis(values, best[None, ..., None], -1)[..., 0].reshape(proteins, layers * heads)
        for values in (shares.share, shares.baseline)
    )
    votes = np.isfinite(share).sum(0)
    low, high, lift_low = _intervals(share, baseline, seed=seed)
    of_all = np.ones(layers * heads) if name == "special" else between.ravel()
    table = pl.DataFrame(
        {
            **head_columns(layers, heads),
            "behaviour": pl.Series([name] * len(votes), dtype=pl.String),
            "which": pl.Series([shares.variants[place] for place in best.ravel()], dtype=pl.String),
            "share": _mean(share),
            "ci_low": low,
            "ci_high": high,
            "baseline": _mean(baseline),
            "lift_low": lift_low,
            "proteins": pl.Series(votes, dtype=pl.Int64),
            "arcs": pl.Series([None] * len(votes), dtype=pl.Int64),
            "explains": shares.asked * of_all * (_mean(share) - _mean(baseline)),
        }
    ).fill_nan(None)
    enough = (pl.col("proteins") >= FEWEST_PROTEINS) & pl.Series(of_all >= LEAST_BETWEEN)
    return with_names(table, enough)


def with_names(table: pl.DataFrame, enough: pl.Expr) -> pl.DataFrame:
    """Add ``lift`` and ``named``: the lower ends of both intervals reach what the behaviour asks for.

    Parameters
    ----------
    table
        HeadEvidence with its intervals.
    enough
        Whether there is enough to judge by at all.
    """
    floor, lift = (
        pl.col("behaviour").replace_strict({name: getattr(one, part) for name, one in BEHAVIOURS.items()})
        for part in ("floor", "lift")
    )
    reaches = (pl.col("ci_low") >= floor) & (pl.col("lift_low") >= lift)
    columns = [name for name in SCHEMA if name != "rank"]
    return table.with_columns(
        lift=pl.col("share") / pl.col("baseline"), named=(enough & reaches).fill_null(value=False)
    ).select(pl.col(name).cast(SCHEMA[name]) for name in columns)


def ranked(table: pl.DataFrame) -> pl.DataFrame:
    """Sort evidence by head and add ``rank``, from one for what explains most; see ``AFTERWARDS``."""
    keys = [
        "layer",
        "head",
        ~pl.col("named"),
        pl.col("behaviour").replace_strict(AFTERWARDS, default=0),
        pl.col("explains"),
    ]
    ordered = table.sort(keys, descending=[False, False, False, False, True], nulls_last=True, maintain_order=True)
    number = pl.col("named").cum_sum().over("layer", "head")
    return ordered.with_columns(rank=pl.when("named").then(number).cast(pl.Int64)).select(*SCHEMA)


def _intervals(
    share: Float64[np.ndarray, "protein head"], baseline: Float64[np.ndarray, "protein head"], *, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both ends of the mean share's interval, and the lower end of the lift's.

    NaN for a head that fewer than two proteins vote for; a resample in which none of them was drawn is left out.
    """
    voting = np.isfinite(share)
    parts = [np.where(voting, share, 0), np.where(voting, baseline, 0), voting.astype(np.float64)]
    found, chance, votes = resample_sums(parts, resamples=RESAMPLES, seed=seed)
    enough = voting.sum(axis=0) > 1
    low, high = (np.where(enough, level, np.nan) for level in LEVELS)
    shares = ratio(found, votes)
    return quantiles(shares, low), quantiles(shares, high), quantiles(ratio(found, chance), low)


def _mean(values: Float64[np.ndarray, "protein ..."]) -> Float64[np.ndarray, "..."]:
    votes = np.isfinite(values).sum(0)
    return np.where(votes > 0, np.nansum(values, 0) / np.maximum(votes, 1), np.nan)
