"""Properties of a residue pair."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.spatial.distance import cdist

from protlens.data.protein import UNKNOWN, Protein, track_symbols
from protlens.properties.mask import Mask
from protlens.typing import Coordinates, Level

DISULFIDE_TRACK = "disulfide_bond"
"""The track of cysteines in a disulfide bond, and that of the annotations that name the pairs."""


def contact_points(protein: Protein, atom: Literal["CA", "CB"]) -> Coordinates | None:
    """Return the positions between which contacts are measured, None where they are not known.

    A protein whose only CB are the CA of glycines has no CB: its contacts are unknown, and can be measured between CA.
    """
    if atom == "CA" or protein.cb is None:
        return protein.ca if atom == "CA" else None
    known = ~np.isnan(protein.cb).any(axis=1)
    glycine = np.array([letter == "G" for letter in protein.sequence])
    others = ~glycine if protein.ca is None else ~glycine & ~np.isnan(protein.ca).any(axis=1)
    return None if others.any() and not (known & ~glycine).any() else protein.cb


def lacks_cb(proteins: Iterable[Protein]) -> bool:
    """Whether contacts between CB are unknown in all proteins, and contacts between CA are known in some."""
    some = False
    for protein in proteins:
        if contact_points(protein, "CB") is not None:
            return False
        some = some or protein.ca is not None
    return some


@dataclass(frozen=True, slots=True)
class Contact:
    """Two residues touch in the folded protein.

    Known for ordered pairs of resolved residues at least ``min_separation`` apart in sequence, or of two chains.

    Parameters
    ----------
    atom
        ``CB`` (CA for glycine) or ``CA``; a protein without these positions takes no part.
    cutoff
        Pairs closer than this touch, in angstrom.
    min_separation
        Smallest difference of the two positions in sequence, within a chain.

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
        points = contact_points(protein, self.atom)
        if points is None:
            return None
        points = points.astype(np.float64)
        positions, chains = np.arange(len(protein)), protein.chain_numbers
        apart = np.abs(positions[:, None] - positions) >= self.min_separation
        if protein.chain_starts:
            apart |= chains[:, None] != chains
        distances = cdist(points, points)
        known = apart & ~np.isnan(distances)
        return Mask(holds=known & (distances < self.cutoff), known=known)


@dataclass(frozen=True, slots=True)
class InterContact:
    """Two residues of different chains touch.

    Known for ordered pairs of resolved residues of two chains of a protein that :func:`protlens.join_chains` made.

    Parameters
    ----------
    atom, cutoff
        See :class:`Contact`.

    Examples
    --------
    >>> chains = protlens.Dataset("protease", protlens.read_structure("structures/7hvp.pdb.gz"))
    >>> (dimer,) = protlens.join_chains(chains)
    >>> int(protlens.InterContact().mask(dimer).holds.sum()) // 2
    143
    """

    atom: Literal["CA", "CB"] = "CB"
    cutoff: float = 8.0
    name: ClassVar[str] = "contact:inter"
    level: ClassVar[Level] = "pair"

    def mask(self, protein: Protein) -> Mask | None:
        """Return which pairs touch, None for a protein of one chain."""
        touching = Contact(self.atom, self.cutoff).mask(protein) if protein.chain_starts else None
        if touching is None:
            return None
        chains = protein.chain_numbers
        between = chains[:, None] != chains
        return Mask(holds=touching.holds & between, known=touching.known & between)


@dataclass(frozen=True, slots=True)
class Disulfide:
    """Two cysteines are joined by a disulfide bond.

    Known for all ordered pairs of two residues, but not for two cysteines of which one was not resolved: what is no
    cysteine is in no bond. Read from the annotations of the track ``disulfide_bond``, each of which names two residues.

    Examples
    --------
    >>> domain = protlens.load_dataset("antibody-mini")[0]
    >>> mask = protlens.Disulfide().mask(domain)
    >>> [domain.residue_numbers[i] for i in mask.holds.any(axis=1).nonzero()[0]]
    ['22', '92']
    """

    name: ClassVar[str] = "disulfide"
    level: ClassVar[Level] = "pair"

    def mask(self, protein: Protein) -> Mask | None:
        """Return which pairs are bonded, None for a protein without the track ``disulfide_bond``."""
        track = protein.tracks.get(DISULFIDE_TRACK)
        if track is None:
            return None
        holds = np.zeros((len(protein), len(protein)), dtype=bool)
        for note in protein.annotations:
            # A pair of which one residue was cut off is no pair within the chain.
            if note.track == DISULFIDE_TRACK and len(note.residues) == 2:
                one, other = note.residues
                holds[one, other] = holds[other, one] = True
        cysteine = track_symbols(protein.sequence) == b"C"
        unseen = cysteine & (track_symbols(track) == UNKNOWN.encode())
        known = ~((unseen[:, None] & cysteine) | (cysteine[:, None] & unseen))
        np.fill_diagonal(known, val=False)
        return Mask(holds=holds & known, known=known)
