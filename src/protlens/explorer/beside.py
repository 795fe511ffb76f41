"""What other commands have left in a run about each head: what it does, and how far its null runs come."""

from typing import Any

import polars as pl

from protlens.behaviour.behaviour_summary import UNNAMED, behaviour_tables
from protlens.behaviour.stored import stored_evidence
from protlens.number_text import bare_percent
from protlens.runs.format import NULL_TABLE
from protlens.runs.store import Run
from protlens.stats.null_comparison import NULL_TABLE_SCHEMA
from protlens.stats.run_tables import stored_table
from protlens.typing import Mode

PLACE = ["layer", "head"]


def beside_heads(run: Run, heads: pl.DataFrame, *, name: str, mode: Mode) -> pl.DataFrame:
    """Return one row for each head of a table of one property: ``does, null_kind, null_repeats, null_best, null_p``.

    ``does`` is empty where ``protlens heads`` was not run, or names nothing; the nulls are those of the kind that comes
    closest to the head, null where there are none.

    Parameters
    ----------
    run, heads
        A finished run, and its table of heads for the property.
    name, mode
        The property, and the mode of the table.
    """
    places = heads.select(pl.col(PLACE).cast(pl.Int64))
    told = places.join(_behaviours(run, heads), on=PLACE, how="left", maintain_order="left")
    told = told.join(_nulls(run, name, mode), on=PLACE, how="left", maintain_order="left")
    return told.with_columns(pl.col("does").fill_null("")).drop(PLACE)


def _behaviours(run: Run, heads: pl.DataFrame) -> pl.DataFrame:
    kept = stored_evidence(run)
    if kept is None:
        return pl.DataFrame(schema={"layer": pl.Int64, "head": pl.Int64, "does": pl.String})
    named = behaviour_tables(kept.table, heads).heads.filter(~pl.col("behaviour").is_in(list(UNNAMED)))
    said = [_said(row) for row in named.iter_rows(named=True)]
    return named.select(pl.col(PLACE).cast(pl.Int64)).with_columns(does=pl.Series(said, dtype=pl.String))


def _said(row: dict[str, Any]) -> str:
    also = f", also {row['also']}" if row["also"] else ""
    return f"{row['title']} ({bare_percent(row['share'])} %){also}"


def _nulls(run: Run, name: str, mode: Mode) -> pl.DataFrame:
    chosen = {"null_kind": "kind", "null_repeats": "repeats", "null_best": "null_best", "null_p": "p_best"}
    stored = stored_table(run, NULL_TABLE, NULL_TABLE_SCHEMA) if mode == run.mode else None
    table = NULL_TABLE_SCHEMA.to_frame(eager=True) if stored is None else stored
    closest = table.filter(pl.col("p_best").is_not_null(), property=name).sort("p_best", descending=True)
    first = closest.unique(PLACE, keep="first", maintain_order=True)
    return first.select(*PLACE, **{new: pl.col(old) for new, old in chosen.items()})
