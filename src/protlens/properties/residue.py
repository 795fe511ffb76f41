"""Properties of the attended-to residue."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from protlens.data.protein import AMBIGUOUS, UNKNOWN, Protein, track_symbols
from protlens.properties.mask import Mask
from protlens.typing import Level


@dataclass(frozen=True, slots=True)
class TrackProperty:
    """The residue's track shows one of the given characters.

    Parameters
    ----------
    name
        The name in tables.
    track
        The track that is read; a protein without it takes no part.
    symbols
        The characters for which the property holds.

    Examples
    --------
    >>> helix = protlens.TrackProperty("alpha_helix", "dssp", "H")
    >>> helix.mask(protlens.Protein(id="one", sequence="MKTA", tracks={"dssp": "CHH?"})).holds.tolist()
    [False, True, True, False]
    """

    name: str
    track: str
    symbols: str = "1"
    level: ClassVar[Level] = "residue"

    def mask(self, protein: Protein) -> Mask | None:
        """Return where the track shows one of the characters; it is not known where the track says ``?``."""
        track = protein.tracks.get(self.track)
        return None if track is None else _mask(track, self.symbols, UNKNOWN)


@dataclass(frozen=True, slots=True)
class AminoAcid:
    """The residue is a given amino acid; it is not known for the ambiguous letters B, J, X and Z.

    Examples
    --------
    >>> protlens.AminoAcid("W").name
    'amino_acid:W'
    """

    letter: str
    level: ClassVar[Level] = "residue"

    @property
    def name(self) -> str:
        """``amino_acid:C`` for cysteine."""
        return f"amino_acid:{self.letter}"

    def mask(self, protein: Protein) -> Mask:
        """Return where the amino acid stands."""
        return _mask(protein.sequence, self.letter, AMBIGUOUS)


def _mask(track: str, symbols: str, unknown: str) -> Mask:
    values = track_symbols(track)
    return Mask(holds=np.isin(values, track_symbols(symbols)), known=~np.isin(values, track_symbols(unknown)))
