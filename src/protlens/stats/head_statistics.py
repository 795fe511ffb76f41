"""The tables of heads and of controls: every property class and head."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int64

from protlens.heads import head_columns
from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.stats.alignment import SUPPORT, by_head, counted_arcs, effective_proteins, ratio
from protlens.stats.background import background
from protlens.stats.chance import Chance, by_unit
from protlens.stats.controls import background_chance, control_chances
from protlens.stats.evidence import Evidence, weigh
from protlens.stats.intervals import wald_interval
from protlens.stats.layer_groups import over_layers
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

PropertySums = PropertyCounts | tuple[PropertyCounts, StratumCounts]
"""The sums of one property class; strata are of use where the counts have no sites."""

Columns = dict[str, Float64[np.ndarray, " head"]]


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
    # map, unlike a loop variable, lets go of one class before it asks for the next.
    parts = list(map(partial(_class_tables, threshold=threshold, mode=mode), counts))
    return HeadTables(
        heads=pl.concat([HEAD_TABLE_SCHEMA.to_frame(eager=True), *(part.heads for part in parts)]),
        controls=pl.concat([CONTROL_TABLE_SCHEMA.to_frame(eager=True), *(part.controls for part in parts)]),
    )


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


def _class_tables(one: PropertySums, *, threshold: float, mode: Mode) -> HeadTables:
    counts, strata = one if isinstance(one, tuple) else (one, None)
    heads, matched = support_columns(counts, mode=mode), support_columns(counts, mode="matched")
    found = {
        name: _compared(matched, _weigh(counts, chance)) for name, chance in control_chances(counts, strata).items()
    }
    tested = _paper(counts) if mode == "paper" else _matched(counts, matched)
    background_ = pl.Series("background", background(counts, mode=mode).ravel())
    heads = heads.with_columns(
        background_,
        pl.Series("lift", ratio(heads["alignment"].to_numpy(), background_.to_numpy())),
        pl.lit(threshold, pl.Float64).alias("threshold"),
        pl.lit(mode, pl.String).alias("mode"),
        **{name: pl.Series(values) for name, values in tested.items()},
        **{name: pl.Series(values) for name, values in _shares(counts, mode).items()},
        **_sharpest(found, heads.height),
    )
    heads = with_verdict(heads.with_columns(pl.col(pl.Float64).fill_nan(None)))
    return HeadTables(
        heads=heads.select(pl.col(name).cast(kind) for name, kind in HEAD_TABLE_SCHEMA.items()),
        controls=pl.concat([CONTROL_TABLE_SCHEMA.to_frame(eager=True), *(_named(*item) for item in found.items())]),
    )


def _weigh(counts: PropertyCounts, chance: Chance) -> Evidence:
    """Return the evidence of each head against one expectation; the moments of residues with known sites are exact."""
    exact = counts.labelled is not None and counts.level == "residue"
    return weigh(counts.hits, counts.eligible, chance, units=counts.units, exact=exact)


def support_columns(counts: PropertyCounts, *, mode: Mode) -> pl.DataFrame:
    """Return the columns of the table of heads that need no expectation: place, alignment and support of each head."""
    counted = counted_arcs(counts, mode=mode)
    arcs, hits = by_head(counted), counts.hits.sum(axis=0).ravel()
    residues = None if counts.residues is None else counts.residues.sum(axis=0).ravel()
    size = arcs.shape[1]
    columns = {
        "property": pl.repeat(counts.name, size, dtype=pl.String, eager=True),
        "level": pl.repeat(counts.level, size, dtype=pl.String, eager=True),
        **head_columns(*counted.shape[1:]),
        "proteins": (arcs > 0).sum(axis=0),
        "arcs": arcs.sum(axis=0),
        "hits": hits,
        "alignment": ratio(hits, arcs.sum(axis=0)),
        "residues": pl.Series([None] * size, dtype=pl.Int64) if residues is None else residues,
        "effective_proteins": effective_proteins(by_unit(arcs, counts.units)),
    }
    frame = pl.DataFrame(columns).fill_nan(None)
    return frame.with_columns(supported=supported(matched=mode == "matched"))


def _paper(counts: PropertyCounts) -> Columns:
    hits, arcs = counts.hits.sum(axis=0).ravel(), counts.arcs.sum(axis=0).ravel()
    positive, sites = (over_layers(counts, partial(_total, name)).ravel() for name in ("positive_sites", "sites"))
    family = arcs > SUPPORT
    low, high = wald_interval(hits, arcs, tests=int(family.sum()))
    z = np.where(family, two_proportion_z(hits, arcs, positive=positive, sites=sites), np.nan)
    p_values = normal_p_value(z)
    bonferroni, fdr = corrected(p_values, tested=np.isfinite(z))
    ends = {"ci_low": low, "ci_high": high}
    return {**ends, "z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


def _shares(counts: PropertyCounts, mode: Mode) -> Columns:
    return share_columns(counts, mode=mode, pooled=background(counts, mode="paper"))


def _total(name: str, counts: PropertyCounts) -> Int64[np.ndarray, "layer head"]:
    """Return a sum over proteins, the same for each head."""
    return np.full(counts.arcs.shape[1:], int(getattr(counts, name).sum()))


def _matched(counts: PropertyCounts, heads: pl.DataFrame) -> Columns:
    evidence = _weigh(counts, background_chance(counts))
    supported_ = heads["supported"].to_numpy()
    return {"ci_low": evidence.low, "ci_high": evidence.high, **_tested(evidence, supported_)}


def _tested(evidence: Evidence, family: Bool[np.ndarray, " head"]) -> Columns:
    """Return the test of each head of the family, the p-values corrected within it."""
    tested = family & np.isfinite(evidence.z)
    z, p_values = (np.where(tested, values, np.nan) for values in (evidence.z, evidence.p_value))
    bonferroni, fdr = corrected(p_values, tested=tested)
    return {"z": z, "p_value": p_values, "p_bonferroni": bonferroni, "q_value": fdr}


def _compared(heads: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Return the rows of one control in the table of controls, without its name."""
    share = heads["alignment"].to_numpy()
    columns = {
        "expected": evidence.expected,
        "lift": ratio(share, evidence.expected),
        "lift_low": ratio(evidence.low, evidence.expected),
        "lift_high": ratio(evidence.high, evidence.expected),
        **_tested(evidence, heads["supported"].to_numpy()),
    }
    return heads.with_columns(**{name: pl.Series(values) for name, values in columns.items()}).with_columns(
        pl.col(pl.Float64).fill_nan(None)
    )


def _named(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    frame = rows.with_columns(control=pl.lit(name))
    return frame.select(pl.col(column).cast(kind) for column, kind in CONTROL_TABLE_SCHEMA.items())


def _sharpest(found: dict[str, pl.DataFrame], heads: int) -> dict[str, pl.Series]:
    """Return the control of each head: the sharpest that says something of it."""
    columns = {"control": "expected", "control_lift": "lift", "control_lift_low": "lift_low"}
    columns |= {"control_lift_high": "lift_high", "control_q_value": "q_value"}
    chosen = {name: pl.Series(name, [None] * heads, dtype=pl.Float64) for name in columns}
    names = pl.Series("control_name", [None] * heads, dtype=pl.String)
    for name, rows in found.items():
        says = rows["lift_low"].is_not_null()
        names = says.replace_strict({True: name, False: None}, return_dtype=pl.String).fill_null(names)
        chosen = {new: rows[old].zip_with(says, chosen[new].alias(old)).alias(new) for new, old in columns.items()}
    return {"control_name": names, **chosen}


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
