"""Heads as tables to read."""

from collections.abc import Sequence
from typing import Any

from protlens.naming import property_title
from protlens.number_text import NOTHING, counted, interval, percent, probability, times
from protlens.report.findings import Finding
from protlens.report.parts import Table
from protlens.report.words import VERDICTS

TOP = 5
"""Heads listed of one property."""

_TIMES = "\N{MULTIPLICATION SIGN}"
_CHANCE = ("Alignment", "Interval", "Chance", f"{_TIMES} chance", "q, chance")
_CONTROL = ("Control", f"{_TIMES} control", "q, control")
_SUPPORT = ("Arcs", "Proteins")


def best_heads(findings: Sequence[Finding], *, caption: str) -> Table:
    """Return a table with the best head of each property; columns of controls only if any head has one."""
    columns = _columns(controlled=any(one.heads["control"].is_not_null().any() for one in findings))
    rows = [[property_title(one.name), *_best(one, columns)] for one in findings]
    return Table(caption, ("Property", "Head", *columns, "Finding"), rows)


def top_heads(finding: Finding) -> Table:
    """Return a table with the best heads of one property."""
    columns, heads = _columns(controlled=bool(finding.heads["control"].is_not_null().any())), finding.heads.head(TOP)
    rows = [[row["label"], *_numbers(row, columns), _called(row)] for row in heads.iter_rows(named=True)]
    caption = f"The first {len(rows)} of {counted(finding.supported, 'supported head')}"
    return Table(caption, ("Head", *columns, "Finding"), rows)


def _columns(*, controlled: bool) -> tuple[str, ...]:
    return (*_CHANCE, *(_CONTROL if controlled else ()), *_SUPPORT)


def _best(finding: Finding, columns: Sequence[str]) -> list[str]:
    if not finding.supported:
        return [NOTHING] * (1 + len(columns)) + [VERDICTS["unsupported"]]
    return [finding.best["label"], *_numbers(finding.best, columns), _called(finding.best)]


def _called(row: dict[str, Any]) -> str:
    """Return what the verdict on a head is called; without a control it can be beyond chance alone."""
    return "beyond chance" if row["verdict"] == "beyond" and row["control"] is None else VERDICTS[row["verdict"]]


def _numbers(row: dict[str, Any], columns: Sequence[str]) -> list[str]:
    texts = {
        "Alignment": percent(row["alignment"]),
        "Interval": interval(row["ci_low"], row["ci_high"]),
        "Chance": percent(row["background"]),
        f"{_TIMES} chance": times(row["lift"]),
        "q, chance": probability(row["q_value"]),
        "Control": percent(row["control"]),
        f"{_TIMES} control": times(row["control_lift"]),
        "q, control": probability(row["control_q"]),
        "Arcs": f"{row['arcs']:,}",
        "Proteins": f"{row['proteins']:,}",
    }
    return [texts[column] for column in columns]
