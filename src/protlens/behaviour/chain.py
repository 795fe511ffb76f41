"""What one protein offers to the attention of a layer: which pairs can be seen, and to which class each belongs."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Float32
from scipy.spatial.distance import cdist
from torch import Tensor

from protlens.behaviour.behaviours import CONTACT_SEPARATION, END_RESIDUES, LEAST_STATE, OFFSETS, PARTNER_SEPARATION
from protlens.data.protein import AMINO_ACIDS, UNKNOWN, Protein, track_symbols
from protlens.properties.pair import contact_points
from protlens.reach import Reach
from protlens.runs.sites import SEPARATION_STARTS
from protlens.stats.substitution import blosum62
from protlens.typing import PairMask, ResidueMask

CUTOFF = 8.0
"""Residues nearer than this touch, in angstrom."""


@dataclass(frozen=True, slots=True)
class PairClasses:
    """Pairs that touch, and the pairs that they are compared with.

    Parameters
    ----------
    queries
        One where a residue can be asked.
    classes
        For each pair one column of zeros and ones: pairs that touch, then all pairs in each stratum of |i-j|.
    rate
        The share of pairs that touch in each stratum.
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
    helix
        One where a residue lies in a helix, and where it is known not to; None without labels, or with too few of both.
    contacts, partners
        Residues that touch, and those in strands that do; None without positions, labels or residues in strands.
    """

    visible: Float32[Tensor, "query key"]
    offsets: Float32[Tensor, "query offset"]
    queries: Float32[Tensor, "query amino_acid=20"]
    keys: Float32[Tensor, "key amino_acid=20"]
    offered: Float32[Tensor, "query amino_acid=20"]
    helix: Float32[Tensor, "state=2 query"] | None
    contacts: PairClasses | None
    partners: PairClasses | None

    def asked(self) -> dict[str, float]:
        """Return which part of the residues is asked about helices and about strand partners, where there are any."""
        queries = {
            "helix": None if self.helix is None else self.helix[0],
            "strand_partner": None if self.partners is None else self.partners.queries,
        }
        return {name: float(one.mean()) for name, one in queries.items() if one is not None}


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
        helix=_helices(protein, device),
        **_touching(protein, seen, device),
    )


@cache
def similar_letters() -> Float32[np.ndarray, "amino_acid=20 amino_acid=20"]:
    """Return one where two different amino acids have a BLOSUM62 score above zero."""
    return np.array([[float(a != b and blosum62(a, b) > 0) for b in AMINO_ACIDS] for a in AMINO_ACIDS], np.float32)


def _helices(protein: Protein, device: torch.device) -> Float32[Tensor, "state=2 query"] | None:
    states = protein.tracks.get("dssp")
    if states is None:
        return None
    symbols = track_symbols(states)
    inside = np.isin(symbols, track_symbols("HGI"))
    both = np.stack([inside, ~inside & (symbols != UNKNOWN.encode())])
    return None if (both.sum(1) < LEAST_STATE).any() else torch.from_numpy(both.astype(np.float32)).to(device)


def _touching(
    protein: Protein, seen: Bool[np.ndarray, "query key"], device: torch.device
) -> dict[Literal["contacts", "partners"], PairClasses | None]:
    points = contact_points(protein, "CB")
    points = protein.ca if points is None else points
    if points is None:
        return {"contacts": None, "partners": None}
    placed = ~np.isnan(points).any(1)
    near = cdist(points.astype(np.float64), points.astype(np.float64)) < CUTOFF
    states = protein.tracks.get("dssp", UNKNOWN * len(protein))
    strand = placed & np.isin(track_symbols(states), track_symbols("EB"))
    few = strand.sum() < LEAST_STATE
    contacts = _pair_classes(placed, near & seen, seen, least=CONTACT_SEPARATION, device=device)
    partners = None if few else _pair_classes(strand, near & seen, seen, least=PARTNER_SEPARATION, device=device)
    return {"contacts": contacts, "partners": partners}


def _pair_classes(
    residues: ResidueMask, near: PairMask, seen: PairMask, *, least: int, device: torch.device
) -> PairClasses | None:
    """Return the classes of pairs of some residues, at least so far apart in sequence; None if none of them touch."""
    place = np.arange(len(residues))
    separation = np.abs(place[:, None] - place)
    pairs = residues[:, None] & residues & seen & (separation >= least)
    touching = pairs & near
    if not touching.any():
        return None
    stratum = np.searchsorted(SEPARATION_STARTS, separation, side="right") - 1
    strata = pairs[..., None] & (stratum[..., None] == np.unique(stratum[pairs]))
    rate = (strata & touching[..., None]).sum((0, 1)) / strata.sum((0, 1))
    classes = np.concatenate([touching[..., None], strata], 2).reshape(separation.size, -1)
    return PairClasses(*(torch.from_numpy(one.astype(np.float32)).to(device) for one in (residues, classes, rate)))
