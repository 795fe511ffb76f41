"""A structure file is first read in a process of its own, with little memory and time.

Some bytes make a reader use gigabytes or hours, or crash. Whatever happens to that process, the server goes on; only
what was read within the bounds is read again.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, ProtlensError, explain
from protlens.threads import worker_environment

SECONDS = 10
"""What reading a file may take."""

MEMORY = 1536 * 1024**2
"""Bytes of address space that the process may have, where the system can hold it to that."""


def try_structure(path: Path, *, max_bytes: int) -> None:
    """Read a structure file in a process of its own.

    Raises
    ------
    FileFormatError
        If it cannot be read, unpacks to more than ``max_bytes``, or takes more than is allowed.
    """
    command = [sys.executable, "-P", "-m", "protlens.web.sandbox", str(path), str(max_bytes)]
    environment = os.environ | worker_environment(1)
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "encoding": "utf-8"}
    try:
        done = subprocess.run(command, env=environment, **streams, errors="replace", timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_much(path) from error
    if done.returncode == 2:
        raise FileFormatError(done.stderr.strip().rpartition("\n")[2])
    if done.returncode:
        raise _too_much(path)


def _too_much(path: Path) -> FileFormatError:
    return FileFormatError(explain(f"structure {path}", found="reading it takes too much memory or time, or fails"))


def main() -> None:
    """Read the file that the first argument names; the second is how many bytes it may unpack to."""
    _limit_this_process()
    try:
        read_structure(Path(sys.argv[1]), max_bytes=int(sys.argv[2]))
    except ProtlensError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def _limit_this_process() -> None:
    with suppress(ImportError):  # not on Windows
        import resource

        limits = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_CORE: 0}
        for kind, limit in limits.items():
            with suppress(ValueError, OSError):  # where a lower limit is already set, or this one cannot be
                resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
