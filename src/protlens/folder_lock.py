"""One process at a time writes into a folder."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import SoftFileLock, Timeout

from protlens.errors import RunError, explain
from protlens.files import storage_error
from protlens.lock_files import hold

LOCK = ".protlens.lock"
"""The file that is there while a process writes; it names the process."""


@contextmanager
def locked(folder: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Keep other processes from writing into a folder, which is made if it is not there and stays if it is filled.

    The lock of a process that was killed is taken over. A process may hold it several times.

    Parameters
    ----------
    folder
        To write into.
    wait
        Seconds to wait for another process that holds it; below zero without an end.

    Raises
    ------
    RunError
        If another process holds it.
    StorageError
        If the folder cannot be written.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = SoftFileLock(folder.resolve() / LOCK, is_singleton=True)
        hold(lock, wait=wait)
    except Timeout as error:
        found = f"process {lock.pid} is writing into it, says its {LOCK}"
        hint = "wait until that has ended, or choose another folder as out="
        raise RunError(explain(f"folder {folder}", found=found, hint=hint)) from error
    except OSError as error:
        raise storage_error(folder, error) from error
    try:
        yield
    finally:
        lock.release()
        if made:
            with suppress(OSError):  # unless something was written
                folder.rmdir()
