"""What a run found of each property: whether any head exceeds its background, and whether its control too."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import polars as pl

from protlens.stats.head_statistics import named_order
from protlens.stats.run_tables import RunTables
from protlens.stats.verdict import Verdict

ReportVerdict: TypeAlias = Literal["beyond", "explained", "neither", "unsupported"]
"""Of a property: a head exceeds background and control; the background alone; no head does; no head has support.

A property that has no control needs to exceed its background alone.
"""

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
    heads: pl.DataFrame

    @property
    def best(self) -> dict[str, Any]:
        """The best head, where there is one."""
        return self.heads.row(0, named=True)


def find(tables: RunTables) -> list[Finding]:
    """Return what was found of each property, in the order of the table of heads."""
    names = tables.heads["property"].unique(maintain_order=True)
    return [_finding(name, tables.heads.filter(property=name)) for name in names]


def _finding(name: str, rows: pl.DataFrame) -> Finding:
    heads = _called(named_order(rows.filter("supported")))
    beyond, explained = (int((heads["verdict"] == verdict).sum()) for verdict in ("beyond", "explained"))
    return Finding(
        name=name,
        level=rows["level"][0],
        verdict=heads["verdict"][0] if len(heads) else "unsupported",
        supported=len(heads),
        above=beyond + explained,
        beyond=beyond,
        heads=heads,
    )


def _called(heads: pl.DataFrame) -> pl.DataFrame:
    alone = (pl.col("verdict") == "beyond_background") & pl.col("control").is_null().all()
    called = pl.col("verdict").replace_strict(_CALLED, return_dtype=pl.String)
    return heads.with_columns(verdict=pl.when(alone).then(pl.lit("beyond")).otherwise(called))
