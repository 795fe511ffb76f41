"""The tables of heads and of controls: every property class and head."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool
from threadpoolctl import threadpool_limits

from protlens.heads import head_columns
from protlens.runs.counts import PropertyCounts
from protlens.runs.property_blocks import PropertyBlocks
from protlens.stats.alignment import SUPPORT, ratio
from protlens.stats.class_sums import ClassSums, HeadTotals, class_sums
from protlens.stats.controls import BACKGROUND, expectations
from protlens.stats.evidence import Evidence, weigh
from protlens.stats.intervals import wald_interval
from protlens.stats.significance import corrected, normal_p_value, two_proportion_z
from protlens.stats.verdict import RANKS, supported, with_verdict
from protlens.stats.weight_share import share_columns
from protlens.typing import Mode

HEAD_TABLE_SCHEMA = pl.Schema(
    {
        "property": pl.String,
        "level": pl.String,
        "layer": pl.Int64,
        "head": pl.Int64,
        "label": pl.String,
        "proteins": pl.Int64,
        "arcs": pl.Int64,
        "hits": pl.Int64,
        "alignment": pl.Float64,
        "background": pl.Float64,
        "lift": pl.Float64,
        "ci_low": pl.Float64,
        "ci_high": pl.Float64,
        "z": pl.Float64,
        "p_value": pl.Float64,
        "p_bonferroni": pl.Float64,
        "q_value": pl.Float64,
        "supported": pl.Boolean,
        "threshold": pl.Float64,
        "mode": pl.String,
        "residues": pl.Int64,
        "effective_proteins": pl.Float64,
        "control_name": pl.String,
        "control": pl.Float64,
        "control_lift": pl.Float64,
        "control_lift_low": pl.Float64,
        "control_lift_high": pl.Float64,
        "control_q_value": pl.Float64,
        "verdict": pl.String,
        "reason": pl.String,
        "share": pl.Float64,
        "share_low": pl.Float64,
        "share_high": pl.Float64,
        "share_background": pl.Float64,
    }
)
"""Columns and types of the table of heads."""

CONTROL_TABLE_SCHEMA = pl.Schema(
    {
        "property": pl.String,
        "control": pl.String,
        "layer": pl.Int64,
        "head": pl.Int64,
        "label": pl.String,
        "proteins": pl.Int64,
        "arcs": pl.Int64,
        "alignment": pl.Float64,
        "expected": pl.Float64,
        "lift": pl.Float64,
        "lift_low": pl.Float64,
        "lift_high": pl.Float64,
        "z": pl.Float64,
        "p_value": pl.Float64,
        "p_bonferroni": pl.Float64,
        "q_value": pl.Float64,
        "supported": pl.Boolean,
    }
)
"""Columns and types of the table of controls."""

PropertySums = PropertyCounts | PropertyBlocks
"""The sums of one property class, all in memory or block by block."""

Columns = dict[str, Any]
"""By the name of a column one value a head, an array or, where some may be missing or are texts, a list."""


@dataclass(frozen=True, slots=True)
class HeadTables:
    """What was found of each head, and what each of its controls would give.

    Parameters
    ----------
    heads
        One row for each property class and head, with the sharpest control that it has.
    controls
        One row for each property class, control and head.
    """

    heads: pl.DataFrame
    controls: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ClassRows:
    """The rows of one property class in both tables, by column; the verdict is found for all classes together.

    Parameters
    ----------
    heads
        What the table of heads has of them.
    controls
        The same of the table of controls, for each control.
    """

    heads: Columns
    controls: list[Columns]


def head_tables(counts: Iterable[PropertySums], *, threshold: float, mode: Mode) -> HeadTables:
    """Return the tables of heads and of controls.

    What each column means is on the statistics page of the documentation. A number that is not defined is null.
    Controls are those of matched mode in either mode.

    Parameters
    ----------
    counts
        Property classes, taken one at a time; the tables keep their order, then that of layers and heads.
    threshold
        The attention weight from which a pair was counted as an arc, copied into the table.
    mode
        ``matched`` or ``paper``.
    """
    return join_class_rows(class_rows(counts, threshold=threshold, mode=mode))


def class_rows(counts: Iterable[PropertySums], *, threshold: float, mode: Mode) -> list[ClassRows]:
    """Return the rows of each property class, as :func:`join_class_rows` takes them; see :func:`head_tables`.

    Products of matrices are taken with one thread: their last digit follows from how many share them, and the tables of
    a run are the same to the byte on any machine of one kind.
    """
    # map, unlike a loop variable, lets go of one class before it asks for the next.
    with threadpool_limits(limits=1, user_api="blas"):
        return list(map(partial(_rows_of_class, threshold=threshold, mode=mode), counts))


def join_class_rows(parts: Sequence[ClassRows]) -> HeadTables:
    """Return the tables of property classes one below the other, with the verdict on each head.

    A table of a few rows takes longer to make than what stands in it, so there is one for all classes.
    """
    given = {name: kind for name, kind in HEAD_TABLE_SCHEMA.items() if name not in ("verdict", "reason")}
    heads = with_verdict(_frame([part.heads for part in parts], given)).select(HEAD_TABLE_SCHEMA.names())
    return HeadTables(heads, _frame([rows for part in parts for rows in part.controls], CONTROL_TABLE_SCHEMA))


def head_table(counts: Iterable[PropertySums], *, threshold: float, mode: Mode) -> pl.DataFrame:
    """Return the table of heads alone, see :func:`head_tables`.

    Examples
    --------
    >>> run = protlens.Run.open("protlens-run")
    >>> table = protlens.head_table([run.property_counts("contact")], threshold=0.3, mode="matched")
    >>> table.height
    48
    """
    return head_tables(counts, threshold=threshold, mode=mode).heads


def _rows_of_class(one: PropertySums, *, threshold: float, mode: Mode) -> ClassRows:
    blocks = PropertyBlocks.of(one) if isinstance(one, PropertyCounts) else one
    sums = class_sums(blocks, expectations(blocks))
    heads, matched = _support(sums, mode=mode), _support(sums, mode="matched")
    found = {name: _compared(matched, _weigh(sums, name)) for name in sums.hits if name != BACKGROUND}
    totals = sums.totals
    pooled = ratio(totals.positive_sites, totals.sites)
    background = pooled if mode == "paper" else ratio(totals.expected, totals.eligible)
    columns = {
        **heads,
        "background": background,
        "lift": ratio(heads["alignment"], background),
        "threshold": [threshold] * len(pooled),
        "mode": [mode] * len(pooled),
        **(_paper(totals) if mode == "paper" else _matched(sums, matched["supported"])),
        **share_columns(sums.weights, mode=mode, units=totals.units, pooled=pooled),
        **_sharpest(found, len(pooled)),
    }
    return ClassRows(columns, [{**rows, "control": [name] * len(pooled)} for name, rows in found.items()])


def _frame(parts: Sequence[Columns], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return parts one below the other, their columns in the order of a schema, with null for NaN."""
    columns = {name: _joined([part[name] for part in parts]) for name in schema}
    return pl.DataFrame(columns, schema=schema, nan_to_null=True)


def _joined(parts: Sequence[Any]) -> Any:
    if parts and all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return [value for part in parts for value in (part.tolist() if isinstance(part, np.ndarray) else part)]


def _weigh(sums: ClassSums, name: str) -> Evidence:
    """Return the evidence of each head against one expectation; the moments of residues with known sites are exact."""
    return weigh(sums.hits[name], left=sums.left[name], exact=sums.sited and sums.level == "residue")


def support_columns(one: PropertySums, *, mode: Mode) -> pl.DataFrame:
    """Return the columns of the table of heads that need no expectation: place, alignment and support of each head."""
    blocks = PropertyBlocks.of(one) if isinstance(one, PropertyCounts) else one
    columns = _support(class_sums(blocks, {}), mode=mode)
    return _frame([columns], {name: HEAD_TABLE_SCHEMA[name] for name in columns})


def _support(sums: ClassSums, *, mode: Mode) -> Columns:
    totals, paper = sums.totals, mode == "paper"
    arcs, squares = (totals.arcs, totals.arcs_squared) if paper else (totals.eligible, totals.eligible_squared)
    size = len(arcs)
    residues = totals.residues if sums.placed else None
    effective = ratio(arcs.astype(np.float64) ** 2, squares)
    return {
        "property": [sums.name] * size,
        "level": [sums.level] * size,
        **{name: column.to_list() for name, column in head_columns(*sums.shape).items()},
        "proteins": totals.proteins if paper else totals.proteins_eligible,
        "arcs": arcs,
        "hits": totals.hits,
        "alignment": ratio(totals.hits, arcs),
        "residues": [None] * size if residues is None else residues,
        "effective_proteins": effective,
        "supported": arcs >= SUPPORT if paper else supported(arcs, effective, residues, level=sums.level),
    }


def _paper(totals: HeadTotals) -> Columns:
    hits, arcs = totals.hits, totals.arcs
    family = arcs > SUPPORT
    low, high = wald_interval(hits, arcs, tests=int(family.sum()))
    deviation = two_proportion_z(hits, arcs, positive=totals.positive_sites, sites=totals.sites)
    z = np.where(family, deviation, np.nan)
    p_values = normal_p_value(z)
    bonferroni, fdr = corrected(p_values, tested=np.isfinite(z))
    ends = {"ci_low": low, "ci_high": high}
    return {**ends, "z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


def _matched(sums: ClassSums, family: Bool[np.ndarray, " head"]) -> Columns:
    evidence = _weigh(sums, BACKGROUND)
    return {"ci_low": evidence.low, "ci_high": evidence.high, **_tested(evidence, family)}


def _tested(evidence: Evidence, family: Bool[np.ndarray, " head"]) -> Columns:
    """Return the test of each head of the family, the p-values corrected within it."""
    tested = family & np.isfinite(evidence.z)
    z, p_values = (np.where(tested, values, np.nan) for values in (evidence.z, evidence.p_value))
    bonferroni, fdr = corrected(p_values, tested=tested)
    return {"z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


def _compared(heads: Columns, evidence: Evidence) -> Columns:
    """Return the rows of one control in the table of controls, without its name."""
    return {
        **heads,
        "expected": evidence.expected,
        "lift": ratio(heads["alignment"], evidence.expected),
        "lift_low": ratio(evidence.low, evidence.expected),
        "lift_high": ratio(evidence.high, evidence.expected),
        **_tested(evidence, heads["supported"]),
    }


def _sharpest(found: Mapping[str, Columns], heads: int) -> Columns:
    """Return the control of each head: the sharpest that says something of it."""
    columns = {"control": "expected", "control_lift": "lift", "control_lift_low": "lift_low"}
    columns |= {"control_lift_high": "lift_high", "control_q_value": "q_value"}
    names, chosen = np.full(heads, None, object), {name: np.full(heads, np.nan) for name in columns}
    for name, rows in found.items():
        says = ~np.isnan(rows["lift_low"])
        names[says] = name
        for new, old in columns.items():
            chosen[new][says] = rows[old][says]
    return {"control_name": names.tolist(), **chosen}


TOP = 3
"""Heads named of a property that has no classes."""


def named_order(heads: pl.DataFrame) -> pl.DataFrame:
    """Return heads in the order in which they are named.

    By verdict, then by the lower end of the lift over the control (over the background, where there is no control or
    the verdict rests on it alone), then by alignment.
    """
    over_background = pl.col("ci_low") / pl.col("background")
    low = pl.coalesce("control_lift_low", over_background)
    order = [pl.col("verdict").replace_strict(RANKS, return_dtype=pl.Int8), low, pl.col("alignment")]
    return heads.sort(order, descending=[False, True, True], nulls_last=True, maintain_order=True)


def top_heads(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the supported heads that are named first: three of a property, one of each class of a family.

    Parameters
    ----------
    heads
        A table of heads; the properties keep their order, their heads stand as :func:`named_order` says.
    """
    ordered = named_order(heads.filter("supported"))
    order = heads["property"].unique(maintain_order=True).to_list()
    parts = [ordered.filter(property=name).head(1 if ":" in name else TOP) for name in order]
    return pl.concat(parts) if parts else ordered
