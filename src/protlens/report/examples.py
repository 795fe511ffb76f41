"""Which proteins the report shows: those on which the best heads have much to show."""

from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

from protlens.explorer.schema import ProteinEntry
from protlens.explorer.start import MODERATE
from protlens.report.findings import Finding
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
    counts, best = run.property_counts(finding.name), finding.best
    place = (slice(None), best["layer"], best["head"])
    merits = {
        numbers[number]: (numbers[number] in first, int(hits), int(arcs))
        for number, hits, arcs in zip(
            run.labelled_proteins(finding.name), counts.hits[place], counts.arcs[place], strict=True
        )
        if number in numbers and arcs
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
