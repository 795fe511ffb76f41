"""Sequence separations and list lengths at which contact predictions are scored.

The bands are those of CASP: short, medium and long range.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

MIN_SEPARATION = 6
"""Pairs closer than this in sequence are never scored: their contacts follow from the chain."""


@dataclass(frozen=True, slots=True)
class SeparationRange:
    """A band of ``|i-j|``, both ends included.

    Parameters
    ----------
    first, last
        The smallest separation, and the largest or None if there is no end.
    """

    first: int
    last: int | None = None

    def holds(self, separations: Int64[np.ndarray, " pair"]) -> Bool[np.ndarray, " pair"]:
        """Return which separations lie in the band."""
        inside = separations >= self.first
        return inside if self.last is None else inside & (separations <= self.last)


RANGES: Mapping[str, SeparationRange] = {
    "all": SeparationRange(MIN_SEPARATION),
    "short": SeparationRange(6, 11),
    "medium": SeparationRange(12, 23),
    "long": SeparationRange(24),
}
"""The ranges that are reported."""

DIVISORS: Mapping[str, int] = {"L": 1, "L/2": 2, "L/5": 5}
"""How many of the highest-scored pairs count, as the chain's length over this."""
