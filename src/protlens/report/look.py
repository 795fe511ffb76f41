"""What the report's interactive part carries and shows first, and the words before it."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from protlens.errors import ProtlensError
from protlens.explorer.explorer import Explorer
from protlens.heads import head_labels
from protlens.number_text import counted
from protlens.page.single_file import FEATURED_ARCS, LEVELS, Frozen, freeze
from protlens.report.examples import RULE
from protlens.report.figures import drawn_properties
from protlens.report.findings import Finding
from protlens.report.words import is_amino_acid

MOST_ROWS = 20_000
"""Rows of the tables of heads up to which both modes are carried."""

_MOST_LETTERS = 5


def telling(findings: Sequence[Finding]) -> list[Finding]:
    """Return the properties whose heads are shown: those that are drawn, then the clearest amino acids."""
    letters = [one for one in findings if one.supported and is_amino_acid(one)]
    clearest = sorted(letters, key=lambda one: -one.best["alignment"])[:_MOST_LETTERS]
    return [*drawn_properties(findings), *clearest]


def freeze_examples(
    explorer: Explorer, findings: Sequence[Finding], *, proteins: Sequence[str], mode: str, budget: int
) -> Frozen:
    """Return the documents of the report, within a budget of bytes.

    Parameters
    ----------
    explorer
        Of the run.
    findings
        See :func:`telling`.
    proteins
        Ids of the proteins to be shown.
    mode
        Of the tables of the report; the other is carried too if the tables are not large.
    budget
        Bytes for all documents.
    """
    run = explorer.run
    heads = head_labels(run.layers, run.heads)
    if proteins:
        with suppress(ProtlensError):
            explorer.document("arcs", {"protein": proteins[0], "head": heads[0]})  # now the index knows of the model
    small = len(heads) * len(run.manifest.properties) <= MOST_ROWS // 2
    return freeze(
        explorer,
        proteins=proteins,
        heads=heads,
        start=_start(findings, proteins, mode=mode),
        modes=None if small else [mode],
        featured=sorted({one.best["label"] for one in findings}),
        budget=budget,
    )


def introduction(frozen: Frozen, findings: Sequence[Finding], *, proteins: int, note: str | None) -> list[str]:
    """Return paragraphs on what the interactive part shows, and what is not in the file."""
    lines = [
        "Choose a property and click a head on the map, or move with the arrow keys: its arcs are drawn on the"
        " structure, on the contact map and along the sequence of the protein that is chosen."
    ]
    if not proteins:
        return [*lines, "There is no protein in this file."]
    verb = "is" if proteins == 1 else "are"
    lines.append(f"{counted(proteins, 'protein')} {verb} in this file. {RULE}")
    if note is not None:
        return [*lines, note]
    return [*lines, _kept(frozen, findings)]


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
