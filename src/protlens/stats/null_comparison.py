"""Heads beside their nulls: how often does something without a finding reach as much?

A null run gives each of its heads an alignment and a lift as the run gave its own. A head is set beside the *best*
supported head of each null run, so that having chosen the best of many heads is accounted for, and beside all supported
heads of all null runs together.

The arcs of a run and of its nulls lie in the same proteins with as many positives, so alignments are comparable as
they are. Heads differ in how their arcs lie over these proteins, though, and with that in their background: a null head
with most arcs in a protein full of sites has a high alignment for that reason alone. The lift takes this out, and is
compared as well.

References
----------
Westfall and Young, Resampling-Based Multiple Testing (Wiley, 1993), for the best of each draw; Phipson and Smyth, Stat.
Appl. Genet. Mol. Biol. 9 (2010) 39, doi 10.2202/1544-6115.1585, for the one that is added to both counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.naming import AMINO_ACID
from protlens.stats.alignment import ratio
from protlens.stats.head_statistics import named_order

NULL_TABLE_SCHEMA = pl.Schema(
    {
        "kind": pl.String,
        "property": pl.String,
        "level": pl.String,
        "layer": pl.Int64,
        "head": pl.Int64,
        "label": pl.String,
        "supported": pl.Boolean,
        "alignment": pl.Float64,
        "lift": pl.Float64,
        "repeats": pl.Int64,
        "repeats_supported": pl.Int64,
        "null_heads": pl.Int64,
        "null_best": pl.Float64,
        "null_best_label": pl.String,
        "null_best_seed": pl.Int64,
        "p_best": pl.Float64,
        "p_pooled": pl.Float64,
        "null_best_lift": pl.Float64,
        "p_best_lift": pl.Float64,
        "p_pooled_lift": pl.Float64,
        "null_findings": pl.Int64,
        "repeats_with_findings": pl.Int64,
    }
)
"""Columns and types of the table of nulls."""

AMINO_ACID_NULL_SCHEMA = pl.Schema(
    {
        "kind": pl.String,
        "property": pl.String,
        "label": pl.String,
        "alignment": pl.Float64,
        "background": pl.Float64,
        "share": pl.Float64,
        "p_best": pl.Float64,
        "repeats": pl.Int64,
        "repeats_supported": pl.Int64,
        "null_label": pl.String,
        "null_seed": pl.Int64,
        "null_alignment": pl.Float64,
        "null_background": pl.Float64,
        "null_share": pl.Float64,
    }
)
"""Columns and types of the table of amino acids."""

_COMPARED = (("alignment", ""), ("lift", "_lift"))


@dataclass(frozen=True, slots=True)
class _Nulls:
    """The supported heads of all null runs for one property: a row each, with the ``seed`` of their run."""

    heads: pl.DataFrame
    repeats: int

    def best(self, number: str) -> pl.DataFrame:
        """Return the first of the best heads of each run that has one."""
        known = self.heads.filter(pl.col(number).is_not_null())
        return known.sort(number, descending=True, maintain_order=True).unique(
            "seed", keep="first", maintain_order=True
        )


def null_table(kind: str, heads: pl.DataFrame, nulls: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Return each head beside the heads of null runs of one kind, for the properties that these have.

    Parameters
    ----------
    kind
        Copied into the table.
    heads
        The table of heads of the run.
    nulls
        The same of each null run, by its seed; at least one, and all of the same properties.

    Returns
    -------
    pl.DataFrame
        ``alignment``, ``lift`` and ``supported`` of the head; ``repeats`` and how many of them have a supported head;
        ``null_heads``, the supported heads of all; the best of these. ``p_best`` is ``(1 + b) / (1 + r)`` over the r
        repeats with a supported head, b of which have one that reaches as much; ``p_pooled`` is the same over all null
        heads; both are null for a head without support, and where no null head has any. ``null_findings`` counts the
        null heads that would be called a finding, ``repeats_with_findings`` the repeats that have one.
    """
    properties = next(iter(nulls.values()))["property"].unique(maintain_order=True)
    parts = []
    for name in properties:
        of_runs = [table.filter(property=name).with_columns(seed=pl.lit(seed)) for seed, table in nulls.items()]
        found = _Nulls(pl.concat([one.filter("supported") for one in of_runs]), len(of_runs))
        parts.append(_beside(heads.filter(property=name), found))
    table = pl.concat(parts) if parts else NULL_TABLE_SCHEMA.to_frame(eager=True)
    return table.with_columns(kind=pl.lit(kind)).select(
        pl.col(name).cast(type_) for name, type_ in NULL_TABLE_SCHEMA.items()
    )


def _beside(heads: pl.DataFrame, nulls: _Nulls) -> pl.DataFrame:
    best = nulls.best("alignment").head(1)
    findings = nulls.heads.filter(_is_finding())
    columns = {
        "repeats": nulls.repeats,
        "repeats_supported": nulls.heads["seed"].n_unique(),
        "null_heads": len(nulls.heads),
        "null_best": best["alignment"].first() if len(best) else None,
        "null_best_label": best["label"].first() if len(best) else None,
        "null_best_seed": best["seed"].first() if len(best) else None,
        "null_best_lift": nulls.heads["lift"].max(),
        "null_findings": len(findings),
        "repeats_with_findings": findings["seed"].n_unique(),
    }
    tested = {}
    for number, ending in _COMPARED:
        values = np.where(heads["supported"], heads[number].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
        tested[f"p_best{ending}"] = empirical_p(values, nulls.best(number)[number].to_numpy())
        tested[f"p_pooled{ending}"] = empirical_p(values, nulls.heads[number].drop_nulls().to_numpy())
    constant = {name: pl.lit(value, NULL_TABLE_SCHEMA[name]) for name, value in columns.items()}
    return heads.with_columns(**constant, **{name: pl.Series(values) for name, values in tested.items()}).with_columns(
        pl.col(list(tested)).fill_nan(None)
    )


def empirical_p(
    values: Float64[np.ndarray, " head"], nulls: Float64[np.ndarray, " null"]
) -> Float64[np.ndarray, " head"]:
    """Return ``(1 + b) / (1 + n)`` for each value, b of the n null values being as high or higher; NaN without any."""
    as_high = len(nulls) - np.searchsorted(np.sort(nulls), values, side="left")
    p = ratio(1 + as_high, 1 + len(nulls))
    return np.where(np.isnan(values) | (len(nulls) == 0), np.nan, p)


def _is_finding() -> pl.Expr:
    """Return which heads of one property are findings: beyond their control, or their background if it has none."""
    alone = (pl.col("verdict") == "beyond_background") & pl.col("control").is_null().all()
    return (pl.col("verdict") == "beyond_control") | alone


def null_summary(table: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the head of each property that is named first; properties without support have none.

    Parameters
    ----------
    table
        See :func:`null_table`; of one kind or several.
    heads
        The table of heads of the run.
    """
    first = named_order(heads.filter("supported")).unique("property", keep="first", maintain_order=True)
    return table.join(first.select("property", "layer", "head"), on=["property", "layer", "head"], how="semi")


def amino_acid_null_table(beside: pl.DataFrame, heads: pl.DataFrame, nulls: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Return the head of highest alignment with each amino acid, of the run and of all null runs of one kind.

    Parameters
    ----------
    beside
        See :func:`null_table`; of one kind.
    heads, nulls
        What it was made of.

    Returns
    -------
    pl.DataFrame
        ``property`` and ``label``, ``alignment``, ``background``, ``share`` of the highest supported head of the run,
        and the same of the highest of all null runs with the ``null_seed`` of its run, null where no head has support.
        ``p_best`` is that of the head; of heads that reach as much the first is taken.
    """
    columns = ["label", "alignment", "background", "share"]
    drawn = pl.concat([table.with_columns(seed=pl.lit(seed, pl.Int64)) for seed, table in nulls.items()])
    theirs = _highest(drawn).select("property", **{f"null_{name}": pl.col(name) for name in (*columns, "seed")})
    known = beside.filter(pl.col("property").str.starts_with(AMINO_ACID))
    about = known.select("kind", "property", "repeats", "repeats_supported").unique("property", maintain_order=True)
    mine = _highest(heads).select("property", *columns)
    mine = mine.join(known.select("property", "label", "p_best"), on=["property", "label"], how="left")
    table = about.join(mine, on="property", how="left", maintain_order="left")
    table = table.join(theirs, on="property", how="left", maintain_order="left")
    return table.select(pl.col(name).cast(type_) for name, type_ in AMINO_ACID_NULL_SCHEMA.items())


def _highest(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the first of the supported heads of highest alignment of each property."""
    known = heads.filter("supported", pl.col("alignment").is_not_null())
    return known.sort("alignment", descending=True, maintain_order=True).unique("property", keep="first")
