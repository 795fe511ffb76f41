"""The section on null runs, where there are any."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from protlens.naming import AMINO_ACID, property_title
from protlens.nulls.null_folders import NullTables, compare_with_nulls
from protlens.nulls.null_kinds import KINDS, NullKind
from protlens.number_text import NOTHING, count, counted, percent, probability, times
from protlens.report.parts import Section, Table
from protlens.runs.store import Run
from protlens.stats.run_tables import RunTables

_COLUMNS = (
    "Property",
    "Head",
    "Alignment",
    "Best null head",
    "p",
    "Lift",
    "Best null lift",
    "p of lift",
    "p of all null heads",
    "Null findings",
)


_LETTER_COLUMNS = (
    "Amino acid",
    "Head",
    "Alignment",
    "Background",
    "Share of attention",
    "Null head",
    "Null alignment",
    "Null background",
    "Null share",
    "p",
)


def null_section(run: Run, tables: RunTables) -> Section | None:
    """Return what heads are beside the null runs of a run; None if it has none, or no head with support.

    Raises
    ------
    RunError
        If a null run is damaged.
    """
    found = compare_with_nulls(run, tables.heads)
    kinds: list[NullKind] = [kind for kind in KINDS if len(found.of_kind(kind).summary)]
    if not kinds:
        return None
    return Section(
        title="Beside null runs",
        paragraphs=[
            "The same analysis where there is nothing to find. p is how often the best of all heads of a null run"
            " reaches as much as the head does, this run counted in, so that having chosen among many is accounted"
            " for; with r null runs it cannot lie below 1/(r + 1). The p of all null heads takes each head by itself."
            " Null findings are null heads that would be called a finding. Of amino acids the head of highest alignment"
            " stands beside the highest of all null runs.",
        ],
        tables=[table for kind in kinds for table in _tables(kind, found.of_kind(kind))],
    )


def _tables(kind: NullKind, found: NullTables) -> Iterator[Table]:
    repeats = int(found.summary["repeats"].max())  # type: ignore[arg-type]
    words = f"{counted(repeats, 'null run')}, {KINDS[kind].words}"
    if len(rows := without_amino_acids(found.summary)):
        cells = [tuple(null_cells(row, share=percent)) for row in rows.iter_rows(named=True)]
        yield Table(f"{words}. {KINDS[kind].about}", _COLUMNS, cells)
    if len(rows := found.amino_acids):
        cells = [tuple(amino_acid_cells(row, share=percent)) for row in rows.iter_rows(named=True)]
        yield Table(f"Amino acids beside {words}.", _LETTER_COLUMNS, cells)


def without_amino_acids(summary: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of all other properties; amino acids have a table of their own."""
    return summary.filter(~pl.col("property").str.starts_with(AMINO_ACID))


def null_cells(row: Mapping[str, Any], *, share: Callable[[float | None], str]) -> list[str]:
    """Return what a table says of one head beside its nulls, shares as the function writes them."""
    return [
        property_title(row["property"]),
        row["label"],
        share(row["alignment"]),
        share(row["null_best"]),
        probability(row["p_best"]),
        times(row["lift"]),
        times(row["null_best_lift"]),
        probability(row["p_best_lift"]),
        probability(row["p_pooled"]),
        f"{count(row['null_findings'])} of {count(row['null_heads'])}",
    ]


def amino_acid_cells(row: Mapping[str, Any], *, share: Callable[[float | None], str]) -> list[str]:
    """Return what a table says of the head of one amino acid and that of its nulls, shares as the function writes."""
    return [
        property_title(row["property"]),
        row["label"] or NOTHING,
        *(share(row[name]) for name in ("alignment", "background", "share")),
        row["null_label"] or NOTHING,
        *(share(row[name]) for name in ("null_alignment", "null_background", "null_share")),
        probability(row["p_best"]),
    ]
