"""Groups of relatives whose members lie in several blocks of a run.

What members carry is added up until the last block with one of them has passed. If that is too much to hold for all
groups at once, some groups wait for another round over the blocks; a protein is taken in one round only.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float64, Int64

from protlens.runs.property_blocks import Families

OPEN = 256 * 1024**2
"""Bytes that groups take which wait for more members."""


class OpenUnits:
    """Sums of the members of groups, until these are complete.

    Parameters
    ----------
    families
        Where the last member of each is; None if each block has all members of its groups.
    """

    def __init__(self, families: Families | None) -> None:
        self._last = None if families is None else families.last
        self._numbers = np.zeros(0, np.int64)
        self._values: np.ndarray | None = None

    def closed(
        self,
        block: int,
        units: Int64[np.ndarray, " protein"] | None,
        values: Float64[np.ndarray, "protein value head"],
    ) -> Float64[np.ndarray, "unit value head"]:
        """Take the members of one block, and return the sums of the groups that are complete with it, in order.

        Parameters
        ----------
        block
            Its number; blocks come in their order.
        units
            The number of the group of each protein; None if each stands for itself.
        values
            What they carry.
        """
        if units is None:
            return values
        if self._values is not None and len(self._values):
            units, values = np.concatenate([self._numbers, units]), np.concatenate([self._values, values])
        numbers, sums = _grouped(units, values)
        if self._last is None:
            return sums
        done = self._last[numbers] <= block
        self._numbers, self._values = numbers[~done], sums[~done]
        return np.asarray(sums[done])


def _grouped(
    units: Int64[np.ndarray, " protein"], values: Float64[np.ndarray, "protein value head"]
) -> tuple[Int64[np.ndarray, " unit"], Float64[np.ndarray, "unit value head"]]:
    order = np.argsort(units, kind="stable")
    numbers, first = np.unique(units[order], return_index=True)
    ordered = values[order]
    return numbers, ordered if len(first) == len(ordered) else np.add.reduceat(ordered, first, axis=0)


def rounds(families: Families | None, *, bytes_each: int) -> Iterator[Bool[np.ndarray, " family"] | None]:
    """Yield the families of each round over the blocks; None for all in one round.

    Parameters
    ----------
    families
        Of the run; None if no relatives are known.
    bytes_each
        What an open family takes.
    """
    spread = np.zeros(0, np.int64) if families is None else np.flatnonzero(families.last > families.first)
    room = max(OPEN // bytes_each, 1)
    if families is None or _most_open(families, spread) <= room:
        yield None
        return
    left = spread[np.lexsort([spread, families.first[spread]])]
    chosen = families.last == families.first
    while len(left):
        fits = _fitting(families, left, room)
        chosen[left[fits]] = True
        yield chosen
        left, chosen = left[~fits], np.zeros_like(chosen)


def _most_open(families: Families, spread: Int64[np.ndarray, " family"]) -> int:
    """Return how many are open at once, after the block in which that is most."""
    size = int(families.last.max(initial=-1)) + 1
    opened, done = (np.bincount(part[spread], minlength=size) for part in (families.first, families.last))
    return int(np.cumsum(opened - done).max(initial=0))


def _fitting(families: Families, left: Int64[np.ndarray, " family"], room: int) -> Bool[np.ndarray, " family"]:
    """Return which of some families are open together, at most ``room`` after any block, taking them in turn."""
    opened = np.zeros(int(families.last.max()) + 1, np.int64)
    fits = np.zeros(len(left), bool)
    for place, family in enumerate(left):
        span = opened[families.first[family] : families.last[family]]
        if span.max() < room:
            span += 1
            fits[place] = True
    return fits
