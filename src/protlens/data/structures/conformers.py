"""One conformer a residue.

Where a residue was modelled more than once, the alternative with the highest occupancy is kept, the first in the file
if several share it. The choice is made once for a residue, so that all its atoms belong together. Two residues of one
number are alternatives only if the file says so by a location, or by an occupancy between 0 and 1, or if they lie in
one place, and no bond joins them; else both stay, as where a program dropped the insertion codes.
"""

from itertools import groupby
from math import fsum

import gemmi

from protlens.data.structures.linked import are_bonded, kind_of
from protlens.data.structures.model_bounds import remove_parts

_SAME_CA = 2.0
_SAME_ATOM = 0.9


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
        remove_parts(residue, [i for i, atom in enumerate(residue) if atom.has_altloc() and atom.altloc != kept])


def _keep_one_residue(chain: gemmi.Chain) -> None:
    residues = list(chain)
    positions = [(str(residue.seqid), kind_of(residue) == "other") for residue in residues]
    dropped: list[int] = []
    for _, group in groupby(range(len(residues)), key=positions.__getitem__):
        rivals = list(group)
        while rivals:
            same = {i for i in rivals if i == rivals[0] or _are_alternatives(residues[rivals[0]], residues[i])}
            kept = max(sorted(same), key=lambda i: _mean_occupancy(residues[i]))
            dropped += same - {kept}
            rivals = [i for i in rivals if i not in same]
    remove_parts(chain, sorted(dropped))


def _are_alternatives(one: gemmi.Residue, other: gemmi.Residue) -> bool:
    if _overlap(one, other):
        return True
    if are_bonded(one, other) or are_bonded(other, one):
        return False
    said = any(atom.has_altloc() for residue in (one, other) for atom in residue)
    return said or any(0 < _mean_occupancy(residue) < 1 for residue in (one, other))


def _overlap(one: gemmi.Residue, other: gemmi.Residue) -> bool:
    left, right = one.find_atom("CA", "*"), other.find_atom("CA", "*")
    if left is not None and right is not None:
        return bool(left.pos.dist(right.pos) < _SAME_CA)
    return any(atom.pos.dist(rival.pos) < _SAME_ATOM for atom in one for rival in other)


def _mean_occupancy(residue: gemmi.Residue) -> float:
    return round(fsum(atom.occ for atom in residue) / max(len(residue), 1), 3)
