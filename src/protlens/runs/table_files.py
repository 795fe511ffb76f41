"""Parquet files of a run: what all classes of a track share is stored once, and read under the name of each.

All amino acids have the same labelled residues, so the same arcs fall on them: of forty classes a third of what is
counted would be stored twenty times. The schema's metadata say under which name a column is stored.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from protlens.errors import RunError, explain

SAME = b"protlens.same"
"""The entry of the metadata: a JSON object, by the name of each column the name that it is stored under."""

SHARED = frozenset(
    {"pairs", "sites", "eligible", "residues", "histogram_eligible"}
    | {"weight_total", "weight_eligible", "weight_eligible_squared"}
)
"""What depends on where a track has labels, and not on what they say."""

LARGE = 4 * 1024**2
"""Bytes from which a file is read by several threads, which cost more than they save in a smaller one."""

Rows: TypeAlias = Sequence[tuple[str, str, int]]
"""Conditions that all hold for a row: column, comparison, value, as Parquet readers take them."""


def write_once(table: pa.Table, path: Path) -> None:
    """Write a table; a column that the classes of a track share is written for the first of them.

    The bytes of numbers are split by their place, as most counts are small: files are half as large as with
    dictionaries.
    """
    same = {name: _stored_as(table, name) for name in table.column_names}
    first = table.select(list(dict.fromkeys(same.values())))
    if first.num_columns < table.num_columns:
        first = first.replace_schema_metadata({SAME: json.dumps(same)})
    pq.write_table(first, path, compression="zstd", compression_level=6, **_split(first.schema))


def stored_names(files: Sequence[Path]) -> dict[str, str]:
    """Return the name under which each column can be stored for all these files, which have the same columns."""
    each = [_same(pq.read_schema(file)) for file in files]
    return {name: stored if all(one[name] == stored for one in each) else name for name, stored in each[0].items()}


def write_parts(parts: Iterable[pa.Table], names: Mapping[str, str], path: Path) -> None:
    """Write tables one after the other, each a group of rows, so that one is in memory at a time.

    Parameters
    ----------
    parts
        At least one, each with the columns that are stored.
    names
        The name under which each column is stored.
    path
        The file.
    """
    told = {SAME: json.dumps(dict(names))} if set(names.values()) < set(names) else None
    writer = None
    for part in parts:
        if writer is None:
            schema = part.schema.with_metadata(told)
            writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=6, **_split(schema))
        writer.write_table(part.replace_schema_metadata(told).cast(schema))
    assert writer is not None
    writer.close()


def pack(path: Path) -> None:
    """Write a file anew, some tenths smaller and many times slower: for runs that are sent to others."""
    table = pq.read_table(path)
    pq.write_table(table, path, compression="brotli", compression_level=11, **_split(table.schema))


def _split(schema: pa.Schema) -> dict[str, Any]:
    numbers = {_leaf(field): "BYTE_STREAM_SPLIT" for field in schema if _is_number(_values(field.type))}
    return {"use_dictionary": False, "column_encoding": numbers or None}


def _values(kind: pa.DataType) -> pa.DataType:
    listed = pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind)
    return kind.value_type if listed else kind


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _leaf(field: pa.Field) -> str:
    """Return what Parquet calls the column in which the values of a field lie."""
    return field.name if _values(field.type) == field.type else f"{field.name}.list.element"


def read_table(run: Path, path: Path, *, columns: Sequence[str] | None = None, rows: Rows | None = None) -> pa.Table:
    """Read one Parquet file of a run, or some of its columns and rows.

    Raises
    ------
    RunError
        If it is missing or damaged.
    """
    try:
        large = path.stat().st_size >= LARGE
        # A fraction of the time of pq.read_table, which tables take thousands of times.
        with pq.ParquetFile(path, pre_buffer=large) as file:
            same = _same(file.schema_arrow)
            wanted = list(same) if columns is None else list(columns)
            stored = list({same[name] for name in wanted})
            if rows is None:
                table = file.read(stored, use_threads=large)
            else:
                table = pq.read_table(path, columns=stored, filters=rows)
        return pa.table({name: table[same[name]] for name in wanted})
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        found = f"{path.relative_to(run)} is damaged ({error})"
        raise RunError(explain(f"run {run}", found=found, hint="start over with fresh=True")) from error


def _same(schema: pa.Schema) -> Mapping[str, str]:
    if (given := (schema.metadata or {}).get(SAME)) is None:
        return {name: name for name in schema.names}
    same = json.loads(given)
    if not isinstance(same, dict) or not set(schema.names).issuperset(same.values()):
        raise ValueError("its metadata name columns that are not there")
    return same


def _stored_as(table: pa.Table, name: str) -> str:
    """Return the first column of the same part and track that holds the same, which may be the column itself."""
    if name.partition(":")[0].partition("@")[0] not in SHARED:
        return name
    alike = (one for one in table.column_names if one.split(":")[:2] == name.split(":")[:2])
    first: str = next(one for one in alike if table[one].equals(table[name]))
    return first
