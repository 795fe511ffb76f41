"""What a comparison gives back."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.comparison.comparison_options import ComparisonOptions
from protlens.glance import Glance, Shown
from protlens.naming import AMINO_ACID, HEAD_NUMBERS, property_title
from protlens.number_text import count, listed, percent, times
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ComparisonTables(TableSet):
    """The tables of a comparison.

    Parameters
    ----------
    runs
        One row a run: model, dataset, layers, heads, proteins, threshold, folder.
    best
        The head that each run names first for each property, out of ``chosen_from``.
    differences
        For every two runs, the best heads chosen on one half of the common proteins and measured on the other.
    layers, centres
        Alignment by layer and by relative depth, and its centre of gravity.
    matching, matches
        How the heads of every two runs are paired by what they do, beside what chance reaches.

    Examples
    --------
    >>> list(protlens.ComparisonTables.__annotations__)
    ['runs', 'best', 'differences', 'layers', 'centres', 'matching', 'matches']
    """

    runs: pl.DataFrame
    best: pl.DataFrame
    differences: pl.DataFrame
    layers: pl.DataFrame
    centres: pl.DataFrame
    matching: pl.DataFrame
    matches: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RunComparison(Shown):
    """Runs side by side.

    Parameters
    ----------
    folder
        The folder with all files.
    tables
        The tables.
    figures
        The files of the figure.
    names
        What the runs are called.
    properties
        The property classes that were compared.
    notes
        In what the runs differ, and what was left out; a sentence each.
    options
        The options that it was made with.

    Examples
    --------
    >>> comparison = protlens.compare("protlens-run", "protlens-run", out="with-itself")
    >>> comparison.names
    ('mini-bert (1)', 'mini-bert (2)')
    """

    folder: Path
    tables: ComparisonTables
    figures: tuple[Path, ...]
    names: tuple[str, ...]
    properties: tuple[str, ...]
    notes: tuple[str, ...]
    options: ComparisonOptions

    def _glance(self) -> Glance:
        columns = ("property", "run", "head", "alignment", "background", HEAD_NUMBERS["control_lift"], "verdict")
        rows = [
            (
                property_title(row["property"]),
                row["run"],
                row["label"] or "no support",
                percent(row["alignment"]),
                percent(row["background"]),
                times(row["control_lift"]),
                (row["verdict"] or "").replace("_", " "),
            )
            for row in shown(self.tables.best).iter_rows(named=True)
        ]
        title = f"Comparison of {listed(self.names)}: the best heads ({count(len(self.properties))} property classes)"
        return Glance(title, columns, rows, self.folder)


def shown(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are shown: without single amino acids, unless there is nothing else."""
    others = table.filter(~pl.col("property").str.starts_with(AMINO_ACID))
    return others if others.height else table
