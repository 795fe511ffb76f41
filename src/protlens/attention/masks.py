"""The property masks of a batch of proteins, on the device of the model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float32, Int64, UInt8
from torch import Tensor

from protlens.data.protein import AMINO_ACIDS, APART, Protein, track_symbols
from protlens.properties.mask import Mask, Property
from protlens.runs.counts import SEPARATION_EDGES
from protlens.runs.sites import LETTERS


@dataclass(frozen=True, slots=True)
class BatchMasks:
    """Property masks, padded with zero.

    Parameters
    ----------
    labels
        One column for each property of the residue where it is known, then one where it holds. Ones and zeros.
    codes
        For each property of the pair: 0 where it is not known, 1 where it is known, 2 where it holds.
    amino_acids
        One column for each of the twenty.
    letters
        The place of each residue's amino acid in ``AMINO_ACIDS``, 20 for other letters and padding.
    chains
        The number of each residue's chain within its protein; None if no protein has several.
    """

    labels: Float32[Tensor, "batch key column"]
    codes: list[UInt8[Tensor, "batch query key"]]
    amino_acids: Float32[Tensor, "batch key amino_acid=20"]
    letters: Int64[Tensor, "batch key"]
    chains: Int64[Tensor, "batch key"] | None = None

    def separations(
        self, row: Int64[Tensor, " arc"], query: Int64[Tensor, " arc"], key: Int64[Tensor, " arc"]
    ) -> Int64[Tensor, " arc"]:
        """Return how far apart in sequence two residues of a protein are, ``APART`` if they are of two chains."""
        apart = (query - key).abs()
        if self.chains is None:
            return apart
        return torch.where(self.chains[row, query] == self.chains[row, key], apart, APART)


ProteinMasks: TypeAlias = Sequence[Sequence[Mask | None]]
"""By protein and property, as the property gave them; None where a protein carries no labels."""


def batch_masks(
    proteins: Sequence[Protein], properties: Sequence[Property], masks: ProteinMasks, device: torch.device
) -> BatchMasks:
    """Return the masks of some proteins for some properties on a device."""
    levels = [prop.level for prop in properties]
    residue, pair = ([i for i, level in enumerate(levels) if level == one] for one in ("residue", "pair"))
    longest = max(map(len, proteins))
    labels = np.zeros((len(proteins), longest, 2, len(residue)), np.float32)
    letters = np.full((len(proteins), longest), len(AMINO_ACIDS))
    for row, (protein, of_protein) in enumerate(zip(proteins, masks, strict=True)):
        letters[row, : len(protein)] = residue_strata(protein)
        for column, mask in enumerate(of_protein[i] for i in residue):
            if mask is not None:
                labels[row, : len(protein), 0, column] = mask.known
                labels[row, : len(protein), 1, column] = mask.holds
    return BatchMasks(
        labels=torch.from_numpy(labels).flatten(2).to(device),
        codes=[_codes([of_protein[i] for of_protein in masks], longest).to(device) for i in pair],
        amino_acids=torch.from_numpy(np.eye(LETTERS, dtype=np.float32)[letters, :-1]).to(device),
        letters=torch.from_numpy(letters).to(device),
        chains=_chains(proteins, longest, device),
    )


def _chains(proteins: Sequence[Protein], longest: int, device: torch.device) -> Tensor | None:
    if not any(protein.chain_starts for protein in proteins):
        return None
    chains = np.zeros((len(proteins), longest), np.int64)
    for row, protein in zip(chains, proteins, strict=True):
        row[: len(protein)] = protein.chain_numbers
    return torch.from_numpy(chains).to(device)


def _codes(masks: Sequence[Mask | None], longest: int) -> Tensor:
    codes = np.zeros((len(masks), longest, longest), np.uint8)
    for row, mask in enumerate(masks):
        if mask is not None:
            length = len(mask.holds)
            codes[row, :length, :length] = mask.known.astype(np.uint8) + mask.holds
    return torch.from_numpy(codes)


def residue_strata(protein: Protein) -> np.ndarray:
    """Return the place of each residue's amino acid in ``AMINO_ACIDS``, 20 for other letters, ``int64 [residue]``."""
    same = track_symbols(protein.sequence)[:, None] == track_symbols(AMINO_ACIDS)
    return np.where(same.any(1), same.argmax(1), len(AMINO_ACIDS))


def pair_strata(protein: Protein, rows: slice) -> Int64[np.ndarray, "row key"]:
    """Return the band of sequence separation of the pairs of some queries, see ``SEPARATION_EDGES``."""
    return np.asarray(np.searchsorted(SEPARATION_EDGES, separations(protein, rows), side="right") - 1)


def separations(protein: Protein, rows: slice) -> Int64[np.ndarray, "row key"]:
    """Return how far apart in sequence the residues of the pairs of some queries are, ``APART`` of two chains."""
    position = np.arange(len(protein))
    apart = np.abs(position[rows, None] - position)
    if protein.chain_starts:
        chains = protein.chain_numbers
        apart[chains[rows, None] != chains] = APART
    return np.asarray(apart)


_PAIRS = 1 << 18
"""Pairs that are looked at at a time."""


def count_pairs(
    mask: Mask, classes: Callable[[slice], Int64[np.ndarray, "row key"]], size: int
) -> Int64[np.ndarray, "part=2 class"]:
    """Return how many known pairs lie in each class, and in how many of them a property holds.

    Parameters
    ----------
    mask
        Of a property of the pair.
    classes
        From some queries to the classes of their pairs, so that those of all pairs need not be held at a time.
    size
        Number of classes.
    """
    length = len(mask.known)
    counts = np.zeros((2, size), np.int64)
    step = max(1, _PAIRS // length)
    for first in range(0, length, step):
        rows = slice(first, first + step)
        found = classes(rows)
        for part, where in enumerate((mask.known[rows], mask.holds[rows])):
            counts[part] += np.bincount(found[where], minlength=size)
    return counts
