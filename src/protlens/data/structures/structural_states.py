"""Foldseek's structural state of each residue, one of twenty (3Di), as models of sequence and structure read it.

References
----------
van Kempen et al., Nat. Biotechnol. 42 (2024) 243, doi 10.1038/s41587-023-01773-0 (the states); mini3di computes them.
"""

import mini3di
import numpy as np

from protlens.data.protein import UNKNOWN
from protlens.data.structures.polymer import Polymer

LONGEST = 5000
"""Resolved residues of a chain up to which states are computed; they take memory with the square of these."""

_ATOMS = ("CA", "CB", "N", "C")


def structural_states(polymer: Polymer) -> str | None:
    """Return the state of each residue, ``?`` where CA is not resolved; None for a chain that is too long or has none.

    As Foldseek does, the resolved residues are taken for neighbours of each other whatever is missing between them,
    and those that have no state of their own, as the ends of a chain, get ``d``.
    """
    resolved = [(i, residue) for i, residue in polymer.resolved() if residue.find_atom("CA", "*") is not None]
    if not 3 <= len(resolved) <= LONGEST:
        return None
    points = np.full((len(_ATOMS), len(resolved), 3), np.nan, np.float32)
    for row, (_, residue) in enumerate(resolved):
        for kind, name in enumerate(_ATOMS):
            if (atom := residue.find_atom(name, "*")) is not None:
                points[kind, row] = atom.pos.tolist()
    if np.isnan(points[2:]).any(axis=(1, 2)).all():  # a model of CA alone
        return None
    encoder = mini3di.Encoder()
    found = encoder.build_sequence(encoder.encode_atoms(*points)).lower()
    states = [UNKNOWN] * len(polymer.sequence)
    for (i, _), state in zip(resolved, found, strict=True):
        states[i] = state
    return "".join(states)
