"""Published numbers beside measured ones, as a few lines to read on a terminal."""

from typing import Any

import polars as pl

from protlens.cli.screen import print_table
from protlens.naming import AMINO_ACID, property_title
from protlens.number_text import NOTHING, bare_percent, coefficient, counted, points
from protlens.reproduction.reproduction_result import Reproduction

_MINUS = "\N{MINUS SIGN}"

_FIGURES = ("background", "heads with few arcs", "centre of gravity", "BLOSUM62 correlation")
"""Kinds of numbers that are few enough to be printed."""


def print_reproduction(reproduction: Reproduction) -> None:
    """Print how the heads of each property agree, single numbers, and where the files are."""
    tables = reproduction.tables
    print(reproduction.title + "\n")
    columns = ["property", "head", "publ.", "meas.", "best", "is", "top", "r", "heads", "diff."]
    print_table("Heads (alignment in %)", columns, [_summary_row(row) for row in tables.summary.iter_rows(named=True)])
    print("\nhead: the best published one, with its published and measured alignment; best: the best measured here;")
    print("top: heads among the best ten of both; r, diff.: over all heads with both numbers, diff. in points.\n")
    single = tables.numbers.filter(pl.col("kind").is_in(_FIGURES)).filter(
        pl.col("property").is_null() | ~pl.col("property").str.starts_with(AMINO_ACID)
    )
    rows = [_number_row(row) for row in single.drop_nulls("difference").iter_rows(named=True)]
    print_table("Single numbers", ["what", "property", "published", "measured", "difference"], rows)
    print()
    for note in (*reproduction.notes, _count(tables.numbers)):
        print(note)
    print(f"Tables, figure and runs: {reproduction.folder}")


def _summary_row(row: dict[str, Any]) -> list[str]:
    return [
        property_title(row["property"]),
        row["published_head"] or NOTHING,
        _share(row["published"]),
        _share(row["measured"]),
        row["measured_head"] or NOTHING,
        _share(row["measured_best"]),
        f"{row['top_shared']}/{row['top']}",
        NOTHING if row["correlation"] is None else coefficient(row["correlation"]),
        str(row["heads"]),
        points(None if row["mean_absolute"] is None else row["mean_absolute"] / 100).removeprefix("+"),
    ]


def _number_row(row: dict[str, Any]) -> list[str]:
    digits = 0 if row["kind"] == "heads with few arcs" else 2
    values = [f"{row[name]:.{digits}f}".replace("-", _MINUS) for name in ("published", "measured")]
    title = NOTHING if row["property"] is None else property_title(row["property"])
    return [row["kind"], title, *values, f"{row['difference']:+.{digits}f}".replace("-", _MINUS)]


def _share(value: float | None) -> str:
    return bare_percent(None if value is None else value / 100)


def _count(numbers: pl.DataFrame) -> str:
    known = len(numbers.drop_nulls("difference"))
    return f"{counted(len(numbers), 'published number')}, {known:,} with a measured one beside it (numbers.csv)."
