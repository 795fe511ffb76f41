"""One line a head, from the evidence on all of its behaviours."""

from dataclasses import dataclass

import polars as pl

from protlens.behaviour.arc_evidence import heads_with_arcs
from protlens.behaviour.behaviours import BEHAVIOURS, short_of, title_of
from protlens.number_text import bare_percent
from protlens.table_set import TableSet

UNNAMED = {"none": "no behaviour found", "unsupported": "unsupported"}
"""What is said of a head that nothing is named of; the latter has fewer arcs than any verdict of the run takes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class BehaviourTables(TableSet):
    """What each head does.

    Parameters
    ----------
    heads
        One row a head: ``layer, head, label``; ``behaviour``, the first of those that are named, or ``none`` or
        ``unsupported``; ``which``, ``family``, ``title`` and ``short`` of it, its ``share`` with ``ci_low`` and
        ``ci_high`` beside its ``baseline``; ``proteins`` or ``arcs`` behind it; ``also`` and ``other_families``, the
        others that are named, as text.
    evidence
        ``tables/behaviour.csv``: one row for each head and behaviour, named or not.

    Examples
    --------
    >>> tables = protlens.describe_heads("protlens-run", proteins=3).tables
    >>> tables.heads.height
    48
    """

    heads: pl.DataFrame
    evidence: pl.DataFrame


_NUMBERS = ("share", "ci_low", "ci_high", "baseline", "proteins", "arcs")
_PLACE = ("layer", "head", "label")


def behaviour_tables(evidence: pl.DataFrame, heads: pl.DataFrame) -> BehaviourTables:
    """Return what each head does.

    Parameters
    ----------
    evidence
        As it is stored.
    heads
        The run's table of heads.
    """
    named = evidence.filter("named").sort("layer", "head", "rank").with_columns(_names())
    others = (
        named.filter(pl.col("rank") > 1)
        .with_columns(text=pl.col("short") + " " + pl.col("share").map_elements(bare_percent, return_dtype=pl.String))
        .group_by("layer", "head", maintain_order=True)
        .agg(also=pl.col("text").str.join(", "), other_families=pl.col("family").str.join(","))
    )
    first = named.filter(rank=1).select(*_PLACE[:2], "behaviour", "which", "family", "title", "short", *_NUMBERS)
    bare = pl.when("with_arcs").then(pl.lit("none")).otherwise(pl.lit("unsupported"))
    table = (
        evidence.select(_PLACE)
        .unique(maintain_order=True)
        .join(heads_with_arcs(heads), on=["layer", "head"], how="left", maintain_order="left")
        .join(first, on=["layer", "head"], how="left", maintain_order="left")
        .join(others, on=["layer", "head"], how="left", maintain_order="left")
        .with_columns(behaviour=pl.coalesce("behaviour", bare))
        .with_columns(
            family=pl.coalesce("family", "behaviour"),
            title=pl.coalesce("title", pl.col("behaviour").replace(UNNAMED)),
            short=pl.col("short").fill_null(""),
            also=pl.col("also").fill_null(""),
            other_families=pl.col("other_families").fill_null(""),
        )
    )
    return BehaviourTables(heads=table.drop("with_arcs"), evidence=evidence)


def count_behaviours(heads: pl.DataFrame) -> pl.DataFrame:
    """Return how many heads are named first after each behaviour, with label and share of the clearest."""
    titles = {name: one.title for name, one in BEHAVIOURS.items()} | UNNAMED
    return (
        heads.sort("share", descending=True, nulls_last=True, maintain_order=True)
        .group_by(title=pl.col("behaviour").replace(titles), maintain_order=True)
        .agg(
            heads=pl.len(),
            label=pl.col("label").filter(pl.col("share").is_not_null()).first(),
            share=pl.col("share").first(),
        )
        .sort("heads", descending=True, maintain_order=True)
    )


def most_asked(evidence: pl.DataFrame) -> int:
    """Return over how many proteins attention was measured."""
    return int(evidence.filter(pl.col("arcs").is_null())["proteins"].to_numpy().max())


def _names() -> list[pl.Expr]:
    """Return the expressions that add what behaviours are called, and their families."""
    both = pl.struct("behaviour", "which")
    families = {name: str(one.family) for name, one in BEHAVIOURS.items()}
    return [
        both.map_elements(lambda row: title_of(row["behaviour"], row["which"]), return_dtype=pl.String).alias("title"),
        both.map_elements(lambda row: short_of(row["behaviour"], row["which"]), return_dtype=pl.String).alias("short"),
        pl.col("behaviour").replace_strict(families, return_dtype=pl.String).alias("family"),
    ]
