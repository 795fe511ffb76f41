"""The verdicts of a run as rows that can be compared at a glance: one property each, on one axis of percent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from protlens.naming import INTERVALS, property_title
from protlens.number_text import NOTHING, count, counted, interval, percent
from protlens.report.findings import (
    Finding,
    ReportVerdict,
    clearest_amino_acids,
    findings_first,
    is_amino_acid,
    of_verdict,
    strongest_first,
)
from protlens.report.sentences import VERDICTS

MOST_ROWS = 16
"""Properties in the strip that is open; what is left follows in one that is closed."""

_STEPS = (0.01, 0.02, 0.05, 0.1)
_WIDEST_STEP = 0.25
_MOST_STEPS = 5

_MARKS = {
    "alignment": "alignment",
    "low": "ci_low",
    "high": "ci_high",
    "background": "background",
    "control": "control",
}
"""What is marked of a best head, and the column that it stands in."""


@dataclass(frozen=True, slots=True)
class StripRow:
    """One property: its name, the head that is named for it, where that head's numbers stand, and its verdict.

    Parameters
    ----------
    title, head, alignment, support
        Texts; a dash where no head has support.
    verdict, called
        The verdict, and what it is called.
    marks
        ``alignment``, ``low``, ``high``, ``background`` and ``control`` as percent of the axis; what there is.
    said
        The same numbers as text.
    """

    title: str
    head: str
    alignment: str
    support: str
    verdict: ReportVerdict
    called: str
    marks: dict[str, float]
    said: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows on one axis.

    Parameters
    ----------
    title
        What the rows are, with the number of each verdict.
    interval
        What the interval of the alignments is called.
    ticks
        Places on the axis as percent of its length, each with its text.
    rows
        The properties.
    """

    title: str
    interval: str
    ticks: Sequence[tuple[float, str]]
    rows: Sequence[StripRow]


def verdict_strips(findings: Sequence[Finding]) -> list[Strip]:
    """Return the strips of a report, all on the same axis: the first properties, what is left of them, amino acids.

    Properties are in the order of the summary: by verdict, of one verdict the strongest first. A strip without rows is
    left out.
    """
    others = [one for one in findings if not is_amino_acid(one)]
    ordered = [*strongest_first(others), *of_verdict(others, "unsupported")]
    letters = [one for one in findings if is_amino_acid(one)]
    clearest = findings_first([*clearest_amino_acids(letters), *of_verdict(letters, "unsupported")])
    parts = {"Properties": ordered[:MOST_ROWS], "More properties": ordered[MOST_ROWS:], "Amino acids": clearest}
    step, top = _axis([one for part in parts.values() for one in part])
    ticks = [(round(100 * place * step / top, 2), f"{100 * place * step:g}") for place in range(round(top / step) + 1)]
    return [_strip(title, part, ticks, top=top) for title, part in parts.items() if part]


def _axis(findings: Sequence[Finding]) -> tuple[float, float]:
    """Return the step and the end of an axis from zero that holds all marks, both as shares."""
    shares = [share for one in findings if one.supported for share in _shares(one).values()]
    highest = max(shares, default=1.0)
    step = next((step for step in _STEPS if highest <= _MOST_STEPS * step), _WIDEST_STEP)
    return step, step * max(1, math.ceil(round(highest / step, 6)))


def _strip(title: str, findings: Sequence[Finding], ticks: list[tuple[float, str]], *, top: float) -> Strip:
    called = [f"{len(part)} {text}" for verdict, text in VERDICTS.items() if (part := of_verdict(findings, verdict))]
    modes = [one.best["mode"] for one in findings if one.supported] or ["matched"]
    return Strip(f"{title}: {', '.join(called)}", INTERVALS[modes[0]], ticks, [_row(one, top=top) for one in findings])


def _row(finding: Finding, *, top: float) -> StripRow:
    title, called = property_title(finding.name), VERDICTS[finding.verdict]
    if not (finding.supported and finding.best["hits"]):
        return StripRow(title, NOTHING, NOTHING, NOTHING, finding.verdict, called, {}, "")
    best = finding.best
    marks = {name: round(100 * share / top, 2) for name, share in _shares(finding).items()}
    numbers = [
        f"{percent(best['alignment'])} of the arcs of head {best['label']}",
        f"{INTERVALS[best['mode']]} {interval(best['ci_low'], best['ci_high'])}",
        f"background {percent(best['background'])}",
        *([] if best["control"] is None else [f"control {percent(best['control'])}"]),
        f"{counted(best['arcs'], 'arc')} in {counted(best['proteins'], 'protein')}",
    ]
    support = f"{count(best['arcs'])} / {count(best['proteins'])}"
    return StripRow(
        title, best["label"], percent(best["alignment"]), support, finding.verdict, called, marks, "; ".join(numbers)
    )


def _shares(finding: Finding) -> dict[str, float]:
    """Return what is marked of a property's best head, as shares; what there is none of is left out."""
    shares = {name: finding.best[column] for name, column in _MARKS.items()}
    return {name: share for name, share in shares.items() if share is not None}
