"""Heads beside their null runs, as a few lines to read on a terminal."""

from protlens.cli.screen import print_table
from protlens.naming import property_title
from protlens.nulls.null_analysis import NullAnalysis
from protlens.nulls.null_folders import NullTables
from protlens.nulls.null_kinds import KINDS
from protlens.number_text import bare_percent, counted, listed, probability
from protlens.report.null_section import amino_acid_cells, null_cells, without_amino_acids
from protlens.runs.format import NULL_TABLE

_COLUMNS = [
    "property",
    "head",
    "alignment %",
    "best null %",
    "p",
    "lift",
    "best null",
    "p of lift",
    "p of all",
    "null findings",
]

_LETTER_COLUMNS = [
    "amino acid",
    "head",
    "alignment %",
    "backgr. %",
    "share %",
    "null head",
    "alignment %",
    "backgr. %",
    "share %",
    "p",
]


def print_nulls(found: NullAnalysis) -> None:
    """Print the head of each property that is named first, and the highest of each amino acid, beside the null runs."""
    tables, about = found.tables, found.run.manifest
    if len(tables.summary):
        repeats = counted(int(tables.summary["repeats"][0]), "null run")
        print(f"{about.model['name']} on {about.dataset['name']} beside {repeats}: {KINDS[found.kind].words}\n")
    for title, columns, rows in (
        ("The head of each property that is named first", _COLUMNS, _property_rows(tables)),
        ("The head of highest alignment with each amino acid", _LETTER_COLUMNS, _letter_rows(tables)),
    ):
        if rows:
            print_table(title, columns, rows)
            print()
    print("\n".join(_notes(found)))


def _property_rows(tables: NullTables) -> list[list[str]]:
    return [null_cells(row, share=bare_percent) for row in without_amino_acids(tables.summary).iter_rows(named=True)]


def _letter_rows(tables: NullTables) -> list[list[str]]:
    return [amino_acid_cells(row, share=bare_percent) for row in tables.amino_acids.iter_rows(named=True)]


def _notes(found: NullAnalysis) -> list[str]:
    summary = found.tables.summary
    lines = [KINDS[found.kind].about]
    if len(summary):
        least = probability(1 / (1 + int(summary["repeats"].max())))  # type: ignore[arg-type]
        lines += [
            f"best null: of all null runs. p: how often the best head of a null run reaches as much, this run counted"
            f" in; at least {least} with so many.",
            "p of all: the same over all null heads. null findings: how many of these would be called a finding.",
        ]
    else:
        lines.append("No head of the run has support for any of these properties.")
    if bare := [property_title(name) for name in summary.filter(null_heads=0)["property"]]:
        lines.append(f"No null head has support, so that nothing can be compared: {listed(bare)}")
    if found.left_out:
        left = listed([property_title(name) for name in found.left_out])
        lines.append(f"Left out, as these nulls say nothing of it: {left}")
    return [*lines, f"Null runs: {found.folder}", f"Table of all heads: {found.run.path / NULL_TABLE}"]
