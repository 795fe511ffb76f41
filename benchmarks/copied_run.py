"""A run of many proteins from one of a few, its shard copied with new numbers."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from protlens.output_folders import list_files
from protlens.runs.format import PROTEINS, RUN_FOLDER, shard_folder
from protlens.runs.manifest import Manifest
from protlens.runs.seal import write_seal


def copy_run(source: Path, folder: Path, *, copies: int) -> Path:
    """Write a run that has the shard of another one as often as is asked for."""
    folder.mkdir()
    manifest = replace(Manifest.read(source), shards=copies)
    manifest.write(folder)
    listed = pq.read_table(source / PROTEINS)
    tables = {file.name: pq.read_table(file) for file in shard_folder(source, 0).glob("*.parquet")}
    for copy in range(copies):
        shard = shard_folder(folder, copy)
        shard.mkdir(parents=True)
        for name, table in tables.items():
            pq.write_table(_renumbered(table, copy * len(listed)), shard / name)
        write_seal(shard, belongs_to=manifest.fingerprint)
    rows = [_renamed(_renumbered(listed, copy * len(listed)), copy) for copy in range(copies)]
    pq.write_table(pa.concat_tables(rows), folder / PROTEINS)
    list_files(folder, RUN_FOLDER, [folder / PROTEINS])
    return folder


def _renumbered(table: pa.Table, start: int) -> pa.Table:
    if "protein" not in table.column_names:
        return table
    place = table.column_names.index("protein")
    numbers = table["protein"].to_numpy() + start
    return table.set_column(place, table.schema.field(place), pa.array(numbers, table.schema.field(place).type))


def _renamed(table: pa.Table, copy: int) -> pa.Table:
    for name in {"id", "cluster"} & set(table.column_names):
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array([f"{one}-{copy}" for one in table[name].to_pylist()]))
    return table
