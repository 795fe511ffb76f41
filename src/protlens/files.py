"""Files that appear whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from protlens.errors import StorageError, explain


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside the given one to write to; on leaving, flush it to disk and rename it into place.

    If anything is raised meanwhile, Ctrl-C included, the file beside is removed and the old one stays.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        _flush(beside)
        beside.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise _storage_error(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside the given one to fill; on leaving, flush its files and rename it into place.

    If anything is raised meanwhile, Ctrl-C included, the folder beside is removed. The given one must not exist.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.mkdir(parents=True)
        yield beside
        for file in beside.iterdir():
            _flush(file)
        _flush(beside)
        beside.rename(path)
        _flush(path.parent)
    except OSError as error:
        raise _storage_error(path, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _storage_error(path: Path, error: OSError) -> StorageError:
    reason = error.strerror or str(error)
    return StorageError(explain(f"writing {path}", found=reason, hint="free some space or choose another folder"))
