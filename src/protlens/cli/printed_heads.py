"""The result of an analysis, as a few lines to read on a terminal."""

from shlex import quote
from typing import Any

import polars as pl

from protlens.cli.printed_findings import finding_table, legend, wrapped
from protlens.cli.printed_relatives import describe_relatives
from protlens.cli.screen import table_lines
from protlens.naming import HEAD_NUMBERS, INTERVALS, mode_label, property_title
from protlens.number_text import bare_interval, bare_percent, count, counted, times
from protlens.runs.store import Run
from protlens.stats.head_statistics import top_heads
from protlens.stats.run_tables import RunTables

_VERSION_1 = "A run of format version 1: coarser controls, and intervals that do not know which residues arcs share."


def summary_lines(run: Run, tables: RunTables, *, full: bool = False) -> list[str]:
    """Return what was found of each property, what was left out, and where the files are.

    Parameters
    ----------
    run, tables
        A finished run and its tables.
    full
        The table of the first heads of each property with all columns, not the page of one screen.
    """
    found = _all_columns(run, tables.heads) if full else [*finding_table(run, tables), ""]
    lines = [*([] if run.placed else [_VERSION_1]), *describe_proteins(run)]
    return [*found, *(part for line in lines for part in wrapped(line, indent="  ")), *where(run)]


def where(run: Run) -> list[str]:
    """Return lines that say where the files of a run are, and what to do next."""
    path = quote(str(run.path))
    return [
        f"Files: {run.path} (heads.csv: all heads)",
        f"In words, as one file: protlens report {path}",
        f"Look at it: protlens serve {path}",
    ]


def _all_columns(run: Run, heads: pl.DataFrame) -> list[str]:
    """Return the table of the first heads of each property with all columns."""
    mode, threshold = heads["mode"][0], heads["threshold"][0]
    lines: list[str] = []
    rows = [_row(row) for row in top_heads(heads).iter_rows(named=True)]
    if rows:
        title = f"Top heads of {run.manifest.model['name']} on {run.manifest.dataset['name']}"
        columns = ["property", "head", "alignment %", INTERVALS[mode], "background %", "control %"]
        columns += [HEAD_NUMBERS["control_lift"], "arcs", "residues", "proteins", "verdict"]
        table = table_lines(f"{title} (attention >= {threshold:g}, {mode_label(mode)})", columns, rows)
        lines = [*table, "", *legend(heads), ""]
    if names := _unsupported(heads):
        lines.append(f"No head with support: {', '.join(names)}")
    return lines


def describe_proteins(run: Run) -> list[str]:
    """Return lines that say how many proteins were analysed, cut and skipped, and why."""
    proteins = run.proteins()
    counts = dict(proteins["status"].value_counts().iter_rows())
    analysed = len(proteins) - counts.get("skipped", 0)
    residues = counted(int(proteins["residues"].sum()), "residue")
    lines = [f"{count(analysed)} of {counted(len(proteins), 'protein')} analysed, {residues}"]
    if cut := counts.get("cut"):
        lines.append(f"{count(cut)} of them cut after {count(run.manifest.options['max_length'])} residues")
    lines += describe_relatives(proteins)
    reasons = proteins.filter(status="skipped")["reason"].value_counts(sort=True)
    lines += [f"{count(number)} skipped: {reason}" for reason, number in reasons.head(5).iter_rows()]
    return lines


def _unsupported(heads: pl.DataFrame) -> list[str]:
    best = heads.group_by("property", maintain_order=True).agg(pl.col("supported").any())
    return [property_title(name) for name in best.filter(~pl.col("supported"))["property"]]


def _row(row: dict[str, Any]) -> list[str]:
    return [
        property_title(row["property"]),
        row["label"],
        bare_percent(row["alignment"]),
        bare_interval(row["ci_low"], row["ci_high"]),
        bare_percent(row["background"]),
        bare_percent(row["control"]),
        times(row["control_lift"]),
        count(row["arcs"]),
        count(row["residues"]),
        count(row["proteins"]),
        row["verdict"].replace("_", " "),
    ]
