"""From the tables of a run to the arrays that a figure shows."""

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.errors import OptionError, explain
from protlens.naming import AMINO_ACID


def single_property(table: pl.DataFrame) -> str:
    """Return the one property that a table is about.

    Raises
    ------
    OptionError
        If the table has no rows, or rows of several properties.
    """
    names = table["property"].unique(maintain_order=True).to_list()
    if len(names) != 1:
        raise OptionError(
            explain(
                "table for a figure",
                found=f"{len(names)} properties",
                allowed="rows of one property",
                hint="filter the table by its property column",
            )
        )
    return str(names[0])


def supported_heads(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose alignment may be shown: supported and defined."""
    return table.filter(pl.col("supported") & pl.col("alignment").is_not_null() & pl.col("alignment").is_not_nan())


def without_amino_acids(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of other properties than amino acids, or all if there are no others."""
    others = table.filter(~pl.col("property").str.starts_with(AMINO_ACID))
    return others if len(others) else table


def head_grid(table: pl.DataFrame, column: str, *, shape: tuple[int, int]) -> Float64[np.ndarray, "layer head"]:
    """Spread a column of a table with zero-based ``layer`` and ``head`` over a matrix, NaN where nothing is."""
    grid = np.full(shape, np.nan)
    grid[table["layer"].to_numpy(), table["head"].to_numpy()] = floats(table, column)
    return grid


def grid_shape(table: pl.DataFrame) -> tuple[int, int]:
    """Return how many layers and heads a table with zero-based ``layer`` and ``head`` spans.

    Raises
    ------
    OptionError
        If the table has no rows.
    """
    if table.is_empty():
        raise OptionError(explain("table for a figure", found="no rows", allowed="one row a head"))
    return 1 + int(table["layer"].to_numpy().max()), 1 + int(table["head"].to_numpy().max())


def floats(table: pl.DataFrame, column: str) -> Float64[np.ndarray, " row"]:
    """Return a column as ``float64``, NaN for nulls."""
    return table[column].cast(pl.Float64).to_numpy().astype(np.float64)


def background_range(table: pl.DataFrame) -> tuple[float, float] | None:
    """Return the least and the greatest background of any row, in percent, or None if no row has one."""
    values = 100 * floats(table, "background")
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else None


def pooled_share(table: pl.DataFrame) -> float | None:
    """Return how often a property holds over all pairs of a calibration table, as a fraction; None without pairs."""
    pairs = int(table["pairs"].sum())
    return int(table["hits"].sum()) / pairs if pairs else None
