"""Covalent bonds between residues of an entry."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import gemmi
import numpy as np
from scipy.spatial import KDTree

from protlens.data.structures.linked import kind_of

ResidueKey: TypeAlias = tuple[str, str, str]
"""The author's chain, number with insertion code, and component of a residue."""

Bond: TypeAlias = tuple[ResidueKey, ResidueKey]

_GLYCOSIDIC = 2.0
_DISULFIDE = 2.5
_SLACK = 0.15
"""How much longer than the sum of the covalent radii a bond between other residues may be, in angstrom."""

_LONGEST = 2.6
_ANOMERIC = ("C1", "C2")
_SAME_PLACE = 0.9
_CLASH = 1.9
"""Two atoms of one residue nearer than this to one atom of another: it lies upon their bond, not at its end."""

_KINDS = (gemmi.ResidueKind.PYR, gemmi.ResidueKind.KET)


def residue_key(chain: str, residue: gemmi.Residue | gemmi.ResidueId) -> ResidueKey:
    """Return what identifies a residue in an entry."""
    return chain, str(residue.seqid), residue.name


def is_sugar(component: str) -> bool:
    """Whether the chemical dictionary lists a component as a pyranose or another sugar."""
    return gemmi.find_tabulated_residue(component).kind in _KINDS


def covalent_bonds(structure: gemmi.Structure) -> set[Bond]:
    """Return the bonds that the entry records (LINK, struct_conn), and those that it only shows.

    Bonds to symmetry mates are left out. Many files lack records, so bonds are measured between a residue that is no
    polymer and any other: from a sugar to another, or to N or O of an amino acid, within 2 angstrom; of two sulfurs
    within 2.5; of other atoms within 0.15 above the sum of their covalent radii. Coordination of a metal is no covalent
    bond, in records as in distances; residues with atoms in one place are alternatives, and an atom upon a bond of
    another is a clash: neither is bonded.
    """
    recorded = {
        (
            residue_key(bond.partner1.chain_name, bond.partner1.res_id),
            residue_key(bond.partner2.chain_name, bond.partner2.res_id),
        )
        for bond in structure.connections
        if bond.type == gemmi.ConnectionType.Covale and bond.asu != gemmi.Asu.Different
    }
    measured = {bond for bond in _shown(structure) if bond[::-1] not in recorded}
    return recorded | measured


def _shown(structure: gemmi.Structure) -> Iterator[Bond]:
    residues = [(residue_key(chain.name, residue), residue) for chain in structure[0] for residue in chain]
    free = [residue.entity_type != gemmi.EntityType.Polymer for _, residue in residues]
    if not any(free):
        return
    atoms = [(i, atom) for i, (_, residue) in enumerate(residues) for atom in residue if not atom.element.is_metal]
    tree = KDTree(np.array([atom.pos.tolist() for _, atom in atoms]).reshape(-1, 3))
    ours = [k for k, (i, _) in enumerate(atoms) if free[i]]
    near: dict[tuple[int, int], list[tuple[gemmi.Atom, gemmi.Atom, float]]] = {}
    reached = tree.query_ball_point([atoms[k][1].pos.tolist() for k in ours], _LONGEST) if ours else []
    for k, hits in zip(ours, reached, strict=True):
        (i, atom), others = atoms[k], (atoms[hit] for hit in hits)
        for j, other in others:
            if i != j and not (free[j] and j < i):
                near.setdefault((j, i), []).append((atom, other, atom.pos.dist(other.pos)))
    for (j, i), pairs in near.items():
        apart = min(distance for *_, distance in pairs) >= _SAME_PLACE
        if apart and not _is_clash(pairs) and any(_is_bond(residues[i][1], residues[j][1], *pair) for pair in pairs):
            yield residues[j][0], residues[i][0]


def _is_clash(pairs: Iterable[tuple[gemmi.Atom, gemmi.Atom, float]]) -> bool:
    close = [(atom.name, other.name) for atom, other, distance in pairs if distance < _CLASH]
    return any(len(set(names)) < len(names) for names in zip(*close, strict=True))


def _is_bond(one: gemmi.Residue, other: gemmi.Residue, atom: gemmi.Atom, partner: gemmi.Atom, distance: float) -> bool:
    elements = {atom.element.name, partner.element.name}
    sugars = [is_sugar(residue.name) for residue in (one, other)]
    anomeric = (sugars[0] and atom.name in _ANOMERIC) or (sugars[1] and partner.name in _ANOMERIC)
    if anomeric and (all(sugars) or kind_of(other) == "amino") and elements in ({"C", "O"}, {"C", "N"}):
        return distance <= _GLYCOSIDIC
    if elements == {"S"}:
        return distance <= _DISULFIDE
    return distance <= float(atom.element.covalent_r + partner.element.covalent_r) + _SLACK
