"""One file of all shards of a run as one table; a small one is read once, of a large one what is asked for."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from protlens.runs.format import shard_folder
from protlens.runs.table_files import Rows, read_table

WHOLE = 16 * 1024**2
"""Bytes on disk of a file over all shards up to which it is read whole; in memory it takes some times as many."""

_Stamps = tuple[tuple[int, int, int], ...]


def read_shards(
    run: Path,
    shards: Sequence[int],
    file: str,
    *,
    columns: Sequence[str] | None = None,
    rows: Rows | None = None,
) -> pa.Table:
    """Read one file of these shards, or some of its columns and rows; the rows stand in the order of the shards.

    Raises
    ------
    RunError
        If one is missing or damaged.
    """
    stamps = _stamps(run, shards, file)
    if rows is None and stamps is not None and sum(size for _, size, _ in stamps) <= WHOLE:
        table = _whole(run, file, stamps)
        return table if columns is None else table.select(list(columns))
    return stack_shards(run, shards, file, columns=columns, rows=rows)


def _stamps(run: Path, shards: Sequence[int], file: str) -> _Stamps | None:
    """Return the number, size and time of each shard's file; None if one is missing."""
    try:
        seen = [(shard, (shard_folder(run, shard) / file).stat()) for shard in shards]
    except OSError:
        return None
    return tuple((shard, stat.st_size, stat.st_mtime_ns) for shard, stat in seen)


@lru_cache(maxsize=6)
def _whole(run: Path, file: str, stamps: _Stamps) -> pa.Table:
    return stack_shards(run, [shard for shard, _, _ in stamps], file).combine_chunks()


def stack_shards(
    run: Path,
    shards: Sequence[int],
    file: str,
    *,
    columns: Sequence[str] | None = None,
    rows: Rows | None = None,
) -> pa.Table:
    """Read the same from disk, whatever the size; nothing of it is kept."""
    return pa.concat_tables(
        [read_table(run, shard_folder(run, shard) / file, columns=columns, rows=rows) for shard in shards]
    )
