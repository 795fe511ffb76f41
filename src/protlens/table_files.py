"""Tables as files that appear whole or not at all."""

from pathlib import Path

import polars as pl

from protlens.files import replacing


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table as CSV if the file's name says so, else as Parquet.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with replacing(path) as beside:
        if path.suffix == ".csv":
            table.write_csv(beside)
        else:
            table.write_parquet(beside)
