"""What one protein offers to the attention of a layer: which pairs can be seen, and to which class each belongs."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int64
from scipy.spatial.distance import cdist
from torch import Tensor

from protlens.behaviour.behaviours import END_RESIDUES, LEAST_STRAND, OFFSETS, PARTNER_SEPARATION
from protlens.data.protein import AMINO_ACIDS, Protein, track_symbols
from protlens.properties.pair import contact_points
from protlens.reach import Reach
from protlens.runs.sites import SEPARATION_STARTS
from protlens.stats.substitution import blosum62

CUTOFF = 8.0
"""Strand partners are nearer than this, in angstrom."""


@dataclass(frozen=True, slots=True)
class Partners:
    """Strand partners, and the pairs that they are compared with.

    Parameters
    ----------
    queries
        One where a residue lies in a strand and has a position.
    classes
        For each pair one column of zeros and ones: partners, then all pairs of such residues in each stratum of |i-j|.
    rate
        The share of partners among the pairs of each stratum.
    """

    queries: Float32[Tensor, " residue"]
    classes: Float32[Tensor, "pair class"]
    rate: Float32[Tensor, " stratum"]


@dataclass(frozen=True, slots=True)
class Chain:
    """One protein, as the residues of a layer see it.

    Parameters
    ----------
    visible
        One where a query can attend to a key, ``float32 [query, key]``.
    offsets
        One where the residue at each of :data:`OFFSETS`, and at 0 in the last column, can be seen.
    queries, keys
        One in the column of each residue's amino acid; keys without both ends of the chain.
    offered
        Residues of each amino acid that a query can see among ``keys``, itself left out.
    partners
        None without labels of strands or positions, or with too few residues in strands.
    """

    visible: Float32[Tensor, "query key"]
    offsets: Float32[Tensor, "query offset"]
    queries: Float32[Tensor, "query amino_acid=20"]
    keys: Float32[Tensor, "key amino_acid=20"]
    offered: Float32[Tensor, "query amino_acid=20"]
    partners: Partners | None


def chain_of(protein: Protein, reach: Reach, device: torch.device) -> Chain:
    """Return what a protein offers to a layer that attends this far."""
    length = len(protein)
    seen = reach.pairs(length)
    letters = (track_symbols(protein.sequence)[:, None] == track_symbols(AMINO_ACIDS)).astype(np.float32)
    keys = letters.copy()
    keys[:END_RESIDUES] = keys[max(length - END_RESIDUES, 0) :] = 0
    others = seen & ~np.eye(length, dtype=bool)
    place = np.arange(length)[:, None] + np.array([*OFFSETS, 0])
    inside = (place >= 0) & (place < length)
    offsets = inside & seen[np.arange(length)[:, None], place.clip(0, length - 1)]

    def on_device(values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(device)

    return Chain(
        visible=on_device(seen),
        offsets=on_device(offsets),
        queries=on_device(letters),
        keys=on_device(keys),
        offered=on_device(others.astype(np.float32) @ keys),
        partners=_partners(protein, seen, device),
    )


@cache
def similar_letters() -> Float32[np.ndarray, "amino_acid=20 amino_acid=20"]:
    """Return one where two different amino acids have a BLOSUM62 score above zero."""
    return np.array([[float(a != b and blosum62(a, b) > 0) for b in AMINO_ACIDS] for a in AMINO_ACIDS], np.float32)


def _partners(protein: Protein, seen: Bool[np.ndarray, "query key"], device: torch.device) -> Partners | None:
    points = contact_points(protein, "CB")
    points = protein.ca if points is None else points
    states = protein.tracks.get("dssp")
    if points is None or states is None:
        return None
    strand = np.isin(track_symbols(states), track_symbols("EB")) & ~np.isnan(points).any(1)
    if strand.sum() < LEAST_STRAND:
        return None
    separation = np.abs(np.arange(len(protein))[:, None] - np.arange(len(protein)))
    eligible = strand[:, None] & strand & seen & (separation >= PARTNER_SEPARATION)
    distance = cdist(points.astype(np.float64), points.astype(np.float64))
    partner = eligible & (distance < CUTOFF)
    if not partner.any():
        return None
    stratum: Int64[np.ndarray, "query key"] = np.searchsorted(SEPARATION_STARTS, separation, side="right") - 1
    strata = eligible[..., None] & (stratum[..., None] == np.unique(stratum[eligible]))
    pairs, partners = strata.sum((0, 1)), (strata & partner[..., None]).sum((0, 1))
    classes = np.concatenate([partner[..., None], strata], 2).reshape(separation.size, -1).astype(np.float32)
    return Partners(
        queries=torch.from_numpy(strand.astype(np.float32)).to(device),
        classes=torch.from_numpy(classes).to(device),
        rate=torch.from_numpy((partners / pairs).astype(np.float32)).to(device),
    )
