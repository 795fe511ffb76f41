"""The Parquet file of a dataset: opened to be read group by group, and written as the rows come.

The format is described in ``docs/dataset-format.md``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from protlens.data.file_digest import is_unchanged, write_digest
from protlens.data.parquet_bounds import BoundedFile, table_bytes
from protlens.errors import FileFormatError, explain
from protlens.files import replacing

FORMAT = "protlens-dataset"
VERSION = 1
_VERSION_TEXT = re.compile("[0-9]{1,9}")

_POINTS = pa.list_(pa.float32())
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("sequence", pa.string(), nullable=False),
        pa.field("tracks", pa.map_(pa.string(), pa.string()), nullable=False),
        pa.field("ca", _POINTS),
        pa.field("cb", _POINTS),
        pa.field("residue_numbers", pa.list_(pa.string())),
        pa.field("chain", pa.string(), nullable=False),
        pa.field("cluster", pa.string(), nullable=False),
        pa.field(
            "annotations",
            pa.list_(pa.struct([("track", pa.string()), ("name", pa.string()), ("residues", pa.list_(pa.int32()))])),
            nullable=False,
        ),
        pa.field("title", pa.string(), nullable=False),
        pa.field("organism", pa.string(), nullable=False),
        pa.field("chain_starts", pa.list_(pa.int32())),
    ]
)
"""The columns, in the order in which they are written."""

ADDED: Mapping[str, str | None] = {"title": "", "organism": "", "chain_starts": None}
"""Columns that a file may lack, as those of earlier releases do, and what stands for them then."""

GROUP_RESIDUES = 2**18
"""About how many residues a group of rows holds; with coordinates and labels some ten megabytes."""

_INDEX = ("id", "sequence", "cluster")


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A group of rows of a dataset's file.

    Parameters
    ----------
    file
        The file.
    group
        Which group of it.
    """

    file: BoundedFile
    group: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.file.rows[self.group]

    @property
    def path(self) -> Path:
        """The file, whatever folder it is seen from."""
        return self.file.path.resolve()

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return these columns, or all.

        Raises
        ------
        FileFormatError
            If they are damaged.
        """
        names = list(columns or SCHEMA.names)
        try:
            table = self.file.read(self.group, [name for name in names if name in self.file.schema.names])
        except (OSError, ValueError, pa.ArrowException) as error:
            raise _not_readable(self.file.path, error) from error
        return _typed(table, names, self.file.path)


def open_dataset_file(path: Path) -> list[tuple[FilePiece, pa.Table]]:
    """Return the groups of a dataset's file, each with its index (see :func:`index_of`).

    A file that carries a digest was compared with it then; one without is read once, so that damage shows now.

    Raises
    ------
    FileFormatError
        If it is not Parquet, or not a dataset of a version this release can read.
    """
    try:
        unchanged = is_unchanged(path)
        if unchanged is False:
            found = "not readable as Parquet (it was changed since it was written)"
            raise FileFormatError(explain(f"dataset {path}", found=found, hint="build it again, or fetch it again"))
        file = BoundedFile(path, checksums=unchanged is None)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _not_readable(path, error) from error
    _check_about(path, file.schema)
    _typed(file.schema.empty_table(), SCHEMA.names, path)
    indexed, size = [], 0
    for piece in (FilePiece(file, group) for group in range(len(file.rows))):
        index = index_of(piece.read(_INDEX if unchanged else None))
        size += table_bytes(index)
        try:
            file.check(size)
        except ValueError as error:
            raise _not_readable(path, error) from error
        indexed.append((piece, index))
    return indexed


def index_of(table: pa.Table) -> pa.Table:
    """Return what is held of each row in any case: ``id``, ``cluster`` and ``length``."""
    lengths = pc.utf8_length(table["sequence"])
    return pa.table({"id": table["id"], "cluster": table["cluster"], "length": lengths.cast(pa.int64())})


def write_dataset_file(path: Path, name: str, rows: Iterable[pa.Table]) -> None:
    """Write rows to one file, whole or not at all; what the tables are cut into makes no difference to the file.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    schema = SCHEMA.with_metadata({"format": FORMAT, "version": str(VERSION), "name": name})
    with replacing(path) as beside:
        write_groups(beside, schema, rows, compression_level=19)
        write_digest(beside)


def write_groups(path: Path, schema: pa.Schema, rows: Iterable[pa.Table], *, compression_level: int) -> None:
    """Write rows to a file, in groups of about the same number of residues."""
    options: Mapping[str, Any] = {
        "compression": "zstd",
        "compression_level": compression_level,
        "write_page_checksum": True,
        "use_byte_stream_split": ["ca.list.element", "cb.list.element"],
        "use_dictionary": ["chain", "cluster", "title", "organism"],
    }
    with pq.ParquetWriter(path, schema, **options) as writer:
        for group in _groups(rows):
            writer.write_table(group.cast(schema), row_group_size=group.num_rows)


def _groups(rows: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut rows where the residues before a protein pass a multiple of what a group holds."""
    residues, number = 0, 0
    waiting: list[pa.Table] = []
    for table in rows:
        lengths = pc.utf8_length(table["sequence"]).to_numpy()
        groups = (residues + np.cumsum(lengths) - lengths) // GROUP_RESIDUES
        residues += int(lengths.sum())
        cuts = np.flatnonzero(np.diff(groups, prepend=number))
        for start, stop in zip([0, *cuts], [*cuts, len(lengths)], strict=True):
            if start in cuts and waiting:
                yield pa.concat_tables(waiting).combine_chunks()
                waiting = []
            if stop > start:
                waiting.append(table.slice(start, stop - start))
        number = int(groups[-1])
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _check_about(path: Path, schema: pa.Schema) -> None:
    metadata = (schema.metadata or {}).items()
    about = {key.decode(errors="replace"): value.decode(errors="replace") for key, value in metadata}
    if about.get("format") != FORMAT or not _VERSION_TEXT.fullmatch(about.get("version", "")):
        raise FileFormatError(
            explain(
                f"dataset {path}",
                found="Parquet, but not a protlens dataset",
                hint="make one with 'protlens dataset build' or 'protlens dataset import'",
            )
        )
    if int(about["version"]) > VERSION:
        raise FileFormatError(
            explain(
                f"dataset {path}",
                found=f"version {about['version']}",
                allowed=f"up to {VERSION}",
                hint="install a newer protlens",
            )
        )


def _typed(table: pa.Table, names: Sequence[str], path: Path) -> pa.Table:
    """Return these columns of a table in the types of the format."""
    wanted = pa.schema([SCHEMA.field(name) for name in names])
    for name, value in ADDED.items():
        if name in names and name not in table.schema.names:
            table = table.append_column(name, pa.repeat(pa.scalar(value, SCHEMA.field(name).type), len(table)))
    try:
        return table.select(list(names)).replace_schema_metadata().cast(wanted)
    except (KeyError, ValueError, pa.ArrowException) as error:
        raise FileFormatError(explain(f"dataset {path}", found=f"columns differ from the format ({error})")) from error


def _not_readable(path: Path, error: Exception) -> FileFormatError:
    return FileFormatError(explain(f"dataset {path}", found=f"not readable as Parquet ({error})"))
