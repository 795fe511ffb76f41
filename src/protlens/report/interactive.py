"""The interactive part of a report: which proteins and heads it carries, and what it shows first."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import polars as pl

from protlens.errors import ProtlensError
from protlens.explorer.explorer import Explorer
from protlens.explorer.schema import ProteinEntry
from protlens.explorer.start import MODERATE
from protlens.heads import head_labels
from protlens.number_text import counted
from protlens.page.single_file import FEATURED_ARCS, LEVELS, Frozen, freeze
from protlens.report.findings import Finding, clearest_amino_acids
from protlens.report.parts import Section
from protlens.report.property_pictures import drawn_properties
from protlens.runs.store import Run

MOST = 12
"""Proteins that a report shows at most."""

RULE = (
    "In turn for each property, the protein on which its best head has most arcs that the property holds for, of those"
    f" with coordinates; proteins of {MODERATE.start} to {MODERATE.stop - 1} residues that were not cut come first."
    " Where no property has a head with enough arcs, the first proteins."
)
"""How :func:`choose_examples` chooses, as text."""


def choose_examples(run: Run, findings: Sequence[Finding], entries: Sequence[ProteinEntry], *, count: int) -> list[str]:
    """Return the ids of proteins to show, as ``RULE`` says; proteins without coordinates only if none has any.

    Parameters
    ----------
    run
        A finished run.
    findings
        Its properties, the most telling first.
    entries
        Its proteins.
    count
        The most proteins.
    """
    rows = run.proteins().filter(pl.col("status") != "skipped").rows_by_key("id", named=True, unique=True)
    placed = [entry for entry in entries if entry["placed"]] or list(entries)
    whole = {entry["id"] for entry in placed if _is_handy(entry, rows[entry["id"]]["status"])}
    numbers = {rows[entry["id"]]["protein"]: entry["id"] for entry in placed}
    rankings = [_ranking(run, finding, numbers, first=whole) for finding in findings]
    others = sorted((entry["id"] for entry in placed), key=lambda name: name not in whole)
    return list(islice(_in_turn(rankings if any(rankings) else [others]), count))


def _is_handy(entry: ProteinEntry, status: str) -> bool:
    return entry["residues"] in MODERATE and status == "analysed"


def _ranking(run: Run, finding: Finding, numbers: dict[int, str], *, first: set[str]) -> list[str]:
    """Return proteins by the hits of a property's best head, then by its arcs; those without arcs are left out."""
    place = finding.best["layer"], finding.best["head"]
    hits, arcs = run.hit_counts(finding.name, *place), run.arc_counts(*place)
    merits = {
        numbers[number]: (numbers[number] in first, hits[number], arcs[number])
        for number in run.labelled_proteins(finding.name)
        if number in numbers and arcs[number]
    }
    return sorted(merits, key=lambda name: merits[name], reverse=True)


def _in_turn(rankings: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the first of each ranking that was not there before, then the next, until all are through."""
    seen: set[str] = set()
    left = [iter(ranking) for ranking in rankings]
    while left:
        for ranking in list(left):
            name = next((name for name in ranking if name not in seen), None)
            if name is None:
                left.remove(ranking)
            else:
                seen.add(name)
                yield name


_MOST_LETTERS = 5


def telling(findings: Sequence[Finding]) -> list[Finding]:
    """Return the properties whose heads are shown: those that are drawn, then the clearest amino acids."""
    return [*drawn_properties(findings), *clearest_amino_acids(findings)[:_MOST_LETTERS]]


def freeze_examples(
    explorer: Explorer, findings: Sequence[Finding], *, proteins: Sequence[str], mode: str, budget: int
) -> Frozen:
    """Return the documents of the report, within a budget of bytes.

    Parameters
    ----------
    explorer
        The explorer of the run.
    findings
        See :func:`telling`.
    proteins
        Ids of the proteins to be shown.
    mode
        The mode of the report's tables; the other, which would have to be computed, is on the served page.
    budget
        Bytes for all documents.
    """
    run = explorer.run
    heads = head_labels(run.layers, run.heads)
    if proteins:
        with suppress(ProtlensError):
            explorer.document("arcs", {"protein": proteins[0], "head": heads[0]})  # now the index knows of the model
    return freeze(
        explorer,
        proteins=proteins,
        heads=explorer.labels,
        start=_start(findings, proteins, mode=mode),
        modes=[mode],
        featured=sorted({one.best["label"] for one in findings}),
        budget=budget,
    )


def introduction(*, proteins: int, note: str | None) -> list[str]:
    """Return paragraphs on what the interactive part does, and why it cannot where that is so."""
    if not proteins:
        return ["There is no protein in this file."]
    line = (
        "Choose a property and click a head on the map, or move with the arrow keys: its arcs are drawn on the"
        " structure, on the contact map and along the sequence of the protein that is chosen."
    )
    return [line] if note is None else [line, note]


def carried(frozen: Frozen, findings: Sequence[Finding], *, proteins: int, note: str | None) -> Section | None:
    """Return what of the run is in the file, and by which rule; None if that is no protein."""
    if not proteins:
        return None
    verb = "is" if proteins == 1 else "are"
    lines = [f"{counted(proteins, 'protein')} {verb} in this file. {RULE}"]
    return Section(
        title="What this file carries", paragraphs=lines if note is not None else [*lines, _kept(frozen, findings)]
    )


def jump(findings: Sequence[Finding], proteins: Sequence[str]) -> str:
    """Return what the link to the interactive part says; nothing if there is no protein."""
    if not proteins:
        return ""
    head = f": head {findings[0].best['label']} on {proteins[0]}" if findings else f": {proteins[0]}"
    return f"See it in 3-D{head}"


def _start(findings: Sequence[Finding], proteins: Sequence[str], *, mode: str) -> dict[str, Any]:
    start: dict[str, Any] = {"mode": mode, "protein": proteins[0] if proteins else None}
    if findings:
        start |= {"property": findings[0].name, "head": findings[0].best["label"]}
    return start


def _kept(frozen: Frozen, findings: Sequence[Finding]) -> str:
    kept = frozen.kept
    most = f"Of each head the strongest {kept.arcs} arcs on each protein are here, as far as it has so many"
    if kept == LEVELS[0]:
        return f"{most}."
    best = counted(len({one.best["label"] for one in findings}), "best head")
    received = "" if kept.received else "; the attention that residues receive is here for these alone"
    return f"{most}; of the {best} up to {FEATURED_ARCS}{received}. `protlens serve` shows everything."
