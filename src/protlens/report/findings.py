"""What a run found of each property: whether any head exceeds chance, and whether it exceeds its control too."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import polars as pl

from protlens.stats.run_tables import RunTables

LEVEL = 0.05
"""The q-value up to which a head is said to differ."""

Verdict: TypeAlias = Literal["beyond", "explained", "chance", "unsupported"]
"""Of a property: a head exceeds chance and its control; chance alone; no head does; no head has enough arcs.

A property that its strata decide, as an amino acid is, has no control and needs to exceed chance alone.
"""

_RANKS: dict[Verdict, int] = {"beyond": 2, "explained": 1, "chance": 0}


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
        The supported heads, best first: by verdict, then by alignment. The columns of the table of heads, with
        ``control``, ``control_lift`` and ``control_q`` of the table of controls, null where there is none, and
        ``verdict``.
    """

    name: str
    level: str
    verdict: Verdict
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
    judged = _judged(_with_controls(tables))
    names = tables.heads["property"].unique(maintain_order=True)
    return [_finding(name, judged.filter(property=name)) for name in names]


def _finding(name: str, rows: pl.DataFrame) -> Finding:
    order = [pl.col("verdict").replace_strict(_RANKS, return_dtype=pl.Int8), "alignment", "layer", "head"]
    heads = rows.filter("supported").sort(order, descending=[True, True, False, False])
    counts = {verdict: int((heads["verdict"] == verdict).sum()) for verdict in _RANKS}
    return Finding(
        name=name,
        level=rows["level"][0],
        verdict=heads["verdict"][0] if len(heads) else "unsupported",
        supported=len(heads),
        above=counts["beyond"] + counts["explained"],
        beyond=counts["beyond"],
        heads=heads,
    )


def _with_controls(tables: RunTables) -> pl.DataFrame:
    found = {"control": "expected", "control_lift": "lift", "control_q": "q_value"}
    if tables.controls is None:
        return tables.heads.with_columns(pl.lit(None, pl.Float64).alias(name) for name in found)
    controls = tables.controls.select("property", "layer", "head", **{name: pl.col(old) for name, old in found.items()})
    return tables.heads.join(controls, on=["property", "layer", "head"], how="left", maintain_order="left")


def _judged(heads: pl.DataFrame) -> pl.DataFrame:
    above, controlled = (
        ((pl.col(lift) > 1) & (pl.col(q) <= LEVEL)).fill_null(value=False)
        for lift, q in (("lift", "q_value"), ("control_lift", "control_q"))
    )
    uncontrolled = pl.col("control").is_null().all().over("property")
    verdict = (
        pl.when(above & (uncontrolled | controlled))
        .then(pl.lit("beyond"))
        .when(above)
        .then(pl.lit("explained"))
        .otherwise(pl.lit("chance"))
    )
    return heads.with_columns(verdict.alias("verdict"))
