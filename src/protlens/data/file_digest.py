"""The digest that a Parquet file carries: of all its other bytes, between its data and its footer.

Checksums of pages leave out the footer and the headers of pages, where a changed bit drops a column or its values. A
Parquet file names its data by their places, so what lies between them and the footer is nothing to other readers; a
program that writes the table anew leaves it out. Files of early releases have none.
"""

import hashlib
from pathlib import Path

MARK = b"protlens"
"""What the digest begins with."""

_SIZE = len(MARK) + hashlib.sha256().digest_size
_TAIL = 8
"""A Parquet file ends in the length of its footer, four bytes, and four more."""

_BLOCK = 1 << 22


def write_digest(path: Path) -> None:
    """Put the digest into a Parquet file that has none."""
    place = _footer(path)
    digest = _digest(path, place, place)
    with path.open("r+b") as file:
        file.seek(place)
        footer = file.read()
        file.seek(place)
        file.write(MARK + digest + footer)


def is_unchanged(path: Path) -> bool | None:
    """Whether a file is as it was written; None if it carries no digest.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    place = _footer(path)
    if place < _SIZE:
        return None
    with path.open("rb") as file:
        file.seek(place - _SIZE)
        told = file.read(_SIZE)
    return told == MARK + _digest(path, place - _SIZE, place) if told.startswith(MARK) else None


def _footer(path: Path) -> int:
    """Return where the footer begins; 0 if the file is none of Parquet."""
    size = path.stat().st_size
    if size < _TAIL:
        return 0
    with path.open("rb") as file:
        file.seek(size - _TAIL)
        return max(0, size - _TAIL - int.from_bytes(file.read(4), "little"))


def _digest(path: Path, end: int, start: int) -> bytes:
    """Return the sha256 of a file up to one place and from another one on."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while end and (block := file.read(min(_BLOCK, end))):
            total.update(block)
            end -= len(block)
        file.seek(start)
        while block := file.read(_BLOCK):
            total.update(block)
    return total.digest()
