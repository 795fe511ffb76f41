"""One conformer a residue.

Where a residue was modelled more than once, the alternative with the highest occupancy is kept, the first in the file
if several share it. The choice is made once for a residue, so that all its atoms belong together.
"""

from itertools import groupby
from math import fsum

import gemmi


def keep_one_conformer(model: gemmi.Model) -> None:
    """Remove all alternative locations but one from each residue, and all residues but one from each position.

    Two residues of different names at one position (microheterogeneity) are alternatives as well.
    """
    for chain in model:
        for residue in chain:
            _keep_one_location(residue)
        _keep_one_residue(chain)


def _keep_one_location(residue: gemmi.Residue) -> None:
    occupancies: dict[str, list[float]] = {}
    for atom in residue:
        if atom.has_altloc():
            occupancies.setdefault(atom.altloc, []).append(atom.occ)
    if len(occupancies) > 1:
        kept = max(occupancies, key=lambda label: round(fsum(occupancies[label]), 3))
        _delete(residue, [i for i, atom in enumerate(residue) if atom.has_altloc() and atom.altloc != kept])


def _keep_one_residue(chain: gemmi.Chain) -> None:
    residues = list(chain)
    positions = [(str(residue.seqid), residue.entity_type) for residue in residues]
    dropped = []
    for _, group in groupby(range(len(residues)), key=positions.__getitem__):
        rivals = list(group)
        kept = max(rivals, key=lambda i: _mean_occupancy(residues[i]))
        dropped += [i for i in rivals if i != kept]
    _delete(chain, dropped)


def _mean_occupancy(residue: gemmi.Residue) -> float:
    return round(fsum(atom.occ for atom in residue) / max(len(residue), 1), 3)


def _delete(parts: gemmi.Residue | gemmi.Chain, indices: list[int]) -> None:
    for index in reversed(indices):
        del parts[index]
