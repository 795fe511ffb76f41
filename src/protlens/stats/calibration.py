"""Does a property become more likely as attention grows, and what happens at other thresholds?

Both are read from the histogram of a run, without a second pass over the proteins.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Int64

from protlens.errors import OptionError, explain
from protlens.heads import head_columns
from protlens.runs.counts import WeightHistogram
from protlens.stats.alignment import SUPPORT, ratio
from protlens.stats.intervals import wilson_interval


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """Eligible arcs of each head at one threshold, and those where the property holds, ``int64 [layer, head]``."""

    arcs: Int64[np.ndarray, "layer head"]
    hits: Int64[np.ndarray, "layer head"]


def calibration_table(name: str, histogram: WeightHistogram, *, by_head: bool = False) -> pl.DataFrame:
    """Return how often a property holds among pairs of similar attention weight.

    Parameters
    ----------
    name
        Name of the property class.
    histogram
        Its pairs by attention weight.
    by_head
        Give each head its own rows instead of pooling the pairs of all heads, as the paper does.

    Returns
    -------
    pl.DataFrame
        ``property``, ``layer``, ``head``, ``label`` (null when pooled), ``bin_low``, ``bin_high``, ``pairs``,
        ``hits``, ``probability`` and its 95 % Wilson interval ``ci_low``, ``ci_high`` (null without pairs). The lowest
        bin, from zero to the first edge, holds all pairs that the head leaves nearly aside, weights of exactly zero
        among them: single pairs below the first edge are not looked at.
    """
    return calibration_tables({name: histogram}, by_head=by_head)


def calibration_tables(histograms: Mapping[str, WeightHistogram], *, by_head: bool = False) -> pl.DataFrame:
    """Return the tables of property classes of one run one below the other, see :func:`calibration_table`."""
    each = list(histograms.values())
    layers, heads, bins = each[0].eligible.shape
    axes = () if by_head else (0, 1)
    pairs, hits = (
        np.concatenate([getattr(one, part).sum(axis=axes).ravel() for one in each]) for part in ("eligible", "hits")
    )
    low, high = wilson_interval(hits, pairs)
    rows = pairs.size // len(each)
    names = _repeat_each(head_columns(layers, heads), bins, len(each)) if by_head else _no_head(pairs.size)
    columns = {
        "property": [name for name in histograms for _ in range(rows)],
        **names,
        "bin_low": np.resize(each[0].edges[:-1], pairs.size),
        "bin_high": np.resize(each[0].edges[1:], pairs.size),
        "pairs": pairs,
        "hits": hits,
        "probability": ratio(hits, pairs),
        "ci_low": low,
        "ci_high": high,
    }
    return pl.DataFrame(columns, nan_to_null=True)


def threshold_counts(histogram: WeightHistogram, threshold: float) -> ThresholdCounts:
    """Return the eligible arcs and hits of each head at another threshold than the run's.

    Parameters
    ----------
    histogram
        Pairs of a property class by attention weight.
    threshold
        A lower edge of a bin; the bins keep only how many pairs lie between two edges.

    Raises
    ------
    OptionError
        If the threshold is not a lower edge.
    """
    starts = histogram.edges[:-1]
    at = np.flatnonzero(np.isclose(starts, threshold, rtol=0, atol=1e-9))
    if at.size == 0:
        allowed = [f"{edge:g}" for edge in starts]
        raise OptionError(explain(f"threshold {threshold:g}", found="not an edge of the histogram", allowed=allowed))
    first = int(at[0])
    return ThresholdCounts(
        arcs=histogram.eligible[..., first:].sum(axis=-1), hits=histogram.hits[..., first:].sum(axis=-1)
    )


def threshold_table(name: str, histogram: WeightHistogram) -> pl.DataFrame:
    """Return the alignment of each head at every threshold that the histogram can answer.

    Parameters
    ----------
    name
        Name of the property class.
    histogram
        Its pairs by attention weight.

    Returns
    -------
    pl.DataFrame
        ``property``, ``threshold``, ``layer``, ``head``, ``label``, ``arcs`` (eligible ones), ``hits``, ``alignment``
        (null without arcs) and ``supported``, by threshold, layer and head.
    """
    frames = [_at_threshold(histogram, float(threshold)) for threshold in histogram.edges[:-1]]
    return pl.concat(frames).select(pl.lit(name).alias("property"), pl.all())


def _at_threshold(histogram: WeightHistogram, threshold: float) -> pl.DataFrame:
    counts = threshold_counts(histogram, threshold)
    arcs, hits = counts.arcs.ravel(), counts.hits.ravel()
    columns = {
        "threshold": np.full(arcs.size, threshold),
        **head_columns(*counts.arcs.shape),
        "arcs": arcs,
        "hits": hits,
        "alignment": ratio(hits, arcs),
        "supported": arcs >= SUPPORT,
    }
    return pl.DataFrame(columns).fill_nan(None)


def _repeat_each(columns: dict[str, pl.Series], times: int, classes: int) -> dict[str, pl.Series]:
    index = np.tile(np.repeat(np.arange(len(columns["layer"])), times), classes)
    return {name: column.gather(index) for name, column in columns.items()}


def _no_head(rows: int) -> dict[str, pl.Series]:
    types = {"layer": pl.Int64, "head": pl.Int64, "label": pl.String}
    return {name: pl.Series([None] * rows, dtype=dtype) for name, dtype in types.items()}
