"""What was found of each property, in sentences whose numbers are those of the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from protlens.naming import AMINO_ACID, CONTROLS, INTERVALS, THREE_LETTERS, property_title, property_words
from protlens.number_text import counted, interval, percent, probability, times
from protlens.report.findings import Finding, ReportVerdict, is_amino_acid, of_verdict, strongest_first

MOST_ITEMS = 8
"""Properties with a sentence of their own for one verdict; the table has them all."""

SMALL_LIFT = 1.5
"""A lift below which an excess is called small."""

FEW_PROTEINS = 20
"""Proteins with arcs below which a number is said to rest on few."""

VERDICTS: dict[ReportVerdict, str] = {
    "beyond": "beyond background and control",
    "explained": "beyond background, not beyond control",
    "uncontrolled": "beyond background, no control",
    "neither": "not beyond background",
    "unsupported": "too little support",
}
"""What each verdict is called."""

_PHRASES = {
    "contact": "link residues in contact",
    "disulfide": "link the two cysteines of a disulfide bond",
    "antigen": "end on residues that touch the antigen",
    "binding_site": "end on binding-site residues",
    "binding_site:metal": "end on residues that bind a metal",
    "binding_site:small_molecule": "end on residues that bind a small molecule",
    "binding_site:nucleic_acid": "end on residues that bind a nucleic acid",
    "binding_site:peptide": "end on residues that bind a peptide",
    "modification": "end on modified residues",
    "secondary_structure:other": "end on residues of no helix, strand or turn",
    **{f"secondary_structure:{kind}": f"end on residues of a {kind}" for kind in ("helix", "strand", "turn")},
    **{name: f"end in {property_title(name)}" for name in ("cdr1", "cdr2", "cdr3")},
}
"""What arcs do for which a property holds, where its name alone would not say it well."""


@dataclass(frozen=True, slots=True)
class Item:
    """One property in the summary: its name as words, its verdict, and one or more sentences."""

    title: str
    verdict: ReportVerdict
    text: str


def items(findings: Sequence[Finding]) -> list[Item]:
    """Return sentences for each property that has a head beyond its background; not for amino acids.

    Those beyond their control come first, the strongest before the others; at most ``MOST_ITEMS`` of one verdict.
    """
    others = strongest_first([one for one in findings if not is_amino_acid(one)])
    shown = [
        one for verdict in ("beyond", "explained", "uncontrolled") for one in of_verdict(others, verdict)[:MOST_ITEMS]
    ]
    return [Item(property_title(one.name), one.verdict, _about_head(one)) for one in shown]


def _about_head(finding: Finding) -> str:
    best = finding.best
    between = f"({INTERVALS[best['mode']]} {interval(best['ci_low'], best['ci_high'])})"
    opening = f"Head {best['label']}: {percent(best['alignment'])} of its arcs {between} {phrase(finding)}"
    return " ".join([f"{opening}, {_compared(finding)}", _support(best), *_rivals(finding)])


def _compared(finding: Finding) -> str:
    best = finding.best
    small = "a small excess: " if best["lift"] < SMALL_LIFT else ""
    tested = f"{percent(best['background'])}, {_q(best['q_value'])}"
    above = f"{small}{times(best['lift'])} times its background ({tested})"
    if best["control"] is None:
        return f"{above}. There is no control for it."
    fixed = CONTROLS[best["control_name"]]
    control, more = percent(best["control"]), times(best["control_lift"])
    tested = _q(best["control_q_value"])
    if finding.verdict == "beyond":
        return f"{above} and {more} times what {fixed} gives by itself ({control}, {tested})."
    return f"{above}, but not clearly more than what {fixed} gives by itself ({control}; {more} times, {tested})."


def _q(value: float) -> str:
    text = probability(value)
    return f"q < {text.removeprefix('<')}" if text.startswith("<") else f"q = {text}"


def _support(best: dict[str, Any]) -> str:
    few = ", which is few" if best["proteins"] < FEW_PROTEINS else ""
    return f"Counted over {counted(best['arcs'], 'arc')} in {counted(best['proteins'], 'protein')}{few}."


def _rivals(finding: Finding) -> list[str]:
    rivals = (finding.beyond if finding.verdict == "beyond" else finding.above) - 1
    what = "both" if finding.verdict == "beyond" else "its background"
    return [f"{counted(rivals, 'other head')} {'exceeds' if rivals == 1 else 'exceed'} {what} too."] if rivals else []


def phrase(finding: Finding) -> str:
    """Return what arcs do for which a property holds: ``"link residues in contact"``."""
    if finding.name in _PHRASES:
        return _PHRASES[finding.name]
    title = property_words(finding.name)
    return f"end on residues of “{title}”" if finding.level == "residue" else f"link pairs of “{title}”"


def short_names(findings: Sequence[Finding]) -> list[str]:
    """Return the names of properties, kinds of one family together: ``"binding site (and metal)"``, ``"Gly, Ser"``."""
    families: dict[str, list[str]] = {}
    for one in findings:
        family, _, kind = one.name.partition(":")
        if is_amino_acid(one):
            kind = THREE_LETTERS.get(kind, kind)
        elif kind:
            kind = property_words(one.name).partition(": ")[2]
        families.setdefault(family, []).append(kind)
    return [_family(family, kinds) for family, kinds in families.items()]


def _family(name: str, kinds: Sequence[str]) -> str:
    if name == AMINO_ACID.rstrip(":"):
        return ", ".join(kinds)
    some = ", ".join(filter(None, kinds))
    also = "and " if "" in kinds else ""
    return f"{property_words(name)} ({also}{some})" if some else property_words(name)
