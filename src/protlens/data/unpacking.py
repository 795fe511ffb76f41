"""Gzipped content, unpacked within bounds."""

import errno
import gzip
import io
from typing import BinaryIO

FREE = 16 * 1024**2
"""Bytes that any gzipped file may unpack to."""


class _Bounded(io.RawIOBase):
    def __init__(self, unpacked: gzip.GzipFile, limit: int) -> None:
        self._unpacked = unpacked
        self._limit = limit
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = self._unpacked.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError(errno.EFBIG, f"it unpacks to more than {self._limit} bytes, too many for its size")
        return count

    def close(self) -> None:
        self._unpacked.close()
        super().close()


def unpack(file: BinaryIO, *, size: int, expansion: int) -> io.BufferedReader:
    """Return what a gzipped file holds, as a file.

    Reading raises OSError where it unpacks to more than ``FREE`` bytes and ``expansion`` times its size.

    Parameters
    ----------
    file
        The file, open for reading bytes.
    size
        Its bytes.
    expansion
        How many times its size it may unpack to.
    """
    return io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=file), max(FREE, expansion * size)), 1 << 16)
