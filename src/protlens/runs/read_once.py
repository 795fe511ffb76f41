"""What was read of a directory, kept as long as the files that it depends on stand as they did."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")


class ReadOnce:
    """Values by name, each made once, and again where one of its files was written or replaced since."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[object, Any]] = {}

    def get(self, name: str, files: Sequence[Path], make: Callable[[], T]) -> T:
        """Return a value.

        Parameters
        ----------
        name
            What it is called.
        files
            The files and folders that it depends on.
        make
            Called for it where it is not there yet.
        """
        stamps = tuple(map(_stamp, files))
        there = self._values.get(name)
        if there is None or there[0] != stamps:
            there = self._values[name] = stamps, make()
        return cast("T", there[1])


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is written, or a folder is given or loses a file; None if it is not there."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns
