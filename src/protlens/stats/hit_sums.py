"""What the hits of each head come to beside what chance would give: sums over proteins, or groups of relatives.

Relatives are taken as copies of each other, what one hits all hit: over the members of a group hits, arcs and means add
up; so do standard deviations and the cube roots of third moments.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from protlens.stats.additive import Additive
from protlens.stats.alignment import by_head
from protlens.stats.chance import Chance
from protlens.stats.units import OpenUnits
from protlens.typing import HeadCounts

PerHead = Float64[np.ndarray, " head"]


@dataclass(frozen=True, slots=True)
class HitSums(Additive):
    """Sums over groups of relatives, with n arcs, k hits and the moments e, v and t of what chance gives.

    Parameters
    ----------
    arcs, arcs_squared, hits, hits_squared, expected, expected_squared
        Of n, k and e, and of their squares.
    product
        Of k e.
    variance, third
        Of v and t.
    """

    arcs: PerHead
    arcs_squared: PerHead
    hits: PerHead
    hits_squared: PerHead
    expected: PerHead
    expected_squared: PerHead
    product: PerHead
    variance: PerHead
    third: PerHead

    @classmethod
    def of(cls, units: Float64[np.ndarray, "unit 5 head"]) -> "HitSums":
        """Return the sums over groups that are complete, of what :func:`member_values` gives of their members."""
        n, k, e, deviation, root = units.swapaxes(0, 1)
        sums = (n, n**2, k, k**2, e, e**2, k * e, deviation**2, root**3)
        return cls(*(values.sum(axis=0) for values in sums))


def member_values(hits: HeadCounts, arcs: HeadCounts, chance: Chance) -> Float64[np.ndarray, "protein 5 flat"]:
    """Return what adds up over relatives: arcs, hits, mean, standard deviation and cube root of the third moment."""
    n, k = (by_head(values).astype(np.float64) for values in (arcs, hits))
    return np.stack([n, k, chance.expected, np.sqrt(chance.variance), np.cbrt(chance.third)], axis=1)


def hit_sums(
    hits: HeadCounts, arcs: HeadCounts, chance: Chance, *, units: Int64[np.ndarray, " protein"] | None
) -> HitSums:
    """Return the sums over proteins that are all in memory.

    Parameters
    ----------
    hits, arcs
        Arcs over pairs for which the property holds, and all eligible ones, of each protein and head.
    chance
        The moments of the hits.
    units
        The number of the group of relatives that each protein belongs to; None if each stands for itself.
    """
    return HitSums.of(OpenUnits(None).closed(0, units, member_values(hits, arcs, chance)))
