"""Folders that other commands wrote, read with clear errors."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from protlens.errors import FileFormatError, RunError, explain
from protlens.output_folders import change_since_written
from protlens.runs.manifest import is_same_model
from protlens.runs.store import Run


def read_columns(path: Path, columns: list[str], *, command: str, optional: Collection[str] = ()) -> pl.DataFrame:
    """Return some columns of a CSV file; those that are optional are null where the file lacks them.

    Raises
    ------
    FileFormatError
        If the file is missing or damaged, with the command whose folder it should be in.
    """
    check_as_written(path, command)
    try:
        table = pl.read_csv(path, infer_schema_length=None)
        missing = [name for name in optional if name not in table.columns]
        return table.with_columns(pl.lit(None).alias(name) for name in missing).select(columns)
    except (OSError, PolarsError) as error:
        raise not_a_folder_of(command, path.parent, f"{path.name} is missing or damaged") from error


def check_as_written(path: Path, command: str, *, folder: Path | None = None) -> None:
    """Raise FileFormatError if a file of a folder, by default the one it lies in, is not what the command wrote."""
    folder = path.parent if folder is None else folder
    if path.is_file() and (found := change_since_written(path, folder)):
        raise not_a_folder_of(command, folder, found)


def not_a_folder_of(command: str, folder: Path, found: str) -> FileFormatError:
    """Return the error for a folder that a command did not write."""
    return FileFormatError(explain(f"folder {folder}", found=found, hint=f"give one that '{command}' wrote"))


def check_same_model(model: dict[str, Any], run: Run, folder: Path) -> None:
    """Raise RunError unless what is in a folder was made with the weights of a run."""
    mine = run.manifest.model
    if not is_same_model(model, mine):
        made = f"made with {model.get('name')}, or other weights or settings of it"
        found = f"{made}, while run {run.path} is of {mine['name']}"
        raise RunError(explain(f"folder {folder}", found=found, hint="give one made with the model of the run"))
