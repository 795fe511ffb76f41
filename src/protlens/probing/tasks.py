"""What residue probes are asked to tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from protlens.data.protein import Protein
from protlens.properties.mask import Property

NOT_KNOWN = -1
"""The label of a residue that takes no part."""

_FOUR_CLASSES = "secondary_structure"


@dataclass(frozen=True, slots=True)
class ResidueTask:
    """One question on single residues.

    Parameters
    ----------
    name
        As it stands in tables.
    properties
        One property asks whether it holds; several, which of them does.
    """

    name: str
    properties: tuple[Property, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the labels 0, 1 and so on."""
        if len(self.properties) == 1:
            return ("no", "yes")
        return tuple(prop.name.partition(":")[2] or prop.name for prop in self.properties)

    def labels(self, protein: Protein) -> Int64[np.ndarray, " residue"]:
        """Return the label of each residue, ``NOT_KNOWN`` where there is none.

        Of several properties exactly one must hold for a residue to have a label.
        """
        masks = [prop.mask(protein) for prop in self.properties]
        labels = np.full(len(protein), NOT_KNOWN, np.int64)
        if any(mask is None for mask in masks):
            return labels
        holds = np.stack([mask.holds for mask in masks if mask is not None])
        known = np.all([mask.known for mask in masks if mask is not None], axis=0)
        if len(masks) == 1:
            return np.where(known, holds[0], labels)
        return np.where(known & (holds.sum(axis=0) == 1), holds.argmax(axis=0), labels)


def residue_tasks(properties: Sequence[Property]) -> list[ResidueTask]:
    """Return a task for each property of the residue, and one for the four classes of secondary structure.

    Parameters
    ----------
    properties
        Those of the pair are passed over.
    """
    single = [prop for prop in properties if prop.level == "residue"]
    classes = tuple(prop for prop in single if prop.name.startswith(f"{_FOUR_CLASSES}:"))
    together = [ResidueTask(_FOUR_CLASSES, classes)] if len(classes) > 2 else []
    return together + [ResidueTask(prop.name, (prop,)) for prop in single]
