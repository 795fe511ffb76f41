"""Properties of a residue pair."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.spatial.distance import cdist

from protlens.data.protein import Protein
from protlens.properties.mask import Mask
from protlens.typing import Level


@dataclass(frozen=True, slots=True)
class Contact:
    """Two residues touch in the folded protein.

    Known for ordered pairs of resolved residues at least ``min_separation`` apart in sequence.

    Parameters
    ----------
    atom
        ``CB`` (CA for glycine) or ``CA``; a protein without these positions takes no part.
    cutoff
        Pairs closer than this touch, in angstrom.
    min_separation
        Smallest difference of the two positions in sequence.

    Examples
    --------
    >>> protein = protlens.load_dataset("pdb-mini")[0]
    >>> protlens.Contact().mask(protein).holds.shape == (len(protein), len(protein))
    True
    """

    atom: Literal["CA", "CB"] = "CB"
    cutoff: float = 8.0
    min_separation: int = 6
    name: ClassVar[str] = "contact"
    level: ClassVar[Level] = "pair"

    def mask(self, protein: Protein) -> Mask | None:
        """Return which pairs touch."""
        points = protein.cb if self.atom == "CB" else protein.ca
        if points is None:
            return None
        points = points.astype(np.float64)
        positions = np.arange(len(protein))
        apart = np.abs(positions[:, None] - positions) >= self.min_separation
        distances = cdist(points, points)
        known = apart & ~np.isnan(distances)
        return Mask(holds=known & (distances < self.cutoff), known=known)
