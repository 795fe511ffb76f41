"""Where the labels of one property class lie, read block by block, as often as a fit asks for them."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

import pyarrow as pa

from protlens.runs.blocks import ProteinBlock
from protlens.runs.sites import Sites

T = TypeVar("T")

KEPT = 48 * 1024**2
"""Bytes of sites that stay in memory, and of labels of other blocks; the rest is read again each time."""

SitesBefore: TypeAlias = dict[tuple[int, int], Sites]
"""By block and part of the layers the sites of the class that was read last, which those of the next may share."""

_WITH_FITS = 5
"""How many times as much sites take with what the fits of all controls make of them once, about."""


class LabelReader:
    """From the number of a part of the layers to the sites of each block.

    Parameters
    ----------
    blocks
        What is read in turn.
    read
        From a block to its labels, a byte a residue or a few a cell.
    sites
        From these, the number of the part and the sites of the class before to the sites.
    before
        Sites of classes before, without what was made of their labels; those that are kept of this one replace them.
    """

    def __init__(
        self,
        blocks: Sequence[ProteinBlock],
        read: Callable[[ProteinBlock], pa.Table],
        sites: Callable[[pa.Table, int, Sites | None], Sites],
        before: SitesBefore,
    ) -> None:
        self._blocks, self._read, self._sites, self._before = blocks, read, sites, before
        self._kept_sites, self._kept_labels = _Kept(), _Kept()

    def __call__(self, part: int) -> Iterator[Sites]:
        """Yield the sites of each block for one part of the layers."""
        for number in range(len(self._blocks)):
            yield self.at(number, part)

    def at(self, number: int, part: int) -> Sites:
        """Return the sites of the block of this number for one part of the layers."""
        place = number, part
        sites = self._kept_sites.get(place, partial(self._made, number, part), _bytes_of)
        if place not in self._kept_sites:
            self._before.pop(place, None)
        return sites

    def _made(self, number: int, part: int) -> Sites:
        read = partial(self._read, self._blocks[number])
        labels = self._kept_labels.get(number, read, lambda table: table.nbytes)
        made = self._sites(labels, part, self._before.pop((number, part), None))
        self._before[number, part] = made.labelled(made.positive)
        return made


class _Kept:
    """Values by key, each made when it is asked for; the first of them stay, as many as there is room for."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Any] = {}
        self._room = KEPT

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        if key in self._values:
            return cast("T", self._values[key])
        value = make()
        if size(value) <= self._room:
            self._values[key] = value
            self._room -= size(value)
        return value


def _bytes_of(sites: Sites) -> int:
    arrays = [sites.protein, sites.position, sites.trials, sites.positive, *sites.factors.values()]
    offered = 0 if sites.offered is None else sites.offered.nbytes
    return _WITH_FITS * (sum(array.nbytes for array in arrays) + offered)
