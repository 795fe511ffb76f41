"""A Parquet file, read group by group if it holds no more than a file of its size can."""

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from protlens.files import file_stamp

FREE = 64 * 1024**2
"""Bytes that the table of any file may have in memory."""

EXPANSION = 100
"""How many times the size of a larger file its table may have; datasets have 2 to 5 times."""

_PER_VALUE = 4
"""Bytes that even a value takes of which the file says nothing."""


class BoundedFile:
    """A Parquet file of which groups of rows are read; texts that it keeps in dictionaries stay there.

    Parameters
    ----------
    path
        The file.
    checksums
        Whether the checksums of its pages are verified, which whoever knows that it is unchanged need not do.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it is not readable.
    ValueError
        If its table is larger than the file's size allows.
    """

    def __init__(self, path: Path, *, checksums: bool = True) -> None:
        self.path = path
        self._checksums = checksums
        self._state = file_stamp(path)
        self._limit = max(FREE, EXPANSION * path.stat().st_size)
        with pa.OSFile(os.fspath(path)) as opened:
            self._metadata = pq.read_metadata(opened)
        groups = [self._metadata.row_group(index) for index in range(self._metadata.num_row_groups)]
        columns = [group.column(index) for group in groups for index in range(group.num_columns)]
        told = sum(max(column.total_uncompressed_size, _PER_VALUE * column.num_values) for column in columns)
        self.check(max(told, self._metadata.num_rows))
        kept = {column.path_in_schema for column in columns if column.has_dictionary_page}
        texts = [column.path_in_schema for column in columns if column.physical_type == "BYTE_ARRAY"]
        self._dictionaries = [*kept.intersection(texts)]
        self.rows = [int(group.num_rows) for group in groups]
        """How many rows each group has."""

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns, and what the file says about itself."""
        return self._metadata.schema.to_arrow_schema()

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a group of rows: these columns, or all.

        Raises
        ------
        OSError, pyarrow.ArrowException
            If it is not readable.
        ValueError
            If it is larger than the file's size allows, or the file was changed since it was opened.
        """
        if file_stamp(self.path) != self._state:
            raise ValueError("it was changed while it was in use")
        options = {"read_dictionary": self._dictionaries, "page_checksum_verification": self._checksums}
        with pa.OSFile(os.fspath(self.path)) as opened:
            table = pq.ParquetFile(opened, metadata=self._metadata, **options).read_row_group(group, columns)
        self.check(table_bytes(table))
        return table

    def check(self, size: int) -> None:
        """Raise ValueError if so many bytes are more than the file's size allows."""
        if size > self._limit:
            raise ValueError(f"it asks for {size} bytes, where a file of its size may have {self._limit}")


def table_bytes(table: pa.Table) -> int:
    """Return how many bytes a table takes once its texts have left their dictionaries."""
    return sum(_bytes(chunk) for column in table.columns for chunk in column.chunks)


def _bytes(array: pa.Array) -> int:
    """Return how many bytes an array takes once its texts have left their dictionaries."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        if not pa.types.is_string(kind.value_type) and not pa.types.is_binary(kind.value_type):
            return int(array.nbytes)
        lengths = pc.take(pc.binary_length(array.dictionary), array.indices)
        return int(pc.sum(pc.cast(lengths, pa.int64())).as_py() or 0) + _PER_VALUE * len(array)
    if pa.types.is_map(kind):
        return sum(_bytes(part) for part in (array.keys, array.items)) + _PER_VALUE * len(array)
    if pa.types.is_list(kind):
        return _bytes(array.values) + _PER_VALUE * len(array)
    if pa.types.is_struct(kind):
        return sum(_bytes(array.field(index)) for index in range(kind.num_fields))
    return int(array.nbytes)
