"""The strongest attention of all heads within one protein."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int16, Int32


@dataclass(frozen=True, slots=True)
class ProteinArcs:
    """The residue pairs of one protein with the largest attention weights, head by head.

    Parameters
    ----------
    layer, head
        Zero-based, ``int16 [arc]``.
    query, key
        Positions in the sequence, zero-based, ``int32 [arc]``.
    weight
        Attention weights, ``float32 [arc]``. Arcs stand in the order of layer, head, falling weight, query, key.
    complete_from
        All pairs of at least this weight are here, ``float32 [layer, head]``.
    received
        The attention that each residue gets from all residues, ``float32 [layer, head, residue]``; None if only arcs
        were kept.
    residues
        How many residues, from the first, were given to the model.
    """

    layer: Int16[np.ndarray, " arc"]
    head: Int16[np.ndarray, " arc"]
    query: Int32[np.ndarray, " arc"]
    key: Int32[np.ndarray, " arc"]
    weight: Float32[np.ndarray, " arc"]
    complete_from: Float32[np.ndarray, "layer head"]
    received: Float32[np.ndarray, "layer head residue"] | None
    residues: int
