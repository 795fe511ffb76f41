"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
        reason = error.strerror or str(error)
        raise StorageError(
            explain(f"writing {path}", found=reason, hint="free some space or choose another folder")
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
