"""Heads as tables to read."""

from collections.abc import Sequence
from typing import Any

from protlens.plots.names import property_title
from protlens.report.findings import Finding
from protlens.report.numbers import NOTHING, interval, percent, probability, times
from protlens.report.parts import Table
from protlens.report.words import VERDICTS

TOP = 5
"""Heads listed of one property."""

_COLUMNS = ("Alignment", "Interval", "Chance", "Times", "q", "Control", "Times", "q", "Arcs", "Proteins")


def best_heads(findings: Sequence[Finding], *, caption: str) -> Table:
    """Return a table with the best head of each property."""
    rows = [[property_title(one.name), *_best(one)] for one in findings]
    return Table(caption, ("Property", "Head", *_COLUMNS, "Finding"), rows)


def top_heads(finding: Finding) -> Table:
    """Return a table with the best heads of one property."""
    heads = finding.heads.head(TOP)
    rows = [[row["label"], *_numbers(row), _called(row)] for row in heads.iter_rows(named=True)]
    return Table(f"The first {len(rows)} of {finding.supported} supported heads", ("Head", *_COLUMNS, "Finding"), rows)


def _best(finding: Finding) -> list[str]:
    if not finding.supported:
        return [NOTHING] * (1 + len(_COLUMNS)) + [VERDICTS["unsupported"]]
    return [finding.best["label"], *_numbers(finding.best), _called(finding.best)]


def _called(row: dict[str, Any]) -> str:
    """Return what the verdict on a head is called; without a control it can be beyond chance alone."""
    return "beyond chance" if row["verdict"] == "beyond" and row["control"] is None else VERDICTS[row["verdict"]]


def _numbers(row: dict[str, Any]) -> list[str]:
    return [
        percent(row["alignment"]),
        interval(row["ci_low"], row["ci_high"]),
        percent(row["background"]),
        times(row["lift"]),
        probability(row["q_value"]),
        percent(row["control"]),
        times(row["control_lift"]),
        probability(row["control_q"]),
        f"{row['arcs']:,}",
        f"{row['proteins']:,}",
    ]
