"""Secondary structure by DSSP.

Kabsch and Sander, 1983, doi:10.1002/bip.360221211, as implemented in MDTraj after DSSP 2.2. All chains of the entry
are seen together, as bridges between chains make strands.
"""

from collections.abc import Sequence

import gemmi
import mdtraj
import numpy as np

from protlens.data.protein import UNKNOWN
from protlens.data.structures.polymer import Polymer

_BACKBONE = ("N", "CA", "C", "O")
_BREAK = 2.5
"""The longest bond from C to N, in angstrom, over which DSSP sees a chain go on."""


def secondary_structure(polymers: Sequence[Polymer]) -> list[str]:
    """Return the eight states ``H G I E B S T`` and ``C`` for none, one string for each chain.

    A residue that lacks one of N, CA, C and O is unknown, ``?``.
    """
    states = [[UNKNOWN] * len(polymer.sequence) for polymer in polymers]
    complete = [
        (chain, position, residue.name, backbone)
        for chain, polymer in enumerate(polymers)
        for position, residue in polymer.resolved()
        if (backbone := _backbone(residue)) is not None
    ]
    if complete:
        for (chain, position, _, _), state in zip(complete, _dssp(complete), strict=True):
            states[chain][position] = "C" if state == " " else state
    return ["".join(chain) for chain in states]


def _backbone(residue: gemmi.Residue) -> np.ndarray | None:
    atoms = [residue.find_atom(name, "*") for name in _BACKBONE]
    return None if None in atoms else np.array([atom.pos.tolist() for atom in atoms])


def _dssp(residues: Sequence[tuple[int, int, str, np.ndarray]]) -> list[str]:
    topology = mdtraj.Topology()
    elements = [mdtraj.element.get_by_symbol(name[0]) for name in _BACKBONE]
    before = None
    for chain, _, name, backbone in residues:
        if before is None or before[0] != chain or np.linalg.norm(backbone[0] - before[1]) > _BREAK:
            fragment = topology.add_chain()
        added = topology.add_residue(name, fragment)
        for atom, element in zip(_BACKBONE, elements, strict=True):
            topology.add_atom(atom, element, added)
        before = chain, backbone[2]
    nanometres = np.concatenate([backbone for *_, backbone in residues])[None] / 10
    trajectory = mdtraj.Trajectory(nanometres.astype(np.float32), topology)
    return [str(state) for state in mdtraj.compute_dssp(trajectory, simplified=False)[0]]
