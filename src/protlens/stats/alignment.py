"""Alignment: the share of a head's arcs for which a property holds.

``alignment = hits / arcs``, as defined by Vig et al., "BERTology Meets Biology" (arXiv 2006.15222), with attention
weights at or above the threshold counting one each.
"""

import numpy as np
from jaxtyping import Float64, Shaped

from protlens.typing import Level

SUPPORT = 100
"""Arcs below which a head is called unsupported."""

SUPPORT_PROTEINS = 10
"""Effective proteins below which a head is called unsupported."""

SUPPORT_RESIDUES: dict[Level, int] = {"residue": 20, "pair": 50}
"""Distinct attended residues below which a head is called unsupported.

More for a property of the pair, as the pairs of one residue are not independent, which is seen between proteins alone.
"""

FEWEST_PROTEINS = 2
"""Effective proteins below which nothing is inferred about other proteins."""


def ratio(
    numerator: Shaped[np.ndarray, "..."] | int | float,
    denominator: Shaped[np.ndarray, "..."] | int | float,
    *,
    undefined: float = np.nan,
) -> Float64[np.ndarray, "..."]:
    """Divide two arrays that broadcast; NaN, or what is given, where the denominator is zero."""
    top, bottom = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    quotient = np.full(np.broadcast(top, bottom).shape, undefined)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient


def by_head(values: Shaped[np.ndarray, "protein layer head"]) -> Shaped[np.ndarray, "protein flat"]:
    """Return the same numbers with layers and heads on one axis."""
    return values.reshape(values.shape[0], int(np.prod(values.shape[1:])))


def effective_proteins(arcs: Shaped[np.ndarray, "protein ..."]) -> Float64[np.ndarray, "..."]:
    """Return how many equally large proteins would carry a head's arcs as evenly as its own do.

    ``(sum n)^2 / sum n^2`` over the arcs n of each protein: the number of proteins with arcs if all carry the same,
    near one if a single protein carries most of them; NaN for a head without arcs.

    Parameters
    ----------
    arcs
        Counts along the first axis, one for each protein or group of relatives.

    References
    ----------
    Kish, Survey Sampling (Wiley, 1965).
    """
    per_protein = arcs.astype(np.float64)
    return ratio(per_protein.sum(axis=0) ** 2, (per_protein**2).sum(axis=0))
