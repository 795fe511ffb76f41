"""The one tidy table: every property class and head."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64

from protlens.heads import head_columns
from protlens.runs.counts import PropertyCounts
from protlens.stats.alignment import SUPPORT, counted_arcs, effective_proteins, ratio
from protlens.stats.background import background, expected_hits
from protlens.stats.bootstrap import resample_sums
from protlens.stats.intervals import protein_interval, wald_interval
from protlens.stats.significance import (
    clustered_standard_error,
    corrected,
    normal_p_value,
    student_p_value,
    two_proportion_z,
)
from protlens.typing import Mode

HEAD_TABLE_SCHEMA = pl.Schema(
    {
        "property": pl.String,
        "level": pl.String,
        "layer": pl.Int64,
        "head": pl.Int64,
        "label": pl.String,
        "proteins": pl.Int64,
        "arcs": pl.Int64,
        "hits": pl.Int64,
        "alignment": pl.Float64,
        "background": pl.Float64,
        "lift": pl.Float64,
        "ci_low": pl.Float64,
        "ci_high": pl.Float64,
        "z": pl.Float64,
        "p_value": pl.Float64,
        "p_bonferroni": pl.Float64,
        "q_value": pl.Float64,
        "supported": pl.Boolean,
        "threshold": pl.Float64,
        "mode": pl.String,
    }
)
"""Columns and types of the table of heads."""

Columns = dict[str, Float64[np.ndarray, " head"]]


def head_table(
    counts: Iterable[PropertyCounts],
    *,
    threshold: float,
    mode: Mode,
    seed: int = 0,
    resamples: int = 1000,
) -> pl.DataFrame:
    """Return the table of heads: one row for each property class and head.

    What each column means is on the statistics page of the documentation. A number that is not defined is null.

    Parameters
    ----------
    counts
        Property classes, taken one at a time; the table keeps their order, then that of layers and heads.
    threshold
        The attention weight from which a pair was counted as an arc, copied into the table.
    mode
        ``matched`` or ``paper``.
    seed, resamples
        Of the bootstrap over proteins, which only the matched mode uses.

    Examples
    --------
    >>> from pathlib import Path
    >>> run = protlens.Run.open(Path("protlens-run"))
    >>> table = protlens.head_table([run.property_counts("contact")], threshold=0.3, mode="matched")
    >>> table.height
    48
    """
    # map, unlike a loop variable, lets go of one class before it asks for the next.
    frames = map(partial(_class_table, mode=mode, seed=seed, resamples=resamples), counts)
    table = pl.concat([HEAD_TABLE_SCHEMA.to_frame(eager=True).drop("threshold", "mode"), *frames])
    about = pl.lit(threshold, pl.Float64).alias("threshold"), pl.lit(mode, pl.String).alias("mode")
    return table.with_columns(*about)


def _class_table(counts: PropertyCounts, *, mode: Mode, seed: int, resamples: int) -> pl.DataFrame:
    counted = counted_arcs(counts, mode=mode)
    arcs = counted.sum(axis=0).ravel()
    expected = background(counts, mode=mode).ravel()
    if mode == "paper":
        inferred = _paper(counts)
    else:
        inferred = excess_columns(counts, expected_hits(counts), seed=seed, resamples=resamples)
    share = ratio(counts.hits.sum(axis=0).ravel(), arcs)
    columns = {
        "property": pl.repeat(counts.name, arcs.size, dtype=pl.String, eager=True),
        "level": pl.repeat(counts.level, arcs.size, dtype=pl.String, eager=True),
        **head_columns(*counted.shape[1:]),
        "proteins": (counted > 0).sum(axis=0).ravel(),
        "arcs": arcs,
        "hits": counts.hits.sum(axis=0).ravel(),
        "alignment": share,
        "background": expected,
        "lift": ratio(share, expected),
        **inferred,
        "supported": arcs >= SUPPORT,
    }
    return pl.DataFrame(columns).fill_nan(None)


def _paper(counts: PropertyCounts) -> Columns:
    hits, arcs = counts.hits.sum(axis=0).ravel(), counts.arcs.sum(axis=0).ravel()
    positive, sites = int(counts.positive_sites.sum()), int(counts.sites.sum())
    family = arcs > SUPPORT
    low, high = wald_interval(hits, arcs, tests=int(family.sum()))
    z = np.where(family, two_proportion_z(hits, arcs, positive=positive, sites=sites), np.nan)
    return _columns(low, high, z=z, p_values=normal_p_value(z), tested=np.isfinite(z))


def excess_columns(
    counts: PropertyCounts, expected: Float64[np.ndarray, "protein ..."], *, seed: int, resamples: int
) -> Columns:
    """Return the interval of each head's alignment, and the test of its hits against expected ones.

    Parameters
    ----------
    counts
        The sums of one property class.
    expected
        Hits to be expected among the eligible arcs of each protein.
    seed, resamples
        Of the bootstrap over proteins; observed and expected hits are drawn together.
    """
    hits, arcs = counts.hits.sum(axis=0).ravel(), counts.eligible.sum(axis=0).ravel()
    rate = ratio(expected.sum(axis=0).ravel(), arcs)
    effective = effective_proteins(counts.eligible).ravel()
    per_protein = [
        values.reshape(len(values), arcs.size).astype(np.float64) for values in (counts.eligible, counts.hits, expected)
    ]
    drawn_arcs, drawn_hits, drawn_expected = resample_sums(per_protein, resamples=resamples, seed=seed)
    low, high = protein_interval(hits, arcs, draws=ratio(drawn_hits, drawn_arcs), effective=effective)
    excess = ratio(drawn_hits - drawn_expected, drawn_arcs)
    error = clustered_standard_error(excess, rate=rate, arcs=arcs, effective=effective)
    z = np.where(arcs >= SUPPORT, ratio(ratio(hits, arcs) - rate, error), np.nan)
    p_values = student_p_value(z, effective=effective)
    return _columns(low, high, z=z, p_values=p_values, tested=np.isfinite(z))


def _columns(
    low: Float64[np.ndarray, " head"],
    high: Float64[np.ndarray, " head"],
    *,
    z: Float64[np.ndarray, " head"],
    p_values: Float64[np.ndarray, " head"],
    tested: Bool[np.ndarray, " head"],
) -> Columns:
    bonferroni, fdr = corrected(p_values, tested=tested)
    ends = {"ci_low": low, "ci_high": high}
    return {**ends, "z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


TOP = 3
"""Heads named of a property that has no classes."""


def top_heads(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the supported heads with the highest alignment: three of a property, one of each class of a family.

    Parameters
    ----------
    heads
        A table of heads; the properties keep their order.
    """
    supported = heads.filter("supported").sort("alignment", descending=True, maintain_order=True)
    order = heads["property"].unique(maintain_order=True).to_list()
    parts = [supported.filter(property=name).head(1 if ":" in name else TOP) for name in order]
    return pl.concat(parts) if parts else supported
