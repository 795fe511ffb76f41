"""Folders that other commands wrote, read with clear errors."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from protlens.errors import FileFormatError, RunError, explain
from protlens.runs.store import Run


def read_columns(path: Path, columns: list[str], *, command: str, optional: Collection[str] = ()) -> pl.DataFrame:
    """Return some columns of a CSV file; those that are optional are null where the file lacks them.

    Raises
    ------
    FileFormatError
        If the file is missing or damaged, with the command whose folder it should be in.
    """
    try:
        table = pl.read_csv(path, infer_schema_length=None)
        missing = [name for name in optional if name not in table.columns]
        return table.with_columns(pl.lit(None).alias(name) for name in missing).select(columns)
    except (OSError, PolarsError) as error:
        raise not_a_folder_of(command, path.parent, f"{path.name} is missing or damaged") from error


def not_a_folder_of(command: str, folder: Path, found: str) -> FileFormatError:
    """Return the error for a folder that a command did not write."""
    return FileFormatError(explain(f"folder {folder}", found=found, hint=f"give one that '{command}' wrote"))


def check_same_model(model: dict[str, Any], run: Run, folder: Path) -> None:
    """Raise RunError unless what is in a folder was made with the weights of a run."""
    mine = run.manifest.model
    if model.get("sha256") != mine["sha256"]:
        found = f"made with {model.get('name')}, or other weights of it, while run {run.path} is of {mine['name']}"
        raise RunError(explain(f"folder {folder}", found=found, hint="give one made with the model of the run"))
