"""Rows that come one after another, kept in memory or in a file until the dataset is complete."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from protlens.data.dataset import Dataset, rows_of
from protlens.data.dataset_file import FORMAT, SCHEMA, VERSION, index_of, open_dataset_file, write_groups
from protlens.data.protein import Protein
from protlens.data.stored_rows import HeldPiece, StoredRows

_AT_ONCE = 256


def keep_rows(tables: Iterable[pa.Table], scratch: Path | None) -> tuple[StoredRows, pa.Table]:
    """Return rows as they can be asked for, and their index.

    Parameters
    ----------
    tables
        The rows, in parts that are taken one by one.
    scratch
        A folder in which they are kept for as long as they are needed; None keeps them in memory.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    if scratch is None:
        held = pa.concat_tables([SCHEMA.empty_table(), *tables]).combine_chunks()
        return StoredRows([HeldPiece(held)]), index_of(held)
    path = scratch / "rows.parquet"
    about = {"format": FORMAT, "version": str(VERSION)}
    write_groups(path, SCHEMA.with_metadata(about), tables, compression_level=1)
    opened = open_dataset_file(path)
    index = pa.concat_tables([index_of(SCHEMA.empty_table()), *(part for _, part in opened)])
    return StoredRows([piece for piece, _ in opened]), index


def collect(name: str, proteins: Iterable[Protein], scratch: Path | None) -> Dataset:
    """Return a dataset of proteins that are taken a few at a time; see :func:`keep_rows`."""
    return Dataset.of_rows(name, *keep_rows(_tables(proteins), scratch))


def _tables(proteins: Iterable[Protein]) -> Iterator[pa.Table]:
    rest = iter(proteins)
    while some := list(islice(rest, _AT_ONCE)):
        yield rows_of(some)
