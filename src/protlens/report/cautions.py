"""What keeps the numbers of a run from meaning more than they do."""

from collections.abc import Sequence

from protlens.number_text import count, counted
from protlens.report.findings import Finding
from protlens.runs.store import Run
from protlens.stats.alignment import SUPPORT, SUPPORT_PROTEINS, SUPPORT_RESIDUES
from protlens.stats.verdict import LEAST_LIFT, LEVEL

_REASONS = 3
"""Reasons for skipping proteins that are given."""


def cautions(run: Run, findings: Sequence[Finding], *, mode: str) -> list[str]:
    """Return sentences on what was left out, and on what the numbers do not say."""
    tests = [one for one in findings if one.supported]
    lines = [
        *_left_out(run),
        "Attention that coincides with a property is an association. It does not show that the model uses the property,"
        " nor that its predictions depend on that head.",
        f"{_scope(len(tests))} The best of many heads looks better than it would on new proteins.",
        f"An arc is a residue pair of weight {run.manifest.options['threshold']:g} or more. A head with fewer than"
        f" {SUPPORT} such arcs, {SUPPORT_PROTEINS} effective proteins or {SUPPORT_RESIDUES['residue']} attended"
        f" residues ({SUPPORT_RESIDUES['pair']} for contacts) is called unsupported, not zero; a difference of less"
        f" than {LEAST_LIFT:g} times is not called a finding. The calibration curves tell of other thresholds.",
        "Labels are incomplete: a residue without a known site or modification may have one.",
    ]
    if mode == "paper":
        lines.insert(
            0,
            "Counted as published (paper mode): each arc is taken as independent evidence, which arcs of one protein"
            f" are not, so that too many heads reach q ≤ {LEVEL:g}. The controls are those of matched mode.",
        )
    return lines


def _scope(tests: int) -> str:
    if tests < 2:
        return "q-values account for the heads of the property."
    return f"q-values account for the heads of one property, not for {count(tests)} properties asked about at once."


def _left_out(run: Run) -> list[str]:
    proteins = run.proteins()
    lines = []
    if cut := int((proteins["status"] == "cut").sum()):
        limit = run.manifest.options["max_length"]
        verb = "was" if cut == 1 else "were"
        lines.append(
            f"{count(cut)} of {counted(len(proteins), 'protein')} {verb} cut after {count(limit)} residues; what lies"
            " beyond was not seen, and the model may treat a part unlike the whole."
        )
    reasons = proteins.filter(status="skipped")["reason"].value_counts(sort=True)
    lines += [
        f"{counted(number, 'protein')} skipped: {reason}" for reason, number in reasons.head(_REASONS).iter_rows()
    ]
    return lines
