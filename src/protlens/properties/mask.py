"""What a property is.

A user's own property is any object with these three members; it needs no registration to be passed to
:func:`protlens.analyze`.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from protlens.data.protein import Protein
from protlens.typing import Level, PairMask, ResidueMask


@dataclass(frozen=True, slots=True)
class Mask:
    """Where a property holds, and where that is known.

    Parameters
    ----------
    holds, known
        ``bool [residue]`` for a property of the attended-to residue, ``bool [query, key]`` for one of the pair.
        A place that holds is known.

    Examples
    --------
    >>> mask = protlens.AminoAcid("W").mask(protlens.Protein(id="one", sequence="MWX"))
    >>> mask.holds.tolist(), mask.known.tolist()
    ([False, True, False], [True, True, False])
    """

    holds: ResidueMask | PairMask
    known: ResidueMask | PairMask


@runtime_checkable
class Property(Protocol):
    """A yes/no fact about the attended-to residue or about the pair.

    Examples
    --------
    >>> isinstance(protlens.AminoAcid("W"), protlens.Property)
    True
    """

    @property
    def name(self) -> str:
        """The name in tables, as ``contact`` or ``secondary_structure:helix``."""

    @property
    def level(self) -> Level:
        """``residue`` or ``pair``."""

    def mask(self, protein: Protein) -> Mask | None:
        """Return where the property holds, or None if the protein carries no labels for it."""
