"""What relatives there are in a dataset, in a line."""

from collections.abc import Sequence

import polars as pl

from protlens.data.copies import Copy, identity_words
from protlens.number_text import count, counted
from protlens.stats.alignment import effective_proteins

_MOST_NAMED = 8


def describe_relatives(proteins: pl.DataFrame) -> list[str]:
    """Return a line on the families among the proteins of a run that were analysed; none if the run names no clusters.

    Effective proteins are those of the residues, ``(sum of r)^2 / sum of r^2``: of the proteins, and of the families.

    Parameters
    ----------
    proteins
        See :meth:`protlens.runs.store.Run.proteins`.
    """
    if "cluster" not in proteins.columns:
        return []
    analysed = proteins.filter(pl.col("residues") > 0)
    if analysed.is_empty():
        return []
    families = analysed.group_by("cluster").agg(pl.col("residues").sum())
    methods = " and ".join(analysed["cluster_method"].unique(maintain_order=True).to_list())
    line = f"{counted(len(analysed), 'protein')} in {counted(len(families), 'family', 'families')} ({methods})"
    if len(families) == len(analysed):
        return [f"{line}: no relatives"]
    before, after = (effective_proteins(table["residues"].to_numpy()) for table in (analysed, families))
    return [
        f"{line}: their residues count as {before:,.0f} effective proteins, as {after:,.0f} if a family counts once"
    ]


def describe_copies(copies: Sequence[Copy]) -> list[str]:
    """Return a line for each chain that was kept and the copies of it that were left out."""
    beside: dict[str, list[Copy]] = {}
    for copy in copies:
        beside.setdefault(copy.kept, []).append(copy)
    return [f"left out beside {kept}: {_names(some)}" for kept, some in beside.items()]


def _names(copies: Sequence[Copy]) -> str:
    shown = [f"{copy.id} ({identity_words(copy.identity)})" for copy in copies[:_MOST_NAMED]]
    more = len(copies) - len(shown)
    return ", ".join(shown) + (f" and {count(more)} more" if more else "")
