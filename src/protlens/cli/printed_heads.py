"""The result of an analysis, as a few lines to read on a terminal."""

from shlex import quote
from typing import Any

import polars as pl

from protlens.analysis import Analysis
from protlens.cli.screen import print_table
from protlens.naming import BACKGROUNDS, INTERVALS, mode_label, property_title
from protlens.number_text import bare_interval, bare_percent, count, counted, probability
from protlens.runs.store import Run
from protlens.stats.alignment import SUPPORT
from protlens.stats.head_table import top_heads


def print_summary(analysis: Analysis) -> None:
    """Print the top heads of each property, what was left out, and where the files are."""
    run = analysis.run
    heads = analysis.tables.heads
    mode, threshold = heads["mode"][0], heads["threshold"][0]
    model, dataset = run.manifest.model["name"], run.manifest.dataset["name"]
    top = _with_control(top_heads(heads), analysis.tables.controls)
    rows = [_row(row) for row in top.iter_rows(named=True)]
    columns = ["property", "head", "alignment %", INTERVALS[mode], "background %", "control %", "arcs", "proteins", "q"]
    if rows:
        print_table(
            f"Top heads of {model} on {dataset} (attention >= {threshold:g}, {mode_label(mode)})", columns, rows
        )
        print(f"\nbackground: {BACKGROUNDS[mode]}; q tests against it")
        print("control: what attention to the same amino acids (contacts: at the same separations) reaches by itself\n")
    print("\n".join(describe_proteins(run)))
    if names := _unsupported(heads):
        print(f"No head with {SUPPORT} arcs or more: {', '.join(names)}")
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
    reasons = proteins.filter(status="skipped")["reason"].value_counts(sort=True)
    lines += [f"{count(number)} skipped: {reason}" for reason, number in reasons.head(5).iter_rows()]
    return lines


def _with_control(heads: pl.DataFrame, controls: pl.DataFrame | None) -> pl.DataFrame:
    """Add the column ``control``; null where a property has none."""
    if controls is None:
        return heads.with_columns(control=None)
    expected = controls.select("property", "label", control="expected")
    return heads.join(expected, on=["property", "label"], how="left", maintain_order="left")


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
        count(row["arcs"]),
        count(row["proteins"]),
        probability(row["q_value"]),
    ]
