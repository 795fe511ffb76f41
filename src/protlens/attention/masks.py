"""The property masks of a batch of proteins, on the device of the model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Float64, Int8, Int64
from torch import Tensor

from protlens.data.protein import AMINO_ACIDS, Protein, track_symbols
from protlens.properties.mask import Mask, Property
from protlens.runs.counts import SEPARATION_EDGES
from protlens.runs.sites import LETTERS


@dataclass(frozen=True, slots=True)
class BatchMasks:
    """Property masks, padded with zero.

    Parameters
    ----------
    masks
        By protein and property, as the property gave them; None where a protein carries no labels.
    holds, known
        For the properties of the residue, in their order.
    codes
        For each property of the pair: 0 where it is not known, 1 where it is known, 2 where it holds.
    pairs
        For each property of the pair 1 where it is known, then for each 1 where it holds.
    amino_acids
        One column for each of the twenty.
    letters
        The place of each residue's amino acid in ``AMINO_ACIDS``, 20 for other letters and padding.
    """

    masks: list[list[Mask | None]]
    holds: Float64[Tensor, "batch key property"]
    known: Float64[Tensor, "batch key property"]
    codes: list[Int8[Tensor, "batch query key"]]
    pairs: Float32[Tensor, "batch pair column"]
    amino_acids: Float64[Tensor, "batch key amino_acid=20"]
    letters: Int64[Tensor, "batch key"]


def batch_masks(proteins: Sequence[Protein], properties: Sequence[Property], device: torch.device) -> BatchMasks:
    """Return the masks of some proteins for some properties."""
    masks = [[prop.mask(protein) for prop in properties] for protein in proteins]
    residue = [i for i, prop in enumerate(properties) if prop.level == "residue"]
    longest = max(map(len, proteins))
    holds = np.zeros((2, len(proteins), longest, len(residue)))
    letters = np.full((len(proteins), longest), len(AMINO_ACIDS))
    for row, (protein, of_protein) in enumerate(zip(proteins, masks, strict=True)):
        letters[row, : len(protein)] = residue_strata(protein)
        for column, mask in enumerate(of_protein[i] for i in residue):
            if mask is not None:
                holds[:, row, : len(protein), column] = mask.holds, mask.known
    pair = [i for i, prop in enumerate(properties) if prop.level == "pair"]
    codes = [_codes([of_protein[i] for of_protein in masks], longest).to(device) for i in pair]
    return BatchMasks(
        masks=masks,
        holds=torch.from_numpy(holds[0]).to(device),
        known=torch.from_numpy(holds[1]).to(device),
        codes=codes,
        pairs=_pairs(codes, (len(proteins), longest**2), device),
        amino_acids=torch.from_numpy(np.eye(LETTERS)[letters, :-1]).to(device),
        letters=torch.from_numpy(letters).to(device),
    )


def _codes(masks: Sequence[Mask | None], longest: int) -> Tensor:
    codes = np.zeros((len(masks), longest, longest), np.int8)
    for row, mask in enumerate(masks):
        if mask is not None:
            length = len(mask.holds)
            codes[row, :length, :length] = mask.known.astype(np.int8) + mask.holds
    return torch.from_numpy(codes)


def _pairs(codes: Sequence[Tensor], shape: tuple[int, int], device: torch.device) -> Tensor:
    columns = [(code >= least).flatten(1) for least in (1, 2) for code in codes]
    return torch.stack(columns, 2).float() if columns else torch.zeros((*shape, 0), device=device)


def residue_strata(protein: Protein) -> np.ndarray:
    """Return the place of each residue's amino acid in ``AMINO_ACIDS``, 20 for other letters, ``int64 [residue]``."""
    same = track_symbols(protein.sequence)[:, None] == track_symbols(AMINO_ACIDS)
    return np.where(same.any(1), same.argmax(1), len(AMINO_ACIDS))


def pair_strata(protein: Protein) -> np.ndarray:
    """Return the band of sequence separation of each pair (see ``SEPARATION_EDGES``), ``int64 [query, key]``."""
    position = np.arange(len(protein))
    separation = np.abs(position[:, None] - position)
    return np.asarray(np.searchsorted(SEPARATION_EDGES, separation, side="right") - 1)
