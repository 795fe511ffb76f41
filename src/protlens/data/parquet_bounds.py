"""A Parquet file, read if it holds no more than a file of its size can."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FREE = 64 * 1024**2
"""Bytes that the table of any file may have in memory."""

EXPANSION = 100
"""How many times the size of a larger file its table may have; datasets have 2 to 5 times."""

_PER_VALUE = 4
"""Bytes that even a value takes of which the file says nothing."""


def read_bounded(file: Path, *, checksums: bool = True) -> pa.Table:
    """Read a Parquet file; texts that it keeps in dictionaries stay there.

    Parameters
    ----------
    file
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
    limit = max(FREE, EXPANSION * file.stat().st_size)
    with pa.OSFile(os.fspath(file)) as opened:
        metadata = pq.read_metadata(opened)
        groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
        columns = [group.column(index) for group in groups for index in range(group.num_columns)]
        told = sum(max(column.total_uncompressed_size, _PER_VALUE * column.num_values) for column in columns)
        _check(max(told, metadata.num_rows), limit)
        kept = {column.path_in_schema for column in columns if column.has_dictionary_page}
        texts = [column.path_in_schema for column in columns if column.physical_type == "BYTE_ARRAY"]
        dictionaries = [*kept.intersection(texts)]
        options = {"read_dictionary": dictionaries, "page_checksum_verification": checksums}
        table = pq.ParquetFile(opened, metadata=metadata, **options).read()
    _check(sum(_bytes(chunk) for column in table.columns for chunk in column.chunks), limit)
    return table


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise ValueError(f"it asks for {size} bytes, where a file of its size may have {limit}")


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
