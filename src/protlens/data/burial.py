"""How deep each residue lies in its chain, in classes: how many residues are near it."""

import numpy as np
from jaxtyping import Float64, UInt8
from scipy.spatial import cKDTree

from protlens.data.protein import Protein

REACH = 10.0
"""Angstrom within which CB atoms are counted, CA where a CB is not known."""

STARTS = (9, 12, 14, 16, 18, 20, 23, 26)
"""Least neighbours of each class but the first; on chains of the PDB each class holds about a ninth of the residues."""

UNKNOWN = len(STARTS) + 1
"""The class of residues that were not resolved."""


def burial(protein: Protein) -> UInt8[np.ndarray, " residue"]:
    """Return the class of each residue by its neighbours in the chain, ``UNKNOWN`` where it has no position.

    The contact number of Pollastri et al. within one chain: what another chain, or the part of the chain that was cut
    away, buries is not seen.

    References
    ----------
    Pollastri, Baldi, Fariselli, Casadio, Proteins 47 (2002) 142 (coordination numbers within 6 to 12 angstrom).
    """
    classes = np.full(len(protein), UNKNOWN, np.uint8)
    points = _points(protein)
    known = np.isfinite(points).all(axis=1)
    if known.any():
        placed = points[known]
        near = cKDTree(placed).query_ball_point(placed, REACH, return_length=True) - 1
        classes[known] = np.searchsorted(STARTS, near, side="right")
    return classes


def _points(protein: Protein) -> Float64[np.ndarray, "residue 3"]:
    nowhere = np.full((len(protein), 3), np.nan)
    cb, ca = (nowhere if points is None else points.astype(np.float64) for points in (protein.cb, protein.ca))
    return np.where(np.isfinite(cb).all(axis=1, keepdims=True), cb, ca)
