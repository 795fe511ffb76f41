"""The tables that a run was left with, where they are of this run: they save the resampling."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from protlens.runs.store import Run
from protlens.stats.controls import CONTROL_TABLE_SCHEMA
from protlens.stats.table import HEAD_TABLE_SCHEMA

_PLACE = ("property", "layer", "head")


def stored_heads(run: Run) -> pl.DataFrame | None:
    """Return ``heads.parquet`` of a run; None if it is missing, damaged, or of other properties, heads or threshold."""
    table = _read(run.path / "heads.parquet", HEAD_TABLE_SCHEMA)
    if table is None or not table.select(_PLACE).equals(_places(run)):
        return None
    settings = table.select("threshold", "mode").unique().rows()
    return table if [threshold for threshold, _ in settings] == [run.manifest.options["threshold"]] else None


def stored_controls(run: Run) -> pl.DataFrame | None:
    """Return ``tables/controls.csv`` of a run; None if it is missing, damaged, or of other properties or heads."""
    table = _read(run.path / "tables" / "controls.csv", CONTROL_TABLE_SCHEMA)
    if table is None:
        return None
    controlled = pl.col("property").is_in(table["property"].unique().implode())
    return table if table.select(_PLACE).equals(_places(run).filter(controlled)) else None


def _read(path: Path, schema: Mapping[str, Any]) -> pl.DataFrame | None:
    try:
        table = _load(path, path.stat().st_mtime_ns, tuple(schema.items()))
    except (OSError, PolarsError):
        return None
    return table if table.schema == schema else None


@lru_cache(maxsize=4)
def _load(path: Path, modified: int, schema: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, schema=dict(schema))


def _places(run: Run) -> pl.DataFrame:
    """Return every property class and head of a run, in the order of its tables."""
    names, layers, heads = list(run.manifest.properties), range(run.layers), range(run.heads)
    columns = {"property": names, "layer": layers, "head": heads}
    schema = {"property": pl.String, "layer": pl.Int64, "head": pl.Int64}
    parts = [pl.DataFrame({name: values}, schema={name: schema[name]}) for name, values in columns.items()]
    return (
        parts[0]
        .join(parts[1], how="cross", maintain_order="left_right")
        .join(parts[2], how="cross", maintain_order="left_right")
    )
