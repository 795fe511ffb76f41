"""What a run found, in a few lines of words for people who ask about proteins; every number is one of the tables."""

from collections.abc import Sequence
from typing import Any

from protlens.naming import CONTROLS, property_title
from protlens.number_text import counted, listed, percent, times
from protlens.report.findings import Finding, clearest_amino_acids, find, is_amino_acid, of_verdict
from protlens.report.sentences import phrase, short_names
from protlens.runs.store import Run
from protlens.stats.run_tables import RunTables

MOST_LINES = 5
"""Lines at most, the last of them on what was not found."""

MOST_HEADS = 3
"""Heads named in one line."""

SEVERAL = 3
"""Heads up to which each one's layer is named."""

_OTHER = "Other properties"

_TOPICS: dict[str, tuple[str, ...]] = {
    "Sites": ("binding_site", "antigen"),
    "Antibody loops": ("cdr1", "cdr2", "cdr3", "framework"),
    _OTHER: (),
    "Secondary structure": ("secondary_structure",),
}
"""The lines beside those on contacts and amino acids, each with its families of properties."""

MISSING = {
    "explained": "Beyond background, not clearly beyond control",
    "uncontrolled": "Beyond background, without a control",
    "neither": "Not clearly beyond background",
    "unsupported": "Too little support to tell",
}
"""How what is not beyond its control is listed, by verdict."""


def finding_lines(run: Run, tables: RunTables) -> list[str]:
    """Return at most five lines that say what a run found, first what is beyond its control, last what is not.

    Parameters
    ----------
    run, tables
        A finished run and its tables.
    """
    findings, model = find(tables), run.manifest.model["name"]
    if not any(one.supported for one in findings):
        return [f"No head of {model} has support enough to say anything about any property asked about."]
    said: set[str] = set()
    found = [*_nothing(findings, model), *_contacts(findings, said), *_topics(findings, said), *_letters(findings)]
    return [*found[: MOST_LINES - 1], *_missing(findings)]


def _nothing(findings: Sequence[Finding], model: str) -> list[str]:
    if of_verdict(findings, "beyond"):
        return []
    judged = sum(one.supported > 0 for one in findings)
    which = "the one property" if judged == 1 else f"any of {judged} properties"
    return [f"No head of {model} is clearly beyond both its background and its control, for {which} judged."]


def _contacts(findings: Sequence[Finding], said: set[str]) -> list[str]:
    """Return the line on contacts, which tells of the best head even if it is not beyond its control."""
    found = [one for one in findings if one.name == "contact" and one.supported]
    return [f"Contacts: {_head(one)}{_depth(one)}.{_controls([one], said)}" for one in found]


def _depth(finding: Finding) -> str:
    """Return how many heads are beyond the control, and in which layers they lie."""
    if not finding.beyond:
        return f", not clearly beyond its {'background' if finding.verdict == 'neither' else 'control'}"
    layers = sorted(layer + 1 for layer in finding.heads.filter(verdict="beyond")["layer"].to_list())
    share = f"{finding.beyond} of {counted(finding.asked, 'head')} {'is' if finding.beyond == 1 else 'are'} beyond it"
    if len(layers) <= SEVERAL:
        names = [str(layer) for layer in dict.fromkeys(layers)]
        return f". {share}, in {'layer' if len(names) == 1 else 'layers'} {listed(names)}"
    fullest = max(reversed(layers), key=layers.count)
    return f". {share}, in layers {layers[0]} to {layers[-1]}, {layers.count(fullest)} of them in layer {fullest}"


def _topics(findings: Sequence[Finding], said: set[str]) -> list[str]:
    """Return a line for each topic that has a property beyond its control."""
    parts: dict[str, list[Finding]] = {title: [] for title in _TOPICS}
    for one in of_verdict(findings, "beyond"):
        if one.name != "contact" and not is_amino_acid(one):
            family = one.name.partition(":")[0]
            title = next((title for title, families in _TOPICS.items() if family in families), _OTHER)
            parts[title].append(one)
    chosen = {title: _best(part) for title, part in parts.items() if part}
    return [f"{title}: {', '.join(map(_head, part))}.{_controls(part, said)}" for title, part in chosen.items()]


def _best(findings: Sequence[Finding]) -> list[Finding]:
    """Return those of the largest lift over the control at its lower end, each head once."""
    ranked = sorted(findings, key=lambda one: -one.best["control_lift_low"])
    first = {one.best["label"]: one for one in reversed(ranked)}
    return [one for one in ranked if first[one.best["label"]] is one][:MOST_HEADS]


def _head(finding: Finding) -> str:
    best = finding.best
    background = f"{percent(best['background'])} {'at random' if best['mode'] == 'matched' else 'overall'}"
    support = f"{counted(best['arcs'], 'arc')}, {counted(best['proteins'], 'protein')}"
    numbers = "; ".join([background, *_lift(best), support])
    return f"{percent(best['alignment'])} of the arcs of head {best['label']} {phrase(finding)} ({numbers})"


def _lift(best: dict[str, Any]) -> list[str]:
    if best["control_lift"] is None:
        return []
    low, high = times(best["control_lift_low"]), times(best["control_lift_high"])
    return [f"{times(best['control_lift'])} times its control, {low} to {high}"]


def _controls(findings: Sequence[Finding], said: set[str]) -> str:
    """Return what the controls of some properties are, as far as that was not said."""
    names = dict.fromkeys(one.best["control_name"] for one in findings if one.best["control_name"])
    new = [CONTROLS[name] for name in names if name not in said]
    said.update(names)
    return f" Control: {listed(new)}." if new else ""


def _letters(findings: Sequence[Finding]) -> list[str]:
    asked = [one for one in findings if one.supported and is_amino_acid(one)]
    for verdict, than in (("beyond", "its control"), ("uncontrolled", "its background, without a control")):
        if found := clearest_amino_acids(of_verdict(asked, verdict)):
            best = list(map(_letter, found[:MOST_HEADS]))
            how = "clearest " if len(found) > len(best) else ""
            verb = "has" if len(found) == 1 else "have"
            return [f"Amino acids: {len(found)} of {len(asked)} {verb} a head beyond {than}: {how}{listed(best)}."]
    return []


def _letter(finding: Finding) -> str:
    best = finding.best
    return f"{property_title(finding.name)} with {percent(best['alignment'])} of the arcs of head {best['label']}"


def _missing(findings: Sequence[Finding]) -> list[str]:
    """Return one line that names what is not beyond its control, so that nothing is left unsaid."""
    parts = []
    for verdict, text in MISSING.items():
        told = verdict == "uncontrolled"  # the line on amino acids tells of theirs
        names = short_names([one for one in of_verdict(findings, verdict) if not (told and is_amino_acid(one))])
        parts += [f"{text}: {', '.join(names)}."] if names else []
    return [" ".join(parts)] if parts else []
