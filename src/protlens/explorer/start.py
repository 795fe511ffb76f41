"""What is shown first: a property, its best head, and a protein on which that head has much to show."""

import polars as pl

from protlens.explorer.schema import Heads, PropertyEntry, ProteinEntry
from protlens.runs.store import Run
from protlens.stats.head_statistics import top_heads

MODERATE = range(60, 301)
"""Residues of a protein that is neither trivial nor crowded."""

_FIRST = "contact"


def start_property(properties: list[PropertyEntry]) -> str:
    """Return contact if a head has enough arcs for it, else the first property of which one has, else the first."""
    supported = [entry["name"] for entry in properties if entry["supported"]]
    names = supported or [entry["name"] for entry in properties]
    return _FIRST if _FIRST in names else names[0]


def best_head(heads: Heads) -> str | None:
    """Return the label of the best of the top heads, None if no head has enough arcs."""
    best = top_heads(pl.DataFrame(heads["columns"]).with_columns(property=pl.lit(heads["property"])))
    return str(best["label"][0]) if best.height else None


def start_head(heads: Heads) -> str:
    """Return the label of the best of the top heads; of that with most arcs, if none has enough."""
    arcs = heads["columns"]["arcs"]
    return best_head(heads) or heads["columns"]["label"][arcs.index(max(arcs))]


def start_protein(run: Run, entries: list[ProteinEntry], place: tuple[int, int], name: str) -> str | None:
    """Return the protein of the run on which most arcs of a head hit a property, of those that are best to look at.

    These have coordinates, a moderate length, and were not cut; of equal ones that with most arcs. If none of the
    entries is of the run, the first is taken.

    Parameters
    ----------
    run, entries
        The run, and the proteins to choose from.
    place
        Layer and head, zero-based.
    name
        The property.
    """
    rows = {row["id"]: row for row in run.proteins().filter(pl.col("status") != "skipped").iter_rows(named=True)}
    arcs, hits = run.arc_counts(*place), run.hit_counts(name, *place)

    def merit(entry: ProteinEntry) -> tuple[bool, bool, bool, int, int]:
        row = rows[entry["id"]]
        shown = entry["placed"], entry["residues"] in MODERATE, row["status"] == "analysed"
        return *shown, hits[row["protein"]], arcs[row["protein"]]

    of_run = [entry for entry in entries if entry["id"] in rows]
    best = max(of_run, key=merit) if of_run else next(iter(entries), None)
    return None if best is None else best["id"]
