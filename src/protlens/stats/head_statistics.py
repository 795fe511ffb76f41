"""The tables of heads and of controls: every property class and head."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from protlens.heads import head_columns
from protlens.runs.counts import PropertyCounts
from protlens.runs.property_blocks import PropertyBlocks
from protlens.stats.additive import side_by_side
from protlens.stats.alignment import SUPPORT, ratio
from protlens.stats.class_sums import ClassSums, HeadTotals, class_sums
from protlens.stats.controls import BACKGROUND, expectations
from protlens.stats.evidence import weigh
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
    return tables_of_sums(sums_of_classes(counts), threshold=threshold, mode=mode)


def sums_of_classes(counts: Iterable[PropertySums]) -> list[ClassSums]:
    """Return the sums of each property class, with those of its controls, as :func:`tables_of_sums` takes them.

    Products of matrices are taken with one thread: their last digit follows from how many share them, and the tables of
    a run are the same to the byte on any machine of one kind.
    """
    # map, unlike a loop variable, lets go of one class before it asks for the next.
    with threadpool_limits(limits=1, user_api="blas"):
        return list(map(_sums_of_class, counts))


def _sums_of_class(one: PropertySums) -> ClassSums:
    blocks = _blocks_of(one)
    return class_sums(blocks, expectations(blocks))


def _blocks_of(one: PropertySums) -> PropertyBlocks:
    return PropertyBlocks.of(one) if isinstance(one, PropertyCounts) else one


def tables_of_sums(classes: Sequence[ClassSums], *, threshold: float, mode: Mode) -> HeadTables:
    """Return the tables of property classes, given their sums; see :func:`head_tables`.

    What depends on a head alone is found for all classes at once: for a few rows a step takes longer than its numbers.
    """
    given = {name: kind for name, kind in HEAD_TABLE_SCHEMA.items() if name not in ("verdict", "reason")}
    if not classes:
        return HeadTables(pl.DataFrame(schema=HEAD_TABLE_SCHEMA), pl.DataFrame(schema=CONTROL_TABLE_SCHEMA))
    matched = _support(classes, mode="matched")
    support = matched if mode == "matched" else _support(classes, mode=mode)
    compared = _compared(classes, matched)
    totals = [one.totals for one in classes]
    pooled, expected = (
        ratio(*(np.concatenate([getattr(one, name) for one in totals]) for name in names))
        for names in (("positive_sites", "sites"), ("expected", "eligible"))
    )
    background = pooled if mode == "paper" else expected
    against = compared.name == BACKGROUND
    columns = {
        **support,
        "background": background,
        "lift": ratio(support["alignment"], background),
        "threshold": [threshold] * len(pooled),
        "mode": [mode] * len(pooled),
        **(_paper(totals) if mode == "paper" else _chosen(compared.tested, against)),
        **_shares(classes, [pooled[at] for at in _spans(classes)], mode=mode),
        **_sharpest(compared, len(pooled)),
    }
    heads = with_verdict(_frame(columns, given)).select(HEAD_TABLE_SCHEMA.names())
    return HeadTables(heads, _controls(compared, _frame(matched, {name: given[name] for name in matched})))


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


def _frame(columns: Columns, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return the columns of a schema, in its order, with null for NaN."""
    return pl.DataFrame({name: columns[name] for name in schema}, schema=schema, nan_to_null=True)


def support_columns(one: PropertySums, *, mode: Mode) -> pl.DataFrame:
    """Return the columns of the table of heads that need no expectation: place, alignment and support of each head."""
    columns = _support([class_sums(_blocks_of(one), {})], mode=mode)
    return _frame(columns, {name: HEAD_TABLE_SCHEMA[name] for name in columns})


def _support(classes: Sequence[ClassSums], *, mode: Mode) -> Columns:
    paper = mode == "paper"
    which = ("arcs", "arcs_squared", "proteins") if paper else ("eligible", "eligible_squared", "proteins_eligible")
    arcs, squares, proteins, hits = (
        np.concatenate([getattr(one.totals, name) for one in classes]) for name in (*which, "hits")
    )
    effective = ratio(arcs.astype(np.float64) ** 2, squares)
    residues = [one.totals.residues if one.placed else None for one in classes]
    enough = [
        supported(arcs[at], effective[at], found, level=one.level)
        for one, found, at in zip(classes, residues, _spans(classes), strict=True)
    ]
    columns = {shape: head_columns(*shape) for shape in {one.shape for one in classes}}
    return {
        "property": [one.name for one in classes for _ in range(one.heads)],
        "level": [one.level for one in classes for _ in range(one.heads)],
        **{name: pl.concat([columns[one.shape][name] for one in classes]) for name in ("layer", "head", "label")},
        "proteins": proteins,
        "arcs": arcs,
        "hits": hits,
        "alignment": ratio(hits, arcs),
        "residues": [
            value
            for one, found in zip(classes, residues, strict=True)
            for value in ([None] * one.heads if found is None else found.tolist())
        ],
        "effective_proteins": effective,
        "supported": arcs >= SUPPORT if paper else np.concatenate(enough),
    }


def _paper(totals: Sequence[HeadTotals]) -> Columns:
    return _one_below_another(list(map(_paper_of_class, totals)))


def _paper_of_class(totals: HeadTotals) -> Columns:
    hits, arcs = totals.hits, totals.arcs
    family = arcs > SUPPORT
    low, high = wald_interval(hits, arcs, tests=int(family.sum()))
    deviation = two_proportion_z(hits, arcs, positive=totals.positive_sites, sites=totals.sites)
    z = np.where(family, deviation, np.nan)
    p_values = normal_p_value(z)
    bonferroni, fdr = corrected(p_values, tested=np.isfinite(z))
    ends = {"ci_low": low, "ci_high": high}
    return {**ends, "z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


def _shares(classes: Sequence[ClassSums], pooled: Sequence[np.ndarray], *, mode: Mode) -> Columns:
    found = [
        share_columns(one.weights, mode=mode, units=one.totals.units, pooled=background)
        for one, background in zip(classes, pooled, strict=True)
    ]
    return _one_below_another(found)


def _one_below_another(parts: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@dataclass(frozen=True, slots=True)
class _Compared:
    """Heads beside what they are set against: of each class its heads for each expectation, the sharpest last.

    Parameters
    ----------
    name
        Of the expectation.
    head
        The row of the head in the table of heads.
    tested
        The columns of its interval and test.
    beside
        The columns that the table of controls has of it besides: ``expected``, ``lift``, ``lift_low``, ``lift_high``.
    """

    name: np.ndarray
    head: np.ndarray
    tested: Columns
    beside: Columns


def _compared(classes: Sequence[ClassSums], heads: Columns) -> _Compared:
    each = [(one, name, at) for one, at in zip(classes, _spans(classes), strict=True) for name in one.hits]
    rows = np.concatenate([np.arange(at.start, at.stop) for _, _, at in each])
    left = [np.ones(one.heads) if (found := one.left[name]) is None else found for one, name, _ in each]
    exact = np.concatenate([np.full(one.heads, one.sited and one.level == "residue") for one, _, _ in each])
    evidence = weigh(side_by_side([one.hits[name] for one, name, _ in each]), left=np.concatenate(left), exact=exact)
    family = heads["supported"][rows] & np.isfinite(evidence.z)
    z, p_values = (np.where(family, values, np.nan) for values in (evidence.z, evidence.p_value))
    both = [corrected(p_values[at], tested=family[at]) for at in _spans([one for one, _, _ in each])]
    bonferroni, fdr = map(np.concatenate, zip(*both, strict=True))
    ends = {"ci_low": evidence.low, "ci_high": evidence.high}
    beside = {
        "expected": evidence.expected,
        "lift": ratio(heads["alignment"][rows], evidence.expected),
        "lift_low": ratio(evidence.low, evidence.expected),
        "lift_high": ratio(evidence.high, evidence.expected),
    }
    tested = {**ends, "z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}
    names = np.concatenate([np.full(one.heads, name, object) for one, name, _ in each])
    return _Compared(names, rows, tested, beside)


def _spans(classes: Sequence[ClassSums]) -> list[slice]:
    """Return the rows of the heads of each class, one class after the other."""
    ends = np.cumsum([one.heads for one in classes]).tolist()
    return [slice(end - one.heads, end) for one, end in zip(classes, ends, strict=True)]


def _chosen(columns: Columns, rows: np.ndarray) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _controls(compared: _Compared, heads: pl.DataFrame) -> pl.DataFrame:
    """Return the table of controls, given the columns of each head."""
    rows = compared.name != BACKGROUND
    columns = _chosen(compared.beside | compared.tested, rows) | {"control": compared.name[rows].tolist()}
    kinds = {name: kind for name, kind in CONTROL_TABLE_SCHEMA.items() if name in columns}
    table: pl.DataFrame = heads[compared.head[rows]]
    return table.with_columns(_frame(columns, kinds)).select(CONTROL_TABLE_SCHEMA.names())


def _sharpest(compared: _Compared, heads: int) -> Columns:
    """Return the control of each head: the sharpest that says something of it."""
    columns = {"control": "expected", "control_lift": "lift", "control_lift_low": "lift_low"}
    columns |= {"control_lift_high": "lift_high", "control_q_value": "q_value"}
    given = compared.beside | compared.tested
    says = (compared.name != BACKGROUND) & ~np.isnan(given["lift_low"])
    last = np.full(heads, -1)
    last[compared.head[says]] = np.flatnonzero(says)
    known = last >= 0
    names = np.where(known, compared.name[last], np.full(heads, None))
    return {
        "control_name": names.tolist(),
        **{new: np.where(known, given[old][last], np.nan) for new, old in columns.items()},
    }


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
