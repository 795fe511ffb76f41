"""The result of an analysis, as a few lines to read on a terminal."""

from shlex import quote
from typing import Any

import polars as pl

from protlens.analysis import Analysis
from protlens.cli.printed_relatives import describe_relatives
from protlens.cli.screen import print_table
from protlens.naming import BACKGROUNDS, HEAD_NUMBERS, INTERVALS, mode_label, property_title
from protlens.number_text import bare_interval, bare_percent, count, counted, times
from protlens.runs.store import Run
from protlens.stats.head_statistics import top_heads


def print_summary(analysis: Analysis) -> None:
    """Print the top heads of each property, what was left out, and where the files are."""
    run = analysis.run
    heads = analysis.tables.heads
    mode, threshold = heads["mode"][0], heads["threshold"][0]
    model, dataset = run.manifest.model["name"], run.manifest.dataset["name"]
    rows = [_row(row) for row in top_heads(heads).iter_rows(named=True)]
    columns = [
        "property",
        "head",
        "alignment %",
        INTERVALS[mode],
        "background %",
        "control %",
        HEAD_NUMBERS["control_lift"],
        "arcs",
    ]
    columns += ["residues", "proteins", "verdict"]
    if rows:
        title = f"Top heads of {model} on {dataset} (attention >= {threshold:g}, {mode_label(mode)})"
        print_table(title, columns, rows)
        print(f"\nbackground: {BACKGROUNDS[mode]}")
        print(f"control: what attention with the same {_controls(heads)} reaches by itself\n")
    if not run.placed:
        print("A run of format version 1: coarser controls, and intervals that do not know which residues arcs share.")
    print("\n".join(describe_proteins(run)))
    if names := _unsupported(heads):
        print(f"No head with support: {', '.join(names)}")
    print(f"Table of all heads: {run.path / 'heads.parquet'} (and heads.csv)")
    print(f"Figures: {run.path / 'figures'} ({len(analysis.figures)} files)")
    print(f"Look at it: protlens serve {quote(str(run.path))}")


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


def _controls(heads: pl.DataFrame) -> str:
    names = heads["control_name"].drop_nulls().unique(maintain_order=True).to_list()
    return "; ".join(dict.fromkeys(names)) or "nothing"


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
