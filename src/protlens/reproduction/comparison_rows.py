"""Each published number beside the one that was measured."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from protlens.stats.run_tables import RunTables

TOP = 10
"""Heads that the paper's bar charts show."""

_MEASURED = {
    "kind": pl.String,
    "property": pl.String,
    "layer": pl.Int64,
    "head": pl.Int64,
    "source": pl.String,
    "metric": pl.String,
    "measured": pl.Float64,
    "arcs": pl.Int64,
}

_METRICS = {"f1": "F1", "precision_at_L/20": "precision@L/20", "precision:all:L/5": "precision@L/5"}
"""What the paper calls the measures of its probes."""


def measured_numbers(tables: Sequence[RunTables]) -> pl.DataFrame:
    """Return what runs in paper mode measured of all that is published.

    Columns: ``kind, property, layer, head, source, metric, measured, arcs``. Shares are in percent; one of a head or
    layer without support is null.
    """
    rows = [row for own in tables for row in _of_run(own)]
    return pl.DataFrame(rows, schema=_MEASURED)


def probe_numbers(probes: pl.DataFrame) -> pl.DataFrame:
    """Return what probes measured of the published curves, with the columns of :func:`measured_numbers`.

    The curves begin with what leaves the first layer; state 0, the input of that layer, has no partner.

    Parameters
    ----------
    probes
        ``probes.parquet`` of ``protlens probe --paper``.
    """
    known = probes.filter(pl.col("metric").is_in(list(_METRICS)), pl.col("layer") > 0)
    return known.select(
        pl.lit("probe").alias("kind"),
        "property",
        pl.col("layer").cast(pl.Int64) - 1,
        pl.lit(None, pl.Int64).alias("head"),
        "source",
        pl.col("metric").replace_strict(_METRICS, return_dtype=pl.String),
        pl.col("value").cast(pl.Float64).alias("measured"),
        pl.lit(None, pl.Int64).alias("arcs"),
    )


def _of_run(tables: RunTables) -> Iterator[dict[str, Any]]:
    assert tables.layers is not None
    assert tables.centres is not None
    for head in tables.heads.iter_rows(named=True):
        value = 100 * head["alignment"] if head["supported"] else None
        about = {"property": head["property"], "layer": head["layer"], "head": head["head"], "arcs": head["arcs"]}
        yield {"kind": "head", "measured": value} | about
        yield {"kind": "top head", "measured": value} | about
    grouped = tables.heads.group_by("property", maintain_order=True)
    counted = grouped.agg(pl.col("background").first(), (~pl.col("supported")).sum().alias("few"))
    for name, background, few in counted.iter_rows():
        yield {"kind": "background", "property": name, "measured": _percent(background)}
        yield {"kind": "heads with few arcs", "property": name, "measured": float(few)}
    for layer in tables.layers.iter_rows(named=True):
        about = {"property": layer["property"], "layer": layer["layer"]}
        yield {"kind": "layer maximum", "measured": _percent(layer["max_alignment"])} | about
        yield {"kind": "layer mean", "measured": _percent(layer["mean_alignment"])} | about
    for name, centre in tables.centres.iter_rows():
        yield {"kind": "centre of gravity", "property": name, "measured": centre}
    if tables.correlation is not None:
        yield {"kind": "BLOSUM62 correlation", "measured": tables.correlation}


def beside(published: pl.DataFrame, measured: pl.DataFrame) -> pl.DataFrame:
    """Return the published numbers with ``measured``, ``difference`` (measured less published), ``arcs`` and ``note``.

    ``note`` says why there is no difference.
    """
    known = measured.select("kind", "property", pl.lit(value=True).alias("asked")).unique()
    keys = ["kind", "property", "layer", "head", "source", "metric"]
    counted = measured.with_columns(present=pl.lit(value=True))
    joined = published.join(counted, on=keys, how="left", nulls_equal=True, maintain_order="left")
    joined = joined.join(known, on=["kind", "property"], how="left", nulls_equal=True, maintain_order="left")
    masked = pl.col("value").is_null()
    there = pl.col("measured").is_not_null()
    note = (
        pl.when(masked & there)
        .then(pl.lit("published: fewer than 100 arcs"))
        .when(masked & pl.col("present").is_not_null())
        .then(pl.lit("both: fewer than 100 arcs"))
        .when(there)
        .then(pl.lit(None, pl.String))
        .when(pl.col("asked").is_null())
        .then(pl.lit("not measured"))
        .when(pl.col("present").is_not_null())
        .then(pl.lit("measured: fewer than 100 arcs"))
        .otherwise(pl.lit("not in this model"))
    )
    return joined.select(
        "kind",
        "property",
        "layer",
        "head",
        "rank",
        "source",
        "metric",
        pl.col("value").alias("published"),
        "accuracy",
        "measured",
        (pl.col("measured") - pl.col("value")).alias("difference"),
        "arcs",
        note.alias("note"),
    )


def summarise(rows: pl.DataFrame, measured: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each property of which anything was measured.

    Returns
    -------
    pl.DataFrame
        ``property``; ``heads`` (with both numbers), ``correlation`` (Pearson's r over them), ``mean_difference`` and
        ``mean_absolute`` (percentage points); ``published_head, published, measured`` (the best published head, and
        what was measured of it), ``measured_head, measured_best`` (the best measured head); ``top_shared`` (heads that
        are among the best ``top`` of both, ``top`` being ten or fewer where fewer have support).
    """
    names = rows.drop_nulls("property")["property"].unique(maintain_order=True).to_list()
    asked = set(measured.filter(kind="head")["property"])
    found = [_summary(name, rows, measured) for name in names if name in asked]
    return pl.DataFrame(found, schema=_SUMMARY).fill_nan(None)


_SUMMARY = {
    "property": pl.String,
    "heads": pl.Int64,
    "correlation": pl.Float64,
    "mean_difference": pl.Float64,
    "mean_absolute": pl.Float64,
    "published_head": pl.String,
    "published": pl.Float64,
    "measured": pl.Float64,
    "measured_head": pl.String,
    "measured_best": pl.Float64,
    "top": pl.Int64,
    "top_shared": pl.Int64,
}


def _summary(name: str, rows: pl.DataFrame, measured: pl.DataFrame) -> dict[str, Any]:
    cells = rows.filter(kind="head", property=name)
    both = cells.drop_nulls("difference")
    bars = rows.filter(kind="top head", property=name)
    published = _best(cells if bars.is_empty() else bars, "published")
    own = _best(measured.filter(kind="head", property=name), "measured")
    size = min(TOP, len(published), len(own))
    shared = set(published["label"][:size]) & set(own["label"][:size])
    return {
        "property": name,
        "heads": len(both),
        "correlation": _pearson(both["published"].to_numpy(), both["measured"].to_numpy()),
        "mean_difference": both["difference"].mean(),
        "mean_absolute": both["difference"].abs().mean(),
        "published_head": next(iter(published["label"]), None),
        "published": next(iter(published["published"]), None),
        "measured": next(iter(published["measured"]), None),
        "measured_head": next(iter(own["label"]), None),
        "measured_best": next(iter(own["measured"]), None),
        "top": size,
        "top_shared": len(shared),
    }


def _best(cells: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the heads with a value, the highest first; equals in the order of layers and heads."""
    label = pl.format("{}-{}", pl.col("layer") + 1, pl.col("head") + 1).alias("label")
    known = cells.drop_nulls(column).with_columns(label)
    return known.sort([column, "layer", "head"], descending=[True, False, False])


def _pearson(x: np.ndarray, y: np.ndarray) -> float | None:
    if x.size < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
