"""A benchmark of contact prediction, as a few lines to read on a terminal, 80 columns wide."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from protlens.cli.screen import print_table
from protlens.contacts.benchmark_result import ContactBenchmark
from protlens.contacts.cost_table import ATTENTION
from protlens.naming import INTERVALS, contact_method
from protlens.number_text import bare_percent, counted, points

_COLUMNS = ["long range, % of pairs", "P@L", "P@L/2", "P@L/5", "P@L over no model"]
_SHOWN = ("L", "L/2", "L/5")


def print_benchmark(benchmark: ContactBenchmark) -> None:
    """Print models and methods side by side, what they cost, and where the files are."""
    options, tested = benchmark.options, counted(benchmark.tested, "test protein")
    print(
        f"Contacts of {benchmark.dataset}, {options.contact_atom} closer than 8 angstrom, 24 or more apart in sequence."
    )
    print(f"Learned on {options.train} proteins; no test protein shares a cluster of similar sequence with these.")
    print(f"Over no model: in points, less separation and amino acids alone; {INTERVALS['matched']}.\n")
    print_table(f"Mean precision over {tested}", _COLUMNS, list(_rows(benchmark.tables.summary)))
    if (shared := benchmark.tables.jacobian_summary) is not None:
        proteins = counted(int(shared["proteins"].max() or 0), "protein")  # type: ignore[arg-type]
        print()
        print_table(
            f"With Jacobians, on {proteins} of up to {options.jacobian_length} residues", _COLUMNS, list(_rows(shared))
        )
    print("\n" + "\n".join(_costs(benchmark.tables.costs)))
    for name, reason in benchmark.failed.items():
        print(f"{name} took no part: {reason}")
    print(f"Tables, figure, test.fasta and a folder for each model: {benchmark.folder}")


def _rows(summary: pl.DataFrame) -> Iterator[list[str]]:
    before = ""
    long = summary.filter(range="long")
    for (model, method), group in long.group_by("model", "method", maintain_order=True):
        if model and model != before:
            yield [str(model), "", "", "", ""]
        before = str(model)
        cells = {row["k"]: row for row in group.iter_rows(named=True)}
        name = contact_method(str(method))
        shares = [bare_percent(cells[k]["precision"]) for k in _SHOWN]
        yield [f"  {name}" if model else name, *shares, _gain(cells["L"])]


def _gain(row: dict[str, Any]) -> str:
    if row["difference"] is None or row["difference_low"] is None or not row["difference"]:
        return ""
    return f"{points(row['difference'])} ({points(row['difference_low'])} to {points(row['difference_high'])})"


def _costs(costs: pl.DataFrame) -> Iterator[str]:
    """Yield the seconds that a thousand residues take, by model."""
    for (model,), rows in costs.group_by("model", maintain_order=True):
        parts = []
        for row in rows.iter_rows(named=True):
            name = ATTENTION if row["method"] == ATTENTION else contact_method(row["method"])
            if row["residues"]:
                parts.append(f"{name} {1000 * row['seconds'] / row['residues']:.2f} s")
            if row["kept"]:
                parts.append(f"{name} of {counted(row['kept'], 'protein')} kept from before")
        yield f"1,000 residues, {model}: {'; '.join(parts)}"
