"""The head that each run names first for each property, and how alignment goes with depth."""

from collections.abc import Sequence

import polars as pl

from protlens.stats.head_statistics import named_order
from protlens.stats.run_tables import RunTables

_COLUMNS = (
    "label",
    "layer",
    "head",
    "arcs",
    "proteins",
    "alignment",
    "ci_low",
    "ci_high",
    "background",
    "control_name",
    "control",
    "control_lift",
    "control_lift_low",
    "control_lift_high",
    "verdict",
)


def best_table(names: Sequence[str], tables: Sequence[RunTables], properties: Sequence[str]) -> pl.DataFrame:
    """Return the first-named head of each property and run; its columns are null where no head has support.

    Columns: ``property``, ``run``, ``chosen_from`` (heads with support, of which this one was taken), and those of the
    table of heads. The head is the best of many *on the same proteins*, so its numbers flatter it.
    """
    rows = []
    for name in properties:
        for run, own in zip(names, tables, strict=True):
            supported = own.heads.filter("supported", property=name)
            about = {"property": name, "run": run, "chosen_from": supported.height}
            best = named_order(supported).head(1).select(_COLUMNS).to_dicts()
            rows.append(about | (best[0] if best else dict.fromkeys(_COLUMNS)))
    kinds = tables[0].heads.schema
    schema = {"property": pl.String, "run": pl.String, "chosen_from": pl.Int64} | {one: kinds[one] for one in _COLUMNS}
    return pl.DataFrame(rows, schema=schema)


def depth_tables(
    names: Sequence[str], tables: Sequence[RunTables], properties: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the layers and the centres of gravity of all runs.

    Returns
    -------
    layers
        ``property, run, layer`` (zero-based), ``depth`` (layers up to and with this one, over all; above 0, at most 1),
        ``heads, mean_alignment, max_alignment, max_label``; see :func:`protlens.stats.layers.layer_table`.
    centres
        ``property, run, centre_of_gravity`` (layers, from one) and ``relative_centre``, the same over all layers.
    """
    layers, centres = [], []
    for run, own in zip(names, tables, strict=True):
        assert own.layers is not None
        assert own.centres is not None
        deep = 1 + pl.col("layer").max()
        layers.append(
            own.layers.select("property", pl.lit(run).alias("run"), "layer", pl.exclude("property", "layer"))
            .with_columns(((pl.col("layer") + 1) / deep).alias("depth"))
            .select("property", "run", "layer", "depth", pl.exclude("property", "run", "layer", "depth"))
        )
        depth = int(own.layers["layer"].to_numpy().max()) + 1
        centres.append(
            own.centres.select(
                "property",
                pl.lit(run).alias("run"),
                "centre_of_gravity",
                (pl.col("centre_of_gravity") / depth).alias("relative_centre"),
            )
        )
    return _ordered(layers, properties), _ordered(centres, properties)


def _ordered(parts: Sequence[pl.DataFrame], properties: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the given properties, in their order, those of the runs in the order of the runs."""
    order = pl.DataFrame({"property": list(properties)}, schema={"property": pl.String})
    return order.join(pl.concat(parts), on="property", how="inner", maintain_order="left_right")
