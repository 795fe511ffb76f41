"""What was read of a directory, kept as long as the files that it depends on stand as they did."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from protlens.files import file_stamp

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
    """Return the stamp of a file or a folder; None if it is not there."""
    try:
        return file_stamp(path)
    except OSError:
        return None
