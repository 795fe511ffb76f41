"""The result of an analysis, as a few lines to read on a terminal."""

from shlex import quote

import polars as pl

from protlens.analysis import Analysis
from protlens.cli.printed_relatives import describe_relatives
from protlens.cli.screen import print_table
from protlens.runs.store import Run
from protlens.stats.head_statistics import top_heads

BACKGROUNDS = {
    "matched": "what arcs placed at random in the same proteins reach",
    "paper": "how often the property holds in all proteins together",
}
"""What the background of each mode is."""

INTERVALS = {"matched": "95 % interval", "paper": "interval, 0.05/m"}
"""What the interval of each mode is called; the paper's is at the level 0.05 / m, m being the number of heads."""


def print_summary(analysis: Analysis) -> None:
    """Print the top heads of each property, what was left out, and where the files are."""
    run = analysis.run
    heads = analysis.tables.heads
    mode, threshold = heads["mode"][0], heads["threshold"][0]
    model, dataset = run.manifest.model["name"], run.manifest.dataset["name"]
    rows = [_row(row) for row in top_heads(heads).iter_rows(named=True)]
    columns = ["property", "head", "alignment %", INTERVALS[mode], "background %", "control %", "x control", "arcs"]
    columns += ["residues", "proteins", "verdict"]
    if rows:
        print_table(f"Top heads of {model} on {dataset} (attention >= {threshold:g}, {mode} mode)", columns, rows)
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
    lines = [f"{analysed} of {len(proteins)} proteins analysed, {proteins['residues'].sum()} residues"]
    if cut := counts.get("cut"):
        lines.append(f"{cut} of them cut after {run.manifest.options['max_length']} residues")
    lines += describe_relatives(proteins)
    reasons = proteins.filter(status="skipped")["reason"].value_counts(sort=True)
    lines += [f"{count} skipped: {reason}" for reason, count in reasons.head(5).iter_rows()]
    return lines


def _unsupported(heads: pl.DataFrame) -> list[str]:
    best = heads.group_by("property", maintain_order=True).agg(pl.col("supported").any())
    return [str(name) for name in best.filter(~pl.col("supported"))["property"]]


def _controls(heads: pl.DataFrame) -> str:
    names = heads["control_name"].drop_nulls().unique(maintain_order=True).to_list()
    return "; ".join(dict.fromkeys(names)) or "nothing"


def _row(row: dict[str, object]) -> list[str]:
    low, high = _percent(row["ci_low"]), _percent(row["ci_high"])
    return [
        str(row["property"]),
        str(row["label"]),
        _percent(row["alignment"]),
        f"{low}-{high}",
        _percent(row["background"]),
        _percent(row["control"]),
        _number(row["control_lift"], ".2f"),
        str(row["arcs"]),
        _number(row["residues"], "d"),
        str(row["proteins"]),
        str(row["verdict"]).replace("_", " "),
    ]


def _percent(value: object) -> str:
    return "-" if value is None else f"{100 * value:.1f}"  # type: ignore[operator]


def _number(value: object, form: str) -> str:
    return "-" if value is None else format(value, form)
