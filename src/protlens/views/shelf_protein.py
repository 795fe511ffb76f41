"""A protein that can be opened."""

from dataclasses import dataclass

from protlens.data.protein import Protein
from protlens.scene.structure import SceneStructure


@dataclass(frozen=True, slots=True, eq=False)
class ShelfProtein:
    """A protein that can be opened.

    Parameters
    ----------
    key
        Its number in the run; below zero, and never given twice, if it is not of the run.
    protein, analysed
        The protein, and how many of its residues, from the first, are given to the model.
    group
        The ids of the proteins of its structure, in order.
    structure
        What is drawn; None where that is made from the protein's own positions.
    """

    key: int
    protein: Protein
    analysed: int
    group: tuple[str, ...]
    structure: SceneStructure | None = None
