"""What the hits of each head come to beside what chance would give: sums over proteins, or groups of relatives.

Relatives are taken as copies of each other, what one hits all hit: over the members of a group hits, arcs and means add
up; so do standard deviations and the cube roots of third moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

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
    def each(cls, units: Float64[np.ndarray, "unit value head"]) -> list["HitSums"]:
        """Return the sums over groups that are complete, of what :func:`member_values` gives of their members."""
        n, k, *moments = units.swapaxes(0, 1)
        alike = [values.sum(axis=0) for values in (n, n * n, k, k * k)]
        found = []
        for e, deviation, root in zip(*(moments[part::3] for part in range(3)), strict=True):
            own = (e, e * e, k * e, deviation * deviation, root * root * root)
            found.append(cls(*alike, *(values.sum(axis=0) for values in own)))
        return found


def member_values(
    hits: HeadCounts, arcs: HeadCounts, chances: Sequence[Chance]
) -> Float64[np.ndarray, "protein value flat"]:
    """Return what adds up over relatives: arcs, hits, and of each expectation mean, standard deviation and root.

    The root is that of the third moment, the cube root.
    """
    moments = [(one.expected, np.sqrt(one.variance), np.cbrt(one.third)) for one in chances]
    n, k = (by_head(values) for values in (arcs, hits))
    return np.stack([n, k, *chain.from_iterable(moments)], axis=1).astype(np.float64, copy=False)


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
    return HitSums.each(OpenUnits(None).closed(0, units, member_values(hits, arcs, [chance])))[0]
