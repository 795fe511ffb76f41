"""A run in blocks of proteins that are held in memory together: consecutive shards, or a part of one.

How many proteins a block has follows from their lengths and from the rows of the files, so the same shards give the
same blocks, and with them the same order in which fractions are added up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Int64

from protlens.runs.format import CELLS, COLUMNS, PROTEINS, shard_folder
from protlens.runs.sites import CELLS as MOST_CELLS
from protlens.runs.table_files import Rows, read_table
from protlens.typing import Level

BLOCK = 64 * 1024**2
"""Bytes that what is computed from one block takes, about; one protein alone may take more."""

_PER_ROW, _PER_SITE, _PER_HEAD = 400, 400, 600
"""Bytes of a row of arcs, of a site, and of a protein and head, with what they come to under all expectations."""


@dataclass(frozen=True, slots=True)
class ProteinBlock:
    """Some proteins of a run.

    Parameters
    ----------
    shards
        Where they lie, in order.
    proteins
        Their numbers, ascending.
    rows
        What tells them from the others of their shard, where it is too large for one block.
    whole
        Whether these are all proteins of the run.
    """

    shards: tuple[int, ...]
    proteins: Int64[np.ndarray, " protein"]
    rows: Rows | None = None
    whole: bool = False


def plan_blocks(run: Path, shards: Sequence[int], *, level: Level, heads: int) -> list[ProteinBlock]:
    """Return the blocks in which the sums of a property of this level are read, in the order of the shards.

    Parameters
    ----------
    run, shards
        The directory, and the shards that are there.
    level
        Pairs have more sites than residues.
    heads
        Of all layers.
    """
    blocks: list[ProteinBlock] = []
    together: list[tuple[int, Int64[np.ndarray, " protein"]]] = []
    taken = 0.0
    for shard in shards:
        numbers, sizes = _sizes(run, shard, level=level, heads=heads)
        if together and taken + sizes.sum() > BLOCK:
            blocks.append(_joined(together))
            together, taken = [], 0.0
        if sizes.sum() > BLOCK:
            blocks.extend(_parts(shard, numbers, sizes))
        else:
            together.append((shard, numbers))
            taken += sizes.sum()
    return [*blocks, _joined(together, whole=not blocks)] if together else blocks


def _joined(together: Sequence[tuple[int, Int64[np.ndarray, " _"]]], *, whole: bool = False) -> ProteinBlock:
    numbers = np.sort(np.concatenate([found for _, found in together]))
    return ProteinBlock(tuple(shard for shard, _ in together), numbers, whole=whole)


def _parts(shard: int, numbers: Int64[np.ndarray, " protein"], sizes: np.ndarray) -> Iterator[ProteinBlock]:
    """Yield a large shard in ranges of the numbers of its proteins."""
    order = np.argsort(numbers)
    part = ((np.cumsum(sizes[order]) - sizes[order] / 2) // BLOCK).astype(np.int64)
    for number in np.unique(part):
        inside = numbers[order][part == number]
        yield ProteinBlock((shard,), inside, [("protein", ">=", int(inside[0])), ("protein", "<=", int(inside[-1]))])


def _sizes(run: Path, shard: int, *, level: Level, heads: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the proteins of a shard and about how many bytes each takes."""
    folder = shard_folder(run, shard)
    proteins = read_table(run, folder / PROTEINS, columns=["protein", "residues"])
    numbers, lengths = (proteins[name].to_numpy().astype(np.int64) for name in ("protein", "residues"))
    file = folder / (COLUMNS if level == "residue" else CELLS)
    rows = pq.read_metadata(file).num_rows if file.is_file() else 0
    sites = lengths if level == "residue" else np.minimum(lengths**2 // 2, MOST_CELLS // 2)
    share = lengths / max(int(lengths.sum()), 1)
    return numbers, _PER_ROW * rows * share + _PER_SITE * sites + _PER_HEAD * heads
