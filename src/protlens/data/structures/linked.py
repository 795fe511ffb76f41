"""What a residue is made of, and whether it is bound to the next one along a chain.

The components decide, not the records around them: an amino acid is known by its name or by its backbone, a nucleotide
by its name.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import gemmi

from protlens.data.structures.model_bounds import remove_parts

Kind: TypeAlias = Literal["amino", "nucleic", "other"]

PEPTIDE_BOND = 2.5
"""The longest distance of C and N, in angstrom, over which a chain goes on."""

_CA_TO_CA = 4.5
_O_TO_P = 2.5
_P_TO_P = 8.0
_CAP_BOND = 1.8
_BACKBONE_BOND = 2.0
_LAST_OXYGENS = ("OXT", "OT1", "OT2", "OC1", "OC2")


def kind_of(residue: gemmi.Residue) -> Kind:
    """Return what a residue is by its component, and by its backbone if the dictionary does not know it."""
    known = gemmi.find_tabulated_residue(residue.name)
    if known.is_nucleic_acid():
        return "nucleic"
    if known.is_amino_acid():
        return "amino"
    bonds = _near(residue, "N", residue, "CA", _BACKBONE_BOND), _near(residue, "CA", residue, "C", _BACKBONE_BOND)
    return "amino" if all(bonds) else "other"


def are_bonded(before: gemmi.Residue, after: gemmi.Residue) -> bool:
    """Whether a peptide bond, or one of a nucleic acid, joins two residues.

    Where C or N is not there, as in models of CA alone, two CA within 4.5 angstrom are joined.
    """
    if _has(before, "C") and _has(after, "N"):
        return _near(before, "C", after, "N", PEPTIDE_BOND)
    if _has(before, "CA") and _has(after, "CA"):
        return _near(before, "CA", after, "CA", _CA_TO_CA)
    if _has(before, "O3'") and _has(after, "P"):
        return _near(before, "O3'", after, "P", _O_TO_P)
    if _has(before, "O3*") and _has(after, "P"):
        return _near(before, "O3*", after, "P", _O_TO_P)
    return _near(before, "P", after, "P", _P_TO_P)


def is_closing(group: gemmi.Residue, residue: gemmi.Residue) -> bool:
    """Whether what is no amino acid is bound to the backbone of one: a closing group, or a chromophore."""
    carbons = [atom for atom in group if atom.element.name == "C"]
    nitrogens = [atom for atom in group if atom.element.name == "N"]
    return _any_near(nitrogens, residue, "C") or _any_near(carbons, residue, "N")


def ends_chain(residue: gemmi.Residue) -> bool:
    """Whether a residue bears the second oxygen of a chain's end."""
    return any(_has(residue, name) for name in _LAST_OXYGENS)


def distance(before: gemmi.Residue, after: gemmi.Residue) -> float | None:
    """Return how far apart two residues are along the backbone, in angstrom; None if that cannot be measured."""
    for one, other in (("C", "N"), ("CA", "CA"), ("O3'", "P"), ("P", "P")):
        left, right = before.find_atom(one, "*"), after.find_atom(other, "*")
        if left is not None and right is not None:
            return float(left.pos.dist(right.pos))
    return None


def _has(residue: gemmi.Residue, name: str) -> bool:
    return residue.find_atom(name, "*") is not None


def _near(one: gemmi.Residue, first: str, other: gemmi.Residue, second: str, limit: float) -> bool:
    left, right = one.find_atom(first, "*"), other.find_atom(second, "*")
    return left is not None and right is not None and bool(left.pos.dist(right.pos) <= limit)


def _any_near(atoms: Iterable[gemmi.Atom], residue: gemmi.Residue, name: str) -> bool:
    end = residue.find_atom(name, "*")
    return end is not None and any(atom.pos.dist(end.pos) <= _CAP_BOND for atom in atoms)


def remove_shared_points(model: gemmi.Model) -> None:
    """Remove the atoms of amino acids and nucleotides that lie in exactly one point with those of other residues.

    Programs put atoms that they could not place into one point; it is no coordinate of any of them.
    """
    owners: dict[tuple[float, ...], set[int]] = {}
    polymers = [
        (place, residue)
        for number, chain in enumerate(model)
        for place, residue in enumerate(chain, number << 32)
        if kind_of(residue) != "other"
    ]
    for place, residue in polymers:
        for atom in residue:
            owners.setdefault(tuple(atom.pos.tolist()), set()).add(place)
    shared = {point for point, places in owners.items() if len(places) > 1}
    for _, residue in polymers if shared else ():
        remove_parts(residue, [i for i, atom in enumerate(residue) if tuple(atom.pos.tolist()) in shared])
