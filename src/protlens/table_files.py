"""Tables as files that appear whole or not at all."""

from pathlib import Path

import polars as pl

from protlens.files import replacing


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table as Parquet or CSV, as the name of the file says.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    write = {".parquet": table.write_parquet, ".csv": table.write_csv}[path.suffix]
    with replacing(path) as beside:
        write(beside)
