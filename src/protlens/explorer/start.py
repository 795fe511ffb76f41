"""What is shown first: a property, its best head, and a protein on which that head has much to show."""

from collections.abc import Callable

import numpy as np
import polars as pl

from protlens.data.protein import Protein
from protlens.explorer.schema import Heads, PropertyEntry, ProteinEntry
from protlens.runs.store import Run
from protlens.stats.head_statistics import named_order, top_heads

MODERATE = range(60, 301)
"""Residues of a protein that is neither trivial nor crowded."""

COMPACT = 1.15
"""How many times the radius of gyration of a globular protein of its length a compact one has at most."""

_LOOKED_AT = 12
"""Of the proteins with most arcs that hit, so many are looked at for one that is compact."""

_FIRST = "contact"
_PLAIN = "amino_acid:"


def start_property(properties: list[PropertyEntry], heads: pl.DataFrame | None = None) -> str:
    """Return a property with a finding: contact, if a head is beyond its control for it, else another.

    Of the others that whose best head is named first, amino acids last. Where nothing is beyond its control, contact
    if a head has enough arcs for it, else the first property of which one has, else the first.

    Parameters
    ----------
    properties
        Those of the run.
    heads
        The stored table of all heads and properties, if there is one.
    """
    found: list[str] = (
        [] if heads is None else named_order(heads.filter(verdict="beyond_control"))["property"].to_list()
    )
    if found:
        return min(found, key=lambda name: (name != _FIRST, name.startswith(_PLAIN)))
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


def is_compact(protein: Protein) -> bool:
    """Return whether a protein is about as compact as globular ones of its length.

    Their radius of gyration is 2.2 N^0.38 angstrom for N residues (Skolnick et al. 1997, J. Mol. Biol. 265, 217).
    """
    if protein.ca is None:
        return False
    points = protein.ca[np.isfinite(protein.ca).all(axis=1)].astype(np.float64)
    if not len(points):
        return False
    radius = np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean())
    return bool(radius <= COMPACT * 2.2 * len(points) ** 0.38)


def start_protein(
    run: Run,
    entries: list[ProteinEntry],
    place: tuple[int, int],
    name: str,
    *,
    compact: Callable[[str], bool] = lambda _: True,
) -> str | None:
    """Return the protein of the run on which most arcs of a head hit a property, of those that are best to look at.

    These carry the label, have coordinates and a moderate length, were not cut, and are compact; of equal ones that
    with most arcs. If none of the entries is of the run, the first is taken.

    Parameters
    ----------
    run, entries
        The run, and the proteins to choose from.
    place
        Layer and head, zero-based.
    name
        The property.
    compact
        From the id of a protein to whether it is compact; asked of a few.
    """
    rows = {row["id"]: row for row in run.proteins().filter(pl.col("status") != "skipped").iter_rows(named=True)}
    arcs, hits, holding = run.arc_counts(*place), run.hit_counts(name, *place), run.proteins_with(name)

    def shown(entry: ProteinEntry) -> tuple[bool, ...]:
        row = rows[entry["id"]]
        labelled = hits[row["protein"]] > 0 or row["protein"] in holding
        return labelled, entry["placed"], entry["residues"] in MODERATE, row["status"] == "analysed"

    def merit(entry: ProteinEntry) -> tuple[tuple[bool, ...], int, int]:
        number = rows[entry["id"]]["protein"]
        return shown(entry), hits[number], arcs[number]

    ranked = sorted((entry for entry in entries if entry["id"] in rows), key=merit, reverse=True)
    if not ranked:
        return entries[0]["id"] if entries else None
    good, most, _ = merit(ranked[0])
    alike = [one["id"] for one in ranked[:_LOOKED_AT] if shown(one) == good and 2 * merit(one)[1] >= most]
    return next(filter(compact, alike), ranked[0]["id"])
