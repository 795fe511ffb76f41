"""What is measured of each head, protein by protein."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64


@dataclass(frozen=True, slots=True)
class BehaviourShares:
    """How much of a head's attention follows a behaviour.

    Parameters
    ----------
    share, baseline
        Of the attention that a head gives to residues (``special``: of all); NaN where a protein has no vote.
    variants
        What the last axis is.
    asked
        Which part of the residues is asked: those in strands, say.
    """

    share: Float64[np.ndarray, "protein layer head variant"]
    baseline: Float64[np.ndarray, "protein layer head variant"]
    variants: tuple[str | None, ...]
    asked: float = 1.0
