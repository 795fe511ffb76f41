"""Where the labels of one property class lie, read block by block, as often as a fit asks for them."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from protlens.runs.blocks import ProteinBlock
from protlens.runs.sites import Sites

KEPT = 32 * 1024**2
"""Bytes of labels that stay in memory; the others are read again each time."""


class LabelReader:
    """From the number of a part of the layers to the sites of each block.

    Parameters
    ----------
    blocks
        What is read in turn.
    read
        From a block to its labels, a byte a residue or a few a cell.
    sites
        From these and the number of the part to the sites.
    """

    def __init__(
        self,
        blocks: Sequence[ProteinBlock],
        read: Callable[[ProteinBlock], pa.Table],
        sites: Callable[[pa.Table, int], Sites],
    ) -> None:
        self._blocks, self._read, self._sites = blocks, read, sites
        self._tables: dict[int, pa.Table] = {}
        self._room = KEPT

    def __call__(self, part: int) -> Iterator[Sites]:
        """Yield the sites of each block for one part of the layers."""
        for number, block in enumerate(self._blocks):
            table = self._tables.get(number)
            if table is None:
                table = self._read(block)
                if table.nbytes <= self._room:
                    self._tables[number] = table
                    self._room -= table.nbytes
            yield self._sites(table, part)
