"""Holding a lock file, also in place of a process that ended between making it and signing it."""

import os
import time
from contextlib import suppress
from math import inf
from pathlib import Path

from filelock import SoftFileLock, Timeout

SILENCE = 2.0
"""Seconds for which nothing stands in a lock file before it is taken for one of a process that ended."""

_POLL = 0.1


def hold(lock: SoftFileLock, *, wait: float = 0.0) -> None:
    """Acquire a lock.

    filelock makes the file of a lock and then writes who holds it. A process that is killed or interrupted in between
    leaves an empty file, which filelock never takes over, as releases before 3.22 wrote nothing at all; a file that
    says nonsense it takes over after two seconds. So one that stays empty is made to say nonsense.

    Parameters
    ----------
    lock
        To be acquired.
    wait
        Seconds to wait for another process that holds it; below zero without an end.

    Raises
    ------
    Timeout
        If another process holds it.
    OSError
        If its file cannot be written.
    """
    deadline = inf if wait < 0 else time.monotonic() + wait
    while True:
        try:
            lock.acquire(timeout=min(max(deadline - time.monotonic(), 0.0), SILENCE), poll_interval=_POLL)
            return
        except Timeout:
            if _spoiled(Path(lock.lock_file)):
                deadline = max(deadline, time.monotonic() + 2 * SILENCE)
            elif time.monotonic() >= deadline:
                raise


def _spoiled(path: Path) -> bool:
    """Write a letter into a lock file that stays empty; what its process writes, should it live, takes its place."""
    with suppress(OSError), path.open("r+b", buffering=0) as file:
        since = time.monotonic()
        while os.fstat(file.fileno()).st_size == 0:
            if time.monotonic() - since >= SILENCE:
                file.write(b"?")
                return True
            time.sleep(_POLL)
    return False
