"""Runs side by side, as a few lines to read on a terminal, 80 columns wide."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from protlens.cli.screen import print_table
from protlens.comparison.comparison_result import RunComparison, shown
from protlens.naming import property_title
from protlens.number_text import NOTHING, bare_percent, counted, points, ratio_difference, times

_BEYOND = {"beyond_control": "control", "beyond_background": "background", "neither": "neither", None: NOTHING}


def print_comparison(comparison: RunComparison) -> None:
    """Print the best heads, their differences on held-out proteins, how heads match, and where the files are."""
    tables = comparison.tables
    best = shown(tables.best)
    columns = ["property", "run", "head", "align.", "backgr.", "lift", "beyond"]
    print_table("Best heads (align. and backgr. in %; lift over control)", columns, list(_best_rows(best)))
    print("\nEach is the best of many on the same proteins, which flatters it. Differences of")
    print("heads chosen on one half of the families and measured on the other, both ways:\n")
    for (one, other), group in shown(tables.differences).group_by("one", "other", maintain_order=True):
        columns = ["property", "fam.", "points", "95 %", "lift", "95 % "]
        known = group.drop_nulls("difference")
        print_table(f"{other} less {one}", columns, [_difference_row(row) for row in known.iter_rows(named=True)])
        if len(known) < len(group):
            print(f"{len(group) - len(known)} more: no head with support in both, or too few arcs on the other half")
        print()
    columns = ["heads of", "and of", "pairs", "mutual", "distance", "shuffled", "arbitrary"]
    rows = [_matching_row(row) for row in tables.matching.iter_rows(named=True)]
    print_table("Heads matched by what they do (distance in SD)", columns, rows)
    print("\n" + "\n".join(_notes(comparison, best)))


def _best_rows(best: pl.DataFrame) -> Iterator[list[str]]:
    """Yield the rows of the best heads; a property is named once, its kind a line below."""
    seen: Counter[str] = Counter()
    for row in best.iter_rows(named=True):
        family, _, kind = property_title(row["property"]).partition(": ")
        words = [f"{family}:", f"  {kind}"] if kind else [family]
        line = seen[row["property"]]
        seen[row["property"]] += 1
        yield [
            words[line] if line < len(words) else "",
            row["run"],
            row["label"] or NOTHING,
            bare_percent(row["alignment"]),
            bare_percent(row["background"]),
            times(row["control_lift"]),
            _BEYOND[row["verdict"]],
        ]


def _difference_row(row: dict[str, Any]) -> list[str]:
    return [
        property_title(row["property"]),
        str(row["families"]),
        points(row["difference"]),
        _ends(points(row["difference_low"]), points(row["difference_high"])),
        ratio_difference(row["lift_difference"]),
        _ends(ratio_difference(row["lift_difference_low"]), ratio_difference(row["lift_difference_high"])),
    ]


def _ends(low: str, high: str) -> str:
    return low if low == high == NOTHING else f"{low}, {high}"


def _matching_row(row: dict[str, Any]) -> list[str]:
    distances = (NOTHING if row[name] is None else f"{row[name]:.2f}" for name in ("distance", "shuffled", "arbitrary"))
    return [row["one"], row["other"], str(row["matched"]), str(row["mutual"]), *distances]


def _notes(comparison: RunComparison, best: pl.DataFrame) -> Iterator[str]:
    yield "shuffled: the best pairing with shuffled profiles; arbitrary: any pairing."
    if hidden := len(comparison.properties) - best["property"].n_unique():
        yield f"{counted(hidden, 'amino acid')}: in the tables alone."
    yield from comparison.notes
    yield f"Tables, figure and comparison.json: {comparison.folder}"
