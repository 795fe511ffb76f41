"""Covalent bonds between residues of an entry."""

from collections.abc import Iterator
from typing import TypeAlias

import gemmi

ResidueKey: TypeAlias = tuple[str, str, str]
"""The author's chain, number with insertion code, and component of a residue."""

Bond: TypeAlias = tuple[ResidueKey, ResidueKey]

_GLYCOSIDIC = 2.0
_KINDS = (gemmi.ResidueKind.PYR, gemmi.ResidueKind.KET)


def residue_key(chain: str, residue: gemmi.Residue | gemmi.ResidueId) -> ResidueKey:
    """Return what identifies a residue in an entry."""
    return chain, str(residue.seqid), residue.name


def is_sugar(component: str) -> bool:
    """Whether the chemical dictionary lists a component as a pyranose or another sugar."""
    return gemmi.find_tabulated_residue(component).kind in _KINDS


def covalent_bonds(structure: gemmi.Structure) -> set[Bond]:
    """Return the bonds that the entry records (LINK, struct_conn), and N-glycosidic ones that it only shows.

    Bonds to symmetry mates are left out. Entries of the early years lack records; a sugar's C1 within 2 angstrom of
    ND2 of an asparagine is bound to it.
    """
    recorded = {
        (
            residue_key(bond.partner1.chain_name, bond.partner1.res_id),
            residue_key(bond.partner2.chain_name, bond.partner2.res_id),
        )
        for bond in structure.connections
        if bond.type == gemmi.ConnectionType.Covale and bond.asu != gemmi.Asu.Different
    }
    return recorded | set(_shown(structure))


def _shown(structure: gemmi.Structure) -> Iterator[Bond]:
    residues = [(chain.name, residue) for chain in structure[0] for residue in chain]
    sugars = [(chain, residue) for chain, residue in residues if is_sugar(residue.name)]
    if not sugars:
        return
    ends = [
        (residue_key(chain, residue), atom.pos)
        for chain, residue in residues
        if residue.name == "ASN" and (atom := residue.find_atom("ND2", "*")) is not None
    ]
    for chain, sugar in sugars:
        carbon = sugar.find_atom("C1", "*")
        if carbon is not None:
            bound = (key for key, position in ends if position.dist(carbon.pos) <= _GLYCOSIDIC)
            yield from ((key, residue_key(chain, sugar)) for key in bound)
