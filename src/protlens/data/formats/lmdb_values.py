"""The values of an LMDB file, read in a process of its own.

LMDB maps a file into memory and trusts what its pages say of one another: with some damage it reads where nothing is,
and the system ends the process. That is then not the one that asked.
"""

import os
import struct
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from protlens.errors import FileFormatError, explain

FIRST_KEY = "num_examples"
"""Its value comes first; those of the keys ``0``, ``1``, ... follow, up to the first that is missing."""

_SIZE = struct.Struct("<Q")
_SECONDS, _BYTES_A_SECOND = 60, 20_000_000


def lmdb_values(file: Path, *, max_bytes: int) -> Generator[bytes]:
    """Yield the value of ``FIRST_KEY`` and those of the keys that count from zero.

    Parameters
    ----------
    file
        The file, which is opened for reading, without a lock.
    max_bytes
        Bytes of the longest value that is read.

    Raises
    ------
    FileFormatError
        If the file does not exist, is not LMDB, or is damaged.
    """
    if not file.is_file():
        raise FileFormatError(explain(f"LMDB file {file}", found="it does not exist"))
    command = [sys.executable, "-P", "-m", "protlens.data.formats.lmdb_values", str(file.absolute()), str(max_bytes)]
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **streams) as reader:
        try:
            yield from _received(reader.stdout)
            _, said = reader.communicate()
        finally:
            reader.kill()
    if reader.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        reason = last if reader.returncode == 2 and last else "reading it fails"
        hint = "copy the file again"
        raise FileFormatError(explain(f"LMDB file {file}", found=f"damaged, or not LMDB ({reason})", hint=hint))


def _received(stream: IO[bytes] | None) -> Iterator[bytes]:
    assert stream is not None
    while len(size := stream.read(_SIZE.size)) == _SIZE.size:
        (length,) = _SIZE.unpack(size)
        if len(value := stream.read(length)) < length:
            return
        yield value


def main() -> None:
    """Write the values of the file that the first argument names; the second is how long the longest may be."""
    import lmdb

    path, max_bytes = sys.argv[1], int(sys.argv[2])
    size = os.stat(path).st_size  # noqa: PTH116
    _limit_this_process(_SECONDS + size // _BYTES_A_SECOND)
    try:
        with lmdb.open(path, subdir=False, readonly=True, lock=False, create=False, readahead=False) as opened:
            expected = (opened.info()["last_pgno"] + 1) * opened.stat()["psize"]
            if size < expected:
                raise ValueError(f"{size} bytes of {expected}")
            with opened.begin(buffers=True) as transaction:
                _send(transaction, max_bytes=max_bytes, in_all=size)
    except BrokenPipeError:  # whoever asked has heard enough
        sys.stderr.close()
    except (lmdb.Error, ValueError, OverflowError, MemoryError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        sys.exit(2)


def _send(transaction: Any, *, max_bytes: int, in_all: int) -> None:
    number = -1
    key, value = FIRST_KEY, transaction.get(FIRST_KEY.encode())
    while value is not None:
        in_all -= len(value)
        if len(value) > max_bytes:
            raise ValueError(f"key {key}: {len(value)} bytes, where up to {max_bytes} are allowed")
        if in_all < 0:
            raise ValueError("more values than the file has room for")
        sys.stdout.buffer.write(_SIZE.pack(len(value)))
        sys.stdout.buffer.write(value)
        number += 1
        key = str(number)
        value = transaction.get(key.encode())
    sys.stdout.buffer.flush()


def _limit_this_process(seconds: int) -> None:
    with suppress(ImportError):  # not on Windows
        import resource

        for kind, limit in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # where a lower limit is already set
                resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
