"""The chains of a biological assembly: copies of those of the entry, moved by its operators."""

from collections.abc import Sequence
from dataclasses import replace

import gemmi
import numpy as np

from protlens.data.protein import Protein
from protlens.data.structures.polymer import Polymer
from protlens.errors import FileFormatError, explain
from protlens.typing import Coordinates


def assemble(
    structure: gemmi.Structure, name: str, chains: Sequence[tuple[Polymer, Protein]], *, most: int
) -> list[Protein]:
    """Return the protein chains of an assembly, the copies of a chain one after the other: ``A``, ``A-2``.

    What is known of a chain, as its secondary structure and its sites, is known of its copies.

    Parameters
    ----------
    structure
        What the file tells of assemblies: its own, by the names or the parts of chains.
    name
        Of the assembly, as ``1``.
    chains
        The chains of the entry.
    most
        Residues of all copies together.

    Raises
    ------
    FileFormatError
        If there is no such assembly, it holds none of these chains, or more residues than allowed.
    """
    told = {one.name: one for one in structure.assemblies}
    if name not in told:
        found = "the file tells of no such assembly"
        raise FileFormatError(explain(f"assembly {name!r}", found=found, allowed=list(told) or None))
    copies: list[Protein] = []
    for polymer, protein in chains:
        parts = {residue.subchain for _, residue in polymer.resolved()}
        operators = [
            operator
            for generator in told[name].generators
            if protein.chain in generator.chains or not parts.isdisjoint(generator.subchains)
            for operator in generator.operators
        ]
        if sum(map(len, copies)) + len(protein) * len(operators) > most:
            raise FileFormatError(explain(f"assembly {name!r}", found="too large", allowed=f"at most {most} residues"))
        copies += [_copy(protein, operator.transform, number) for number, operator in enumerate(operators, start=1)]
    if not copies:
        raise FileFormatError(explain(f"assembly {name!r}", found="none of the protein chains"))
    return copies


def _copy(protein: Protein, moved: gemmi.Transform, number: int) -> Protein:
    """Return a moved chain; copies after the first have a number."""
    copy = replace(protein, ca=_moved(protein.ca, moved), cb=_moved(protein.cb, moved))
    return copy if number == 1 else replace(copy, id=f"{copy.id}-{number}", chain=f"{copy.chain}-{number}")


def _moved(points: Coordinates | None, transform: gemmi.Transform) -> Coordinates | None:
    if points is None:
        return None
    turned = points.astype(np.float64) @ np.array(transform.mat.tolist()).T + np.array(transform.vec.tolist())
    return np.asarray(turned, np.float32)
