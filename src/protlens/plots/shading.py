"""From values to colours: rising from pale to dark, by their roots, or apart to both sides of a value in the middle."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64
from matplotlib import colormaps
from matplotlib.colors import Colormap, Normalize, PowerNorm

from protlens.plots.style import VALUES

APART = colormaps["RdBu"]
"""Red below the middle, white there, blue above; told apart by colour-blind eyes."""


class Shading(NamedTuple):
    """A scale and its colours."""

    norm: Normalize
    colours: Colormap


def rising(limits: tuple[float, float]) -> Shading:
    """Return even steps from the palest colour at the first limit to the darkest at the second."""
    return Shading(Normalize(*limits), VALUES)


def rising_by_roots(limits: tuple[float, float]) -> Shading:
    """Return steps by square roots, where most values are small and a few large."""
    return Shading(PowerNorm(0.5, *limits), VALUES)


def apart(*values: Float64[np.ndarray, "..."], middle: float = 0.0, most: float = np.inf) -> Shading:
    """Return colours that differ with the sign of a value's distance from the middle.

    Parameters
    ----------
    values
        Arrays of any shape that the scale is to hold; NaN is passed over.
    middle
        The value without a colour.
    most
        The largest distance that is told apart.
    """
    distances = np.concatenate([np.abs(array - middle).ravel() for array in values])
    reach = min(float(distances[np.isfinite(distances)].max(initial=0.0)), most) or 1.0
    return Shading(Normalize(middle - reach, middle + reach), APART)
