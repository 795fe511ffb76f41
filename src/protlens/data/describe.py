"""What labels a dataset carries."""

from collections import Counter
from dataclasses import dataclass

from protlens.data.dataset import Dataset
from protlens.data.protein import UNKNOWN


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """One track of a dataset.

    Parameters
    ----------
    name
        The track's name; coordinates are listed as ``coordinates``.
    proteins
        How many proteins carry it.
    known
        Residues for which it is known.
    symbols
        How often each character stands, as ``0: 812, 1: 44``; of a longer alphabet, how many there are.
    """

    name: str
    proteins: int
    known: int
    symbols: str


_LISTED = 10
"""Characters of a track that are listed, each with how often it stands."""


def describe_tracks(dataset: Dataset) -> list[TrackSummary]:
    """Return a summary of each track, and of the coordinates."""
    carried: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {}
    for protein in dataset:
        tracks = dict(protein.tracks)
        if protein.ca is not None:
            tracks["coordinates"] = "".join(
                UNKNOWN if missing else "x" for missing in (protein.ca != protein.ca).any(1)
            )
        for name, track in tracks.items():
            carried[name] += 1
            counts.setdefault(name, Counter()).update(track)
    return [_summary(name, carried[name], counts[name]) for name in sorted(counts)]


def _summary(name: str, proteins: int, counts: Counter[str]) -> TrackSummary:
    known = {symbol: count for symbol, count in sorted(counts.items()) if symbol != UNKNOWN}
    shown = ", ".join(f"{symbol}: {count}" for symbol, count in known.items())
    if name == "coordinates" or len(known) > _LISTED:
        shown = "" if name == "coordinates" else f"{len(known)} different ones"
    return TrackSummary(name, proteins, sum(known.values()), shown)
