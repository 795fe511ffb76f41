"""What was found, in sentences whose numbers are those of the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from protlens.naming import AMINO_ACID, CONTROLS, INTERVALS, property_title, property_words
from protlens.number_text import counted, interval, listed, percent, probability, times
from protlens.report.findings import Finding, ReportVerdict
from protlens.stats.verdict import LEVEL

MOST_ITEMS = 8
"""Properties with a sentence of their own for one verdict; the table has them all."""

SMALL_LIFT = 1.5
"""A lift below which an excess is called small."""

FEW_PROTEINS = 20
"""Proteins with arcs below which a number is said to rest on few."""

VERDICTS: dict[ReportVerdict, str] = {
    "beyond": "beyond background and control",
    "explained": "beyond background, not beyond control",
    "neither": "not beyond background",
    "unsupported": "too little support",
}
"""What each verdict is called."""

_PHRASES = {
    "contact": "link residues in contact",
    "binding_site": "end on binding-site residues",
    "modification": "end on modified residues",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One property in the summary: its name as words, its verdict, and one or more sentences."""

    title: str
    verdict: ReportVerdict
    text: str


def headline(findings: Sequence[Finding], *, model: str) -> list[str]:
    """Return the result in a few sentences, of the properties of which a head has enough arcs."""
    judged = [one for one in findings if one.supported]
    if not judged:
        return [f"No head of {model} has arcs enough to say anything about any property asked about."]
    others = [one for one in judged if not is_amino_acid(one)]
    letters = [one for one in judged if is_amino_acid(one)]
    return [*(_about_properties(others, model) if others else ()), *(_about_amino_acids(letters) if letters else ())]


def items(findings: Sequence[Finding]) -> list[Item]:
    """Return sentences for main properties, and for others that have a head beyond its background; not for amino acids.

    Those beyond their control come first, the largest lift first; at most ``MOST_ITEMS`` of one verdict. A property
    without such a head is among them if it is not one kind of a larger one.
    """
    others = [one for one in findings if not is_amino_acid(one)]
    parts: list[Item] = []
    for verdict in ("beyond", "explained"):
        shown = sorted(_with(others, verdict), key=lambda one: -(one.best["lift"] or 0))
        parts += [Item(property_title(one.name), one.verdict, _about_head(one)) for one in shown[:MOST_ITEMS]]
    neither = [one for one in _with(others, "neither") if ":" not in one.name]
    return parts + [Item(property_title(one.name), "neither", _about_head(one)) for one in neither[:MOST_ITEMS]]


def remainder(findings: Sequence[Finding]) -> list[str]:
    """Return sentences that name the properties without any head, so that nothing is left unsaid."""
    others = [one for one in findings if not is_amino_acid(one)]
    lines = []
    if neither := _titles(_with(others, "neither")):
        lines.append(f"No head exceeds its background (q ≤ {LEVEL:g}) for: {listed(neither)}.")
    if missing := _titles(_with(findings, "unsupported")):
        lines.append(f"No head has arcs enough to say anything about: {listed(missing)}.")
    return lines


def is_amino_acid(finding: Finding) -> bool:
    """Return whether a property is one of the amino acids."""
    return finding.name.startswith(AMINO_ACID)


def _about_properties(findings: Sequence[Finding], model: str) -> list[str]:
    beyond, explained = (_titles(_with(findings, verdict)) for verdict in ("beyond", "explained"))
    asked = counted(len(findings), "property", "properties")
    if not beyond:
        which = f"any of {asked}" if len(findings) > 1 else "the one property"
        lines = [f"No head of {model} exceeds both its background and its control for {which} that could be judged."]
    else:
        verb = "is" if len(beyond) == 1 else "are"
        lines = [
            f"Of {asked} that could be judged, {len(beyond)} {verb} followed by heads of {model} beyond both background"
            f" and control: {listed(beyond)}."
        ]
    if explained:
        verb = "is" if len(explained) == 1 else "are"
        kind = ("more " if beyond else "") + ("property" if len(explained) == 1 else "properties")
        lines.append(
            f"{len(explained)} {kind} {verb} followed beyond the background, but not clearly beyond what the amino"
            f" acids, separations or places that the heads choose bring by themselves: {listed(explained)}."
        )
    return lines


def _about_amino_acids(findings: Sequence[Finding]) -> list[str]:
    attended = sorted(_with(findings, "beyond"), key=lambda one: -one.best["alignment"])
    if not attended:
        return ["No head attends to any amino acid more than its background."]
    verb = "has a head" if len(attended) == 1 else "have heads"
    named = [
        f"{property_title(one.name)} at {percent(one.best['alignment'])} ({one.best['label']})" for one in attended[:5]
    ]
    first = "the clearest: " if len(attended) > len(named) else ""
    return [
        f"{len(attended)} of {counted(len(findings), 'amino acid')} {verb} that attend"
        f"{'s' * (len(attended) == 1)} to them beyond their background, {first}{listed(named)}."
    ]


def _about_head(finding: Finding) -> str:
    best = finding.best
    opening = f"Head {best['label']}: {percent(best['alignment'])} of its arcs{_interval(best)} {_phrase(finding)}"
    compared = _against_background(best) if finding.verdict == "neither" else _against_both(finding)
    return " ".join([f"{opening}, {compared}", _support(best), *_rivals(finding)])


def _interval(best: dict[str, Any]) -> str:
    if best["ci_low"] is None:
        return ""
    return f" ({INTERVALS[best['mode']]} {interval(best['ci_low'], best['ci_high'])})"


def _against_background(best: dict[str, Any]) -> str:
    tested = "" if best["q_value"] is None else f" ({_q(best['q_value'])})"
    return f"{best['reason']}, and no head is clearer; the background is {percent(best['background'])}{tested}."


def _against_both(finding: Finding) -> str:
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
    if finding.verdict == "neither":
        return []
    rivals = (finding.beyond if finding.verdict == "beyond" else finding.above) - 1
    what = "both" if finding.verdict == "beyond" and finding.best["control"] is not None else "its background"
    return [f"{counted(rivals, 'other head')} {'exceeds' if rivals == 1 else 'exceed'} {what} too."] if rivals else []


def _phrase(finding: Finding) -> str:
    family, _, kind = finding.name.partition(":")
    if family == "secondary_structure" and kind:
        return "end on residues of no helix, strand or turn" if kind == "other" else f"end on residues of a {kind}"
    if finding.name in _PHRASES:
        return _PHRASES[finding.name]
    title = property_words(finding.name)
    return f"end on residues of “{title}”" if finding.level == "residue" else f"link pairs of “{title}”"


def _with(findings: Sequence[Finding], verdict: str) -> list[Finding]:
    return [one for one in findings if one.verdict == verdict]


def _titles(findings: Sequence[Finding]) -> list[str]:
    return [property_words(one.name) for one in findings]
