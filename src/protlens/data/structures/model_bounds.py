"""What a model may hold, checked before work is done that grows faster than it.

Chains are parted, alternatives compared and neighbours found in time that grows with the square of what shares a
residue, a number or a place. No real entry comes near these bounds.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

import gemmi
import numpy as np

from protlens.errors import FileFormatError

MAX_ATOMS = 5_000_000
MAX_COMPONENTS = 500_000
"""Residues, ligands and ions of a model without its water."""

MAX_CHAINS = 5_000
"""Chains, and molecules that share a name, of a model."""

MAX_ATOMS_OF_ONE = 10_000
"""Atoms of one component."""

MAX_COMPARISONS = 20_000_000
"""Pairs of atoms, of residues of one number, that are compared in a model."""

_CELL = 4.0
_PAIRS_PER_ATOM, _FREE_PAIRS = 50, 1_000_000
_MOST_MOVES = 1_000_000_000


def check_model(model: gemmi.Model) -> None:
    """Raise FileFormatError if a model holds more than is read.

    Parameters
    ----------
    model
        Without water and hydrogen.
    """
    if len(model) > MAX_CHAINS:
        raise FileFormatError(f"more than {MAX_CHAINS} chains")
    sizes = [[len(residue) for residue in chain] for chain in model]
    if sum(map(len, sizes)) > MAX_COMPONENTS:
        raise FileFormatError(f"more than {MAX_COMPONENTS} residues, ligands and ions")
    if sum(map(sum, sizes)) > MAX_ATOMS:
        raise FileFormatError(f"more than {MAX_ATOMS} atoms")
    if max(map(max, filter(None, sizes)), default=0) > MAX_ATOMS_OF_ONE:
        raise FileFormatError(f"a residue of more than {MAX_ATOMS_OF_ONE} atoms")
    if sum(_comparisons(chain, atoms) for chain, atoms in zip(model, sizes, strict=True)) > MAX_COMPARISONS:
        raise FileFormatError("more residues of one number than can be compared")


def _comparisons(chain: gemmi.Chain, sizes: Sequence[int]) -> int:
    """Return how many pairs of atoms belong to two residues that follow one another under one number."""
    numbers = [(residue.seqid.num, residue.seqid.icode) for residue in chain]
    total = 0
    for _, group in groupby(range(len(numbers)), key=numbers.__getitem__):
        atoms = [sizes[index] for index in group]
        total += sum(atoms) ** 2 - sum(size**2 for size in atoms)
    return total


def check_density(model: gemmi.Model) -> None:
    """Raise FileFormatError if far more atoms share a place than can.

    Parameters
    ----------
    model
        With one conformer a residue, and coordinates that are finite.
    """
    places = np.array([atom.pos.tolist() for chain in model for residue in chain for atom in residue])
    if len(places):
        cells = np.floor(places / _CELL).astype(np.int64)
        _, counts = np.unique(cells, axis=0, return_counts=True)
        if int((counts**2).sum()) > _FREE_PAIRS + _PAIRS_PER_ATOM * len(places):
            raise FileFormatError("more atoms in one place than there can be")


def remove_parts(parts: gemmi.Chain | gemmi.Residue, indices: Sequence[int]) -> None:
    """Remove residues from a chain, or atoms from a residue, by their ascending places.

    What follows each stretch of them moves up, so that many stretches in a long chain would take hours.

    Raises
    ------
    FileFormatError
        If they lie in too many stretches.
    """
    begins = [at for at, index in enumerate(indices) if at == 0 or indices[at - 1] != index - 1]
    if len(begins) * len(parts) > _MOST_MOVES:
        raise FileFormatError(f"water, copies or alternatives in {len(begins)} places of one chain")
    for begin, end in reversed(list(pairwise([*begins, len(indices)]))):
        del parts[indices[begin] : indices[end - 1] + 1]
