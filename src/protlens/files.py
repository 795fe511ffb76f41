"""Files that appear whole or not at all."""

import errno
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protlens.errors import StorageError, explain

if TYPE_CHECKING:
    import polars as pl

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

UNFINISHED = ".*.part"
"""What files and folders are called until they are whole; a killed process may leave some."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside the given one to write to; on leaving, flush it to disk and rename it into place.

    If anything is raised meanwhile, Ctrl-C included, the file beside is removed and the old one stays.

    Raises
    ------
    StorageError
        If the disk is full, the folder cannot be written, or the path is a folder or a device.
    """
    if not path.name or (path.exists() and not path.is_file()):
        found = "a folder" if path.is_dir() else "not a regular file"
        raise StorageError(explain(f"writing {path}", found=found, hint="give the name of a file"))
    beside = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        _flush(beside)
        beside.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise storage_error(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside the given one to fill; on leaving, flush its files and rename it into place.

    If anything is raised meanwhile, Ctrl-C included, the folder beside is removed. A folder of this name that is there
    by then, as another process was faster, stays as it is.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    beside = _beside(path)
    try:
        beside.mkdir(parents=True)
        yield beside
        for file in beside.iterdir():
            _flush(file)
        _flush(beside)
        with _unless_there():
            beside.rename(path)
        _flush(path.parent)
    except OSError as error:
        raise storage_error(path, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _unless_there() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside the given one for what is needed for a while; on leaving it is removed.

    Raises
    ------
    StorageError
        If the folder cannot be made, or the disk is full.
    """
    beside = _beside(path)
    try:
        beside.mkdir(parents=True)
    except OSError as error:
        raise storage_error(path, error) from error
    try:
        yield beside
    except OSError as error:
        if error.errno in _FULL:
            raise storage_error(path, error) from error
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there.

    A folder is renamed first, so that it is never seen with a part of its files.

    Raises
    ------
    StorageError
        If it cannot be removed.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path.rename(_beside(path)))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error


def write_json(path: Path, content: Mapping[str, Any], *, indent: int = 1) -> None:
    """Write a JSON object, whole or not at all.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with replacing(path) as beside:
        beside.write_text(json.dumps(content, indent=indent) + "\n", encoding="utf-8")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def file_stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written or replaced, or a folder is given or loses a file.

    Raises
    ------
    OSError
        If it is not there.
    """
    seen = path.stat()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def json_checksum(content: Mapping[str, Any]) -> str:
    """Return the sha256 of a JSON object, whatever the order of its entries and the spaces between them."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check_temporary_folder() -> None:
    """Raise StorageError if no folder takes temporary files; torch needs one to be imported at all."""
    try:
        tempfile.gettempdir()
    except OSError as error:
        hint = "free some space, or set TMPDIR to another folder"
        raise StorageError(explain("temporary files", found="no folder takes them", hint=hint)) from error


def storage_error(path: Path, error: OSError) -> StorageError:
    """Return the one line for what the system says against writing a path."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    full = error.errno in _FULL
    hint = "free some space or choose another folder" if full else "choose another folder"
    return StorageError(explain(f"writing {path}", found=reason, hint=hint))


def write_table(table: "pl.DataFrame", path: Path) -> None:
    """Write a table as CSV if the file's name says so, else as Parquet.

    In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with replacing(path) as beside:
        if path.suffix == ".csv":
            _without_formulas(table).write_csv(beside)
        else:
            table.write_parquet(beside)


def _without_formulas(table: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    text = pl.col(pl.String)
    return table.with_columns(pl.when(text.str.contains(r"^[=+@\t\r-]")).then("'" + text).otherwise(text).name.keep())
