"""What the absence of each single head costs, beside what it attends to."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from jaxtyping import Float64
from scipy.stats import rankdata

from protlens.ablation.effects import Effect
from protlens.ablation.measurement import WORSE
from protlens.heads import head_columns

PERMUTATIONS = 10_000
ALIGNED = ("property", "alignment", "background", "lift", "arcs", "verdict")
"""Columns of a run's table of heads that are put beside the effects."""


def each_table(
    found: Sequence[Mapping[str, Effect]],
    *,
    layers: int,
    heads: int,
    ranked_by: str,
    aligned: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return a row a head, the one whose absence costs most first.

    Parameters
    ----------
    found
        The effects of each head, in the order of an array ``[layer, head]`` laid flat.
    layers, heads
        The shape of the model.
    ranked_by
        The measure by which heads are ranked.
    aligned
        The rows of a run's table of heads for one property; their alignment is null where a head has too few arcs.

    Returns
    -------
    polars.DataFrame
        ``rank, layer, head, label``; of each measure its change, and the ends of its interval under its name with
        ``_low`` and ``_high``; with a run ``property, alignment, background, lift, arcs, verdict``.
    """
    changes = {
        f"{name}{suffix}": pl.Series([getattr(effects[name], field) for effects in found], dtype=pl.Float64)
        for name in found[0]
        for suffix, field in (("", "change"), ("_low", "low"), ("_high", "high"))
    }
    table = pl.DataFrame(head_columns(layers, heads) | changes)
    table = table.with_columns(pl.col(pl.Float64).fill_nan(None))
    if aligned is not None:
        known = aligned.with_columns(pl.when("supported").then("alignment").alias("alignment"))
        table = table.join(known.select("layer", "head", *ALIGNED), on=["layer", "head"], how="left")
    worst = (WORSE.get(ranked_by, -1) * pl.col(ranked_by)).alias("worst")
    ranked = table.sort(worst, "layer", "head", descending=[True, False, False], nulls_last=True)
    return ranked.with_row_index("rank", offset=1).cast({"rank": pl.Int64})


def rank_correlations(each: pl.DataFrame, measure: str, *, seed: int) -> pl.DataFrame:
    """Return Spearman's rank correlation between the alignment of heads and the cost of their absence.

    Heads without alignment are left out. The effects are permuted over all heads, and over the heads of each layer,
    where what layers differ in stays. The interval holds 95 % of the correlations that come out, and p is the share
    that lies at least as far from their mean, the one that was found included.

    Parameters
    ----------
    each
        See :func:`each_table`.
    measure
        The measure whose effect is taken.
    seed
        Random seed of the permutations.

    Returns
    -------
    polars.DataFrame
        ``measure, permuted, heads, rho, null_low, null_high, p_value``; no rows if fewer than three heads, or heads
        that are all alike, have both.
    """
    rows = each.filter(pl.col("alignment").is_not_null() & pl.col(measure).is_not_null()).sort("layer", "head")
    alignment = rankdata(rows["alignment"].to_numpy())
    cost = rankdata(WORSE.get(measure, -1) * rows[measure].to_numpy())
    found = []
    if len(rows) > 2 and alignment.std() > 0 and cost.std() > 0:
        rho = float(_correlation(alignment, cost[None])[0])
        layers = rows["layer"].to_numpy()
        for permuted, groups in (("all heads", np.zeros_like(layers)), ("within layers", layers)):
            null = _correlation(alignment, _permuted(cost, groups, seed=seed))
            low, high = np.quantile(null, (0.025, 0.975))
            beyond = int((np.abs(null - null.mean()) >= abs(rho - null.mean()) - 1e-12).sum())
            found.append((measure, permuted, len(rows), rho, low, high, (1 + beyond) / (1 + PERMUTATIONS)))
    return pl.DataFrame(found, schema=CORRELATION_SCHEMA, orient="row")


CORRELATION_SCHEMA = {
    "measure": pl.String,
    "permuted": pl.String,
    "heads": pl.Int64,
    "rho": pl.Float64,
    "null_low": pl.Float64,
    "null_high": pl.Float64,
    "p_value": pl.Float64,
}
"""Columns of :func:`rank_correlations`."""


def _correlation(
    one: Float64[np.ndarray, " head"], others: Float64[np.ndarray, "permutation head"]
) -> Float64[np.ndarray, " permutation"]:
    """Return Pearson's correlation of ranks with each row of others."""
    centred, rows = one - one.mean(), others - others.mean(axis=1, keepdims=True)
    return np.asarray(rows @ centred / np.sqrt((centred @ centred) * (rows**2).sum(axis=1)))


def _permuted(
    values: Float64[np.ndarray, " head"], groups: np.ndarray, *, seed: int
) -> Float64[np.ndarray, "permutation head"]:
    """Return values in random order within each group, many times."""
    rng = np.random.default_rng(seed)
    keys = rng.random((PERMUTATIONS, len(values)))
    order = np.argsort(keys + groups, axis=1)  # groups are whole numbers, so each keeps its places
    places = np.argsort(groups, kind="stable")
    found = np.empty(order.shape)
    found[:, places] = values[order]
    return found
