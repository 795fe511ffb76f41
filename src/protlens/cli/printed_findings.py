"""A run on one screen: the best head of each property, what is beyond its control first."""

import textwrap
from collections.abc import Sequence
from typing import Any

import polars as pl

from protlens.cli.screen import WIDTH
from protlens.naming import AMINO_ACID, BACKGROUNDS, mode_label, property_title
from protlens.number_text import NOTHING, bare_percent, count, counted, probability, times
from protlens.report.finding_lines import MISSING
from protlens.report.findings import Finding, clearest_amino_acids, find, is_amino_acid, of_verdict
from protlens.report.sentences import short_names
from protlens.runs.store import Run
from protlens.stats.run_tables import RunTables
from protlens.stats.verdict import LEAST_LIFT, LEVEL

MOST_ROWS = {"beyond": 14, "explained": 8, "uncontrolled": 8}
"""Properties with a row of their own, by verdict; the others are named."""

LETTERS = 3
"""Amino acids with a row of their own."""

_GROUPS = {
    "beyond": "Beyond background and control",
    "explained": "Beyond background, not clearly beyond control",
    "uncontrolled": "Beyond background, without a control",
}
_HEADERS = (
    ("", "", "alignment", "chance", "control", "times control", "", ""),
    ("", "head", "%", "%", "%", "(95 % interval)", "q", "arcs"),
)

Row = tuple[str, ...]


class Faint(str):
    """A line on what is not beyond its control, which stands back where the terminal can dim it."""

    __slots__ = ()


def finding_table(run: Run, tables: RunTables) -> list[str]:
    """Return the lines of a page of 80 columns: findings first, then what is none, then what the columns mean.

    Parameters
    ----------
    run, tables
        A finished run and its tables.
    """
    findings = find(tables)
    model, dataset = run.manifest.model["name"], run.manifest.dataset["name"]
    threshold, mode = tables.heads["threshold"][0], tables.heads["mode"][0]
    heads = counted(run.layers * run.heads, "head")
    lines = wrapped(f"{model} on {dataset}: the best of {heads} for each property")
    lines += [f"attention >= {threshold:g}, {mode_label(mode)}"]
    judged = any(one.supported for one in findings)
    lines += _table(_groups(findings)) if judged else ["No head has support enough to say anything about any property"]
    lines += [Faint(line) for verdict in ("neither", "unsupported") for line in _names(findings, verdict)]
    return [*lines, *(["", *legend(tables.heads)] if judged else [])]


def wrapped(text: str, *, indent: str = "") -> list[str]:
    """Return a text in lines of the screen; a number keeps its sign of percent."""
    kept = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(kept, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _groups(findings: Sequence[Finding]) -> list[Row | str]:
    """Return rows of cells, and lines between them, of what is beyond its background."""
    parts: list[Row | str] = _nothing(findings)
    letters = LETTERS
    for verdict, title in _GROUPS.items():
        found = of_verdict(findings, verdict)
        if found:
            parts += [title, *_group(found, rows=MOST_ROWS[verdict], letters=letters)]
        letters = 0 if any(map(is_amino_acid, found)) else letters
    return parts


def _nothing(findings: Sequence[Finding]) -> list[Row | str]:
    """Return a line that says so if no property, or none but amino acids, has a head beyond its control."""
    beyond = of_verdict(findings, "beyond")
    if not beyond:
        return ["No head is clearly beyond both background and control, for any property"]
    if all(map(is_amino_acid, beyond)) and not all(map(is_amino_acid, findings)):
        return ["No head is clearly beyond both background and control but for amino acids"]
    return []


def _group(findings: Sequence[Finding], *, rows: int, letters: int) -> list[Row | str]:
    """Return the rows of one verdict: properties, the clearest amino acids, and the names of all others."""
    others = [one for one in findings if not is_amino_acid(one)]
    first = sorted(others, key=lambda one: (":" in one.name, -(one.best["control_lift_low"] or 0)))[:rows]
    shown, left_out = ([one for one in others if (one in first) is inside] for inside in (True, False))
    acids = clearest_amino_acids(findings)
    parts: list[Row | str] = [*_rows(shown), *(_row(f"  {_title(one)}", one.best) for one in acids[:letters])]
    for left, what in ((left_out, ("property", "properties")), (acids[letters:], ("amino acid", "amino acids"))):
        if left:
            more = f"{count(len(left))} {'more ' if parts else ''}{what[len(left) > 1]}"
            parts.append(f"  {'and ' if parts else ''}{more}: {', '.join(short_names(left))}")
    return parts


def _rows(findings: Sequence[Finding]) -> list[Row | str]:
    """Return rows in the order of the table, the kinds of a family set in below its name."""
    parts: list[Row | str] = []
    above = ""
    for one in findings:
        family, _, kind = one.name.partition(":")
        if kind and family != above:
            parts.append(f"  {property_title(family)}")
        above = family
        parts.append(_row("    " + _title(one).partition(": ")[2] if kind else f"  {_title(one)}", one.best))
    return parts


def _title(finding: Finding) -> str:
    return property_title(finding.name)


def _row(name: str, best: dict[str, Any]) -> Row:
    low, high = best["control_lift_low"], best["control_lift_high"]
    between = "" if low is None or high is None else f" ({times(low)}{NOTHING}{times(high)})"
    shares = [bare_percent(best[column]) for column in ("alignment", "background", "control")]
    lift = f"{times(best['control_lift'])}{between}"
    return (name, best["label"], *shares, lift, probability(best["control_q_value"]), count(best["arcs"]))


def _table(parts: Sequence[Row | str]) -> list[str]:
    """Return rows as lines in columns, all but the first set to the right, and the lines between them as they are."""
    rows = [part for part in parts if not isinstance(part, str)]
    if not rows:
        return [line for part in parts for line in wrapped(str(part), indent="  ")]
    widths = [max(map(len, column)) for column in zip(*rows, *_HEADERS, strict=True)]
    gap = 2 if sum(widths) + 2 * (len(widths) - 1) <= WIDTH else 1
    widths[0] = min(widths[0], WIDTH - sum(widths[1:]) - gap * (len(widths) - 1))
    lines = [_line(header, widths, gap)[-1] for header in _HEADERS]
    faint = False
    for part in parts:
        faint = part == _GROUPS["explained"] or (faint and part not in _GROUPS.values())
        made = wrapped(part, indent="  ") if isinstance(part, str) else _line(part, widths, gap)
        lines += map(Faint, made) if faint else made
    return lines


def _line(row: Row, widths: Sequence[int], gap: int) -> list[str]:
    """Return a row as a line; a name that is too long takes more, the numbers stand on the last of them."""
    depth = len(row[0]) - len(row[0].lstrip())
    names = textwrap.wrap(row[0], widths[0], subsequent_indent=" " * (depth + 2)) or [""]
    cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return [*names[:-1], (" " * gap).join([names[-1].ljust(widths[0]), *cells]).rstrip()]


def _names(findings: Sequence[Finding], verdict: str) -> list[str]:
    names = short_names(of_verdict(findings, verdict))
    return wrapped(f"{MISSING[verdict]}: {', '.join(names)}", indent="  ") if names else []


def legend(heads: pl.DataFrame) -> list[str]:
    """Return what the columns of a table of heads mean, and when a head is called beyond."""
    mode, controls = heads["mode"][0], _controls(heads)
    counted_as = ", counted as in matched mode" if mode == "paper" else ""
    lines = [
        "alignment: the share of a head's arcs for which the property holds",
        f"chance: the background, {BACKGROUNDS[mode]}",
        f"control: what arcs reach that are alike in {'; '.join(controls)}{counted_as}" if controls else "",
        f"beyond: at least {LEAST_LIFT:g} times as much, interval above one, q-value up to {LEVEL:g}",
        "q: the q-value of a head set against its control" if controls else "",
    ]
    return [part for line in lines for part in wrapped(line, indent="  ")]


def _controls(heads: pl.DataFrame) -> list[str]:
    """Return what is alike in the controls of pairs, of amino acids and of other residues."""
    letters = pl.when(pl.col("property").str.starts_with(AMINO_ACID)).then(pl.lit("amino acids"))
    kinds = letters.when(level="pair").then(pl.lit("pairs")).otherwise(pl.lit("residues")).alias("kind")
    rows = heads.filter("supported").drop_nulls("control_name").select(kinds, "control_name")
    alike = pl.col("control_name").str.replace(r" \(.*", "").str.replace("place", "place in the chain")
    names = rows.group_by("kind", maintain_order=True).agg(alike.unique(maintain_order=True))
    return [f"{' or '.join(some)} ({kind})" for kind, some in names.iter_rows()]
