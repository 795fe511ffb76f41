"""Where arcs start and end: on the side chain of a residue, as far as its atoms are there."""

from collections.abc import Iterable

import gemmi
import numpy as np

from protlens.typing import Coordinates

BACKBONE = frozenset({"N", "CA", "C", "O", "OXT"})


def arc_ends(residues: Iterable[gemmi.Residue | None]) -> Coordinates:
    """Return the centre of the heavy atoms of each side chain; the CA where there are none, as in glycine.

    Parameters
    ----------
    residues
        Those of a chain; None, and a residue without a CA, has no place.

    Examples
    --------
    >>> arc_ends([None]).tolist()
    [[nan, nan, nan]]
    """
    return np.array([_end(residue) for residue in residues], dtype=np.float32).reshape(-1, 3)


def _end(residue: gemmi.Residue | None) -> list[float]:
    trace = None if residue is None else residue.find_atom("CA", "*")
    if residue is None or trace is None:
        return [np.nan] * 3
    heavy = [atom for atom in residue if not atom.is_hydrogen() and atom.name not in BACKBONE] or [trace]
    return list(np.mean([atom.pos.tolist() for atom in heavy], axis=0))
