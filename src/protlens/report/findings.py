"""What a run found of each property: whether any head exceeds its background, and whether its control too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import polars as pl

from protlens.naming import AMINO_ACID
from protlens.stats.head_statistics import named_order
from protlens.stats.run_tables import RunTables
from protlens.stats.verdict import Verdict

ReportVerdict: TypeAlias = Literal["beyond", "explained", "uncontrolled", "neither", "unsupported"]
"""Of a property: a head exceeds background and control; the background, but not clearly the control; the background of
a property that has no control; no head exceeds the background; no head has support."""

_ORDER = get_args(ReportVerdict)

_CALLED: dict[Verdict, ReportVerdict] = {
    "beyond_control": "beyond",
    "beyond_background": "explained",
    "neither": "neither",
    "unsupported": "unsupported",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one property.

    Parameters
    ----------
    name
        The property's name.
    level
        ``residue`` or ``pair``.
    verdict
        That of its best head.
    supported, above, beyond
        How many heads have enough arcs; how many of these exceed the background; how many of these their control too.
    asked
        How many heads there are.
    heads
        The supported heads in the order in which they are named; the columns of the table of heads, with ``verdict`` in
        the words of the report.
    """

    name: str
    level: str
    verdict: ReportVerdict
    supported: int
    above: int
    beyond: int
    asked: int
    heads: pl.DataFrame

    @property
    def best(self) -> dict[str, Any]:
        """The best head, where there is one."""
        return self.heads.row(0, named=True)


def find(tables: RunTables) -> list[Finding]:
    """Return what was found of each property, in the order of the table of heads."""
    every = tables.heads.group_by("property", maintain_order=True).agg(pl.first("level"), asked=pl.len())
    ordered = _called(named_order(tables.heads.filter("supported")))
    heads, none = ordered.partition_by("property", as_dict=True), ordered.clear()
    return [_finding(name, level, asked, heads.get((name,), none)) for name, level, asked in every.iter_rows()]


def findings_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return properties by their verdict, those beyond their control first; of one verdict they keep their order."""
    return sorted(findings, key=lambda one: _ORDER.index(one.verdict))


def strongest_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return supported properties by their verdict; whole ones before kinds, findings by their lift over control."""

    def strength(one: Finding) -> tuple[bool, float]:
        return ":" in one.name, -(one.best["control_lift"] or one.best["lift"]) if one.verdict != "neither" else 0

    return findings_first(sorted((one for one in findings if one.supported), key=strength))


def of_verdict(findings: Sequence[Finding], *verdicts: str) -> list[Finding]:
    """Return the properties of one of these verdicts, in their order."""
    return [one for one in findings if one.verdict in verdicts]


def is_amino_acid(finding: Finding) -> bool:
    """Return whether a property is one of the amino acids."""
    return finding.name.startswith(AMINO_ACID)


def clearest_amino_acids(findings: Sequence[Finding]) -> list[Finding]:
    """Return the amino acids among some properties, the highest alignment of a best head first."""
    letters = [one for one in findings if one.supported and is_amino_acid(one)]
    return sorted(letters, key=lambda one: -one.best["alignment"])


def _finding(name: str, level: str, asked: int, heads: pl.DataFrame) -> Finding:
    verdicts: list[ReportVerdict] = heads["verdict"].to_list()
    return Finding(
        name=name,
        level=level,
        verdict=verdicts[0] if verdicts else "unsupported",
        supported=len(heads),
        above=len(verdicts) - verdicts.count("neither"),
        beyond=verdicts.count("beyond"),
        asked=asked,
        heads=heads,
    )


def _called(heads: pl.DataFrame) -> pl.DataFrame:
    alone = (pl.col("verdict") == "beyond_background") & pl.col("control").is_null().all().over("property")
    called = pl.col("verdict").replace_strict(_CALLED, return_dtype=pl.String)
    return heads.with_columns(verdict=pl.when(alone).then(pl.lit("uncontrolled")).otherwise(called))
