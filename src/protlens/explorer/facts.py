"""Where the properties of a run hold in one protein."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int32

from protlens.explorer.library import LibraryProtein
from protlens.properties.mask import Mask, Property
from protlens.properties.pair import Contact, contact_points
from protlens.typing import Coordinates, Level


@dataclass(frozen=True, slots=True)
class RunProperty:
    """A property class of a run; ``definition`` is None where it cannot be told from the run what it is."""

    name: str
    level: Level
    definition: Property | None


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the properties say about one protein.

    Parameters
    ----------
    shown
        The protein.
    masks
        One character a residue, ``0 1 ?``, by property of the residue.
    pairs
        By property of the pair, over the analysed residues; None where nothing is known.
    contact_points
        The atoms between which contacts are measured, in angstrom.
    """

    shown: LibraryProtein
    masks: Mapping[str, str]
    pairs: Mapping[str, Mask | None]
    contact_points: Coordinates | None

    @property
    def bytes(self) -> int:
        """About how much memory they take."""
        pairs = sum(mask.holds.nbytes + mask.known.nbytes for mask in self.pairs.values() if mask is not None)
        return pairs + sum(map(len, self.masks.values()))

    def holding(self, name: str) -> tuple[list[int], list[int]]:
        """Return query and key of all ordered pairs where a property of the pair holds."""
        mask = self.pairs[name]
        if mask is None:
            return [], []
        query, key = np.nonzero(mask.holds)
        return query.tolist(), key.tolist()

    def of_arcs(self, name: str, query: Int32[np.ndarray, " arc"], key: Int32[np.ndarray, " arc"]) -> str:
        """Return one character an arc, ``0 1 ?``, for a property of the pair."""
        mask = self.pairs[name]
        if mask is None:
            return "?" * len(query)
        return _symbols(mask.holds[query, key], mask.known[query, key])

    def distances(
        self, query: Int32[np.ndarray, " arc"], key: Int32[np.ndarray, " arc"]
    ) -> Float64[np.ndarray, " arc"]:
        """Return how far the contact atoms of each pair are apart, in angstrom, NaN where one is not resolved."""
        if self.contact_points is None:
            return np.full(len(query), np.nan)
        points = self.contact_points.astype(np.float64)
        return np.asarray(np.linalg.norm(points[query] - points[key], axis=1))


def find_facts(shown: LibraryProtein, properties: list[RunProperty]) -> Facts:
    """Look up where each property of a run holds in a protein."""
    protein, read = shown.protein, shown.protein.cut(shown.analysed)
    masks: dict[str, str] = {}
    pairs: dict[str, Mask | None] = {}
    for one in properties:
        mask = None if one.definition is None else one.definition.mask(protein if one.level == "residue" else read)
        if one.level == "pair":
            pairs[one.name] = mask
        else:
            masks[one.name] = "?" * len(protein) if mask is None else _symbols(mask.holds, mask.known)
    atoms = [one.definition.atom for one in properties if isinstance(one.definition, Contact)]
    points = contact_points(protein, "CA" if atoms[:1] == ["CA"] else "CB")
    return Facts(shown, masks, pairs, points)


def _symbols(holds: Bool[np.ndarray, " place"], known: Bool[np.ndarray, " place"]) -> str:
    return np.where(known, np.where(holds, b"1", b"0"), b"?").astype("S1").tobytes().decode("ascii")
