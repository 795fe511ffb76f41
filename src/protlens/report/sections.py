"""The sections of a report, in order, and its tables of heads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protlens.naming import HEAD_NUMBERS, property_title, run_line
from protlens.number_text import NOTHING, count, counted, interval, percent, probability, times
from protlens.report.behaviour_section import behaviour_section
from protlens.report.contact_section import contact_section
from protlens.report.findings import Finding, findings_first, is_amino_acid
from protlens.report.null_section import null_section
from protlens.report.parts import Section, Table
from protlens.report.probe_section import probe_section
from protlens.report.property_pictures import (
    amino_acid_pictures,
    drawn_properties,
    layers_picture,
    profile_picture,
    property_pictures,
)
from protlens.report.sentences import VERDICTS
from protlens.runs.store import Run
from protlens.stats.run_tables import RunTables

TOP = 5
"""Heads listed of one property."""

_BACKGROUND = ("alignment", "interval", "background", "lift", "q_value")
_CONTROL = ("control", "control_lift", "control_q_value")
_SUPPORT = ("arcs", "residues", "proteins")


def best_heads(findings: Sequence[Finding], *, caption: str) -> Table:
    """Return a table with the best head of each property, findings first; columns of controls only if any has one."""
    columns = _columns(controlled=any(one.heads["control"].is_not_null().any() for one in findings))
    rows = [[property_title(one.name), *_best(one, columns)] for one in findings_first(findings)]
    return Table(caption, ("Property", "Head", *_titles(columns), "Finding"), rows)


def top_heads(finding: Finding) -> Table:
    """Return a table with the best heads of one property."""
    columns, heads = _columns(controlled=bool(finding.heads["control"].is_not_null().any())), finding.heads.head(TOP)
    rows = [[row["label"], *_numbers(row, columns), VERDICTS[row["verdict"]]] for row in heads.iter_rows(named=True)]
    caption = f"The first {len(rows)} of {counted(finding.supported, 'supported head')}"
    return Table(caption, ("Head", *_titles(columns), "Finding"), rows)


def _columns(*, controlled: bool) -> tuple[str, ...]:
    return (*_BACKGROUND, *(_CONTROL if controlled else ()), *_SUPPORT)


def _titles(columns: Sequence[str]) -> list[str]:
    names = [HEAD_NUMBERS.get(column, column) for column in columns]
    return [name if name.startswith("q") else name.capitalize() for name in names]


def _best(finding: Finding, columns: Sequence[str]) -> list[str]:
    if not finding.supported:
        return [NOTHING] * (1 + len(columns)) + [VERDICTS["unsupported"]]
    return [finding.best["label"], *_numbers(finding.best, columns), VERDICTS[finding.verdict]]


def _numbers(row: dict[str, Any], columns: Sequence[str]) -> list[str]:
    texts = {
        "interval": interval(row["ci_low"], row["ci_high"]),
        **{name: percent(row[name]) for name in ("alignment", "background", "control")},
        **{name: times(row[name]) for name in ("lift", "control_lift")},
        **{name: probability(row[name]) for name in ("q_value", "control_q_value")},
        **{name: count(row[name]) for name in _SUPPORT},
    }
    return [texts[column] for column in columns]


def sections(
    run: Run,
    tables: RunTables,
    findings: Sequence[Finding],
    *,
    contacts: Path | None = None,
    probes: Path | None = None,
) -> list[Section]:
    """Return all sections that there is something to say in.

    Parameters
    ----------
    run, tables, findings
        A finished run, its tables, and what was found of each property.
    contacts, probes
        Folders of ``protlens contacts`` and ``protlens probe``.

    Raises
    ------
    FileFormatError, RunError
        If a folder is not what it should be, or of another model.
    """
    about = run_line(
        model=run.manifest.model["name"],
        dataset=run.manifest.dataset["name"],
        threshold=run.manifest.options["threshold"],
        mode=tables.heads["mode"][0],
    )
    sections = [
        _properties(findings),
        _heads(findings, tables, run, about=about),
        _depth(findings, tables, about=about),
        _amino_acids(findings, tables, about=about),
        behaviour_section(run, tables.heads, about=about),
        _profile(tables, about=about),
        null_section(run, tables),
        None if contacts is None else contact_section(contacts, run),
        None if probes is None else probe_section(probes, run),
    ]
    return [one for one in sections if one is not None]


def _properties(findings: Sequence[Finding]) -> Section | None:
    others = [one for one in findings if not is_amino_acid(one)]
    caption = "The best head of each property, the findings first"
    return Section(title="Every property", tables=[best_heads(others, caption=caption)]) if others else None


def _heads(findings: Sequence[Finding], tables: RunTables, run: Run, *, about: str) -> Section | None:
    drawn = drawn_properties(findings)
    others = [one for one in findings if one.supported and not is_amino_acid(one)]
    parts = [
        Section(
            title=property_title(one.name),
            tables=[top_heads(one)],
            pictures=property_pictures(one, tables, run, about=about) if one in drawn else (),
            open=one is drawn[0],
        )
        for one in [*drawn, *(one for one in findings_first(others) if one not in drawn)]
    ]
    left = len(others) - len(drawn)
    note = "The figures of all properties are in the run's folder of figures." if left > 0 else ""
    return Section(title="Heads by property", paragraphs=[note] if note else (), parts=parts) if parts else None


def _depth(findings: Sequence[Finding], tables: RunTables, *, about: str) -> Section | None:
    drawn = layers_picture(drawn_properties(findings), tables, about=about)
    return None if drawn is None else Section(title="By depth", pictures=[drawn])


def _amino_acids(findings: Sequence[Finding], tables: RunTables, *, about: str) -> Section | None:
    letters = [one for one in findings if is_amino_acid(one)]
    if not letters:
        return None
    caption = "The best head of each amino acid, the findings first"
    return Section(
        title="Amino acids",
        tables=[best_heads(letters, caption=caption)],
        pictures=amino_acid_pictures(tables, about=about),
    )


def _profile(tables: RunTables, *, about: str) -> Section | None:
    drawn = profile_picture(tables, about=about)
    return None if drawn is None else Section(title="How each head attends", pictures=[drawn])
