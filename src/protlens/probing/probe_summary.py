"""What the probes of each property say, in one row."""

import polars as pl

CONTACT_METRIC = "precision:all:L/5"

SUMMARY = {
    "property": pl.String,
    "source": pl.String,
    "metric": pl.String,
    "layer": pl.Int64,
    "value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "amino_acid": pl.Float64,
    "majority": pl.Float64,
    "separation": pl.Float64,
    "separation_amino_acid": pl.Float64,
    "selectivity": pl.Float64,
}
"""Columns of :func:`probe_summary`."""


def main_metric(metrics: list[str]) -> str:
    """Return the metric that a property is summed up by, of those its probes were measured with.

    Precision of the L/5 highest-scored pairs for contacts, macro F1 for several classes, else average precision.
    """
    known = (CONTACT_METRIC, "f1_macro", "average_precision")
    return next((metric for metric in known if metric in metrics), metrics[0])


def main_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table of probes that show the main metric of their property."""
    parts = []
    for name in table["property"].unique(maintain_order=True):
        rows = table.filter(property=name)
        parts.append(rows.filter(metric=main_metric(rows["metric"].unique(maintain_order=True).to_list())))
    return pl.concat(parts) if parts else table


def probe_summary(table: pl.DataFrame) -> pl.DataFrame:
    """Return the layer that is best on validation proteins for each property and source, and its value on the test.

    Parameters
    ----------
    table
        Scores of residue probes, contact probes, or both.

    Returns
    -------
    pl.DataFrame
        ``property, source, metric, layer, value, ci_low, ci_high``, and beside them the values of the baselines
        (``separation`` and ``separation_amino_acid`` for contacts alone) and the ``selectivity`` of that layer.
    """
    rows = main_rows(table)
    layered = rows.filter(pl.col("layer").is_not_null(), pl.col("source") != "control")
    order = pl.col("validation").fill_null(float("-inf")).fill_nan(float("-inf"))
    best = layered.sort(order, descending=True, maintain_order=True).unique(
        ["property", "source"], keep="first", maintain_order=True
    )
    for source in ("amino_acid", "majority", "separation", "separation_amino_acid"):
        best = best.join(_values(rows.filter(source=source), source, ["property"]), on="property", how="left")
    selectivity = _values(table.filter(metric="selectivity"), "selectivity", ["property", "source", "layer"])
    best = best.join(selectivity, on=["property", "source", "layer"], how="left")
    rank = {name: place for place, name in enumerate(table["property"].unique(maintain_order=True))}
    ordered = best.sort(pl.col("property").replace_strict(rank, default=None), "source", maintain_order=True)
    return ordered.select(SUMMARY.keys())


def _values(rows: pl.DataFrame, name: str, keys: list[str]) -> pl.DataFrame:
    return rows.select(*keys, pl.col("value").alias(name))
