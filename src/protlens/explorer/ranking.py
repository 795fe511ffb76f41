"""Which proteins of a run show most of what a head does."""

from protlens.explorer.schema import ProteinEntry
from protlens.runs.store import Run


def ranked_entries(
    run: Run, entries: list[ProteinEntry], name: str, place: tuple[int, int] | None, *, labelled: bool
) -> list[ProteinEntry]:
    """Return entries with what a head does on each, those with most arcs that hold first.

    Entries that are not of the run stay where they are, before all others: nothing was counted on them.

    Parameters
    ----------
    run, entries
        A finished run, and proteins of it or added to it.
    name, place
        The property, and layer and head, zero-based; without a head nothing is counted, and the order stays.
    labelled
        Leave out the proteins of the run in which the property holds nowhere.
    """
    numbers = dict(run.proteins().select("id", "protein").iter_rows())
    kept = entries
    if labelled:
        holding = run.proteins_with(name)
        kept = [entry for entry in entries if numbers.get(entry["id"]) in {None, *holding}]
    if place is None:
        return kept
    arcs, hits = run.arc_counts(*place), run.hit_counts(name, *place)
    added = [entry for entry in kept if numbers.get(entry["id"]) not in arcs]
    counted: list[ProteinEntry] = [
        {**entry, "arcs": arcs[number], "hits": hits[number]}
        for entry in kept
        if (number := numbers.get(entry["id"])) in arcs
    ]
    return added + sorted(counted, key=lambda entry: (entry["hits"], entry["arcs"]), reverse=True)
