"""Text files, plain or gzip-compressed, read line by line and within bounds."""

import codecs
import gzip
import os
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import count, islice
from pathlib import Path
from typing import TextIO, TypeAlias

from protlens.data.unpacking import unpack
from protlens.errors import FileFormatError, explain
from protlens.typing import PathInput

TextSource: TypeAlias = PathInput | TextIO
"""A text file by its path, or one that is open for reading text, which stays open."""

_NO_TEXT = re.compile("[\0-\b\x0e-\x19\x1c-\x1f]")
"""Control characters that no text holds."""

MAX_LINE = 2**24
"""Characters of the longest line that is read; a ProteinNet line of 36,000 residues fits in."""

MAX_LINES = 2**34
"""Characters that are read from one file line by line, after decompression."""

MAX_TEXT = 2**30
"""Characters of the longest file that is read as a whole, after decompression."""

_PIECE = 2**20

EXPANSION = 100
"""How many times its size a gzipped file of more than 16 MB may unpack to; files of masks reach 30."""

MAX_RECORDS = 2**20
"""Proteins that are read from any file; Swiss-Prot has some 570,000."""

RECORD_BYTES = 16
"""For so many bytes on disk a file may hold one more; Pfam has 32 million in TAPE's form."""


@contextmanager
def reading(path: Path | str) -> Iterator[None]:
    """Turn whatever goes wrong while a file is opened, decompressed or decoded into a FileFormatError."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileFormatError(explain(f"file {path}", found="it does not exist")) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileFormatError(explain(f"file {path}", found=f"damaged, or not gzip ({error})")) from error
    except UnicodeDecodeError as error:
        raise FileFormatError(
            explain(f"file {path}", found="not a text file", allowed="UTF-8 or Latin-1 text")
        ) from error
    except OSError as error:
        raise FileFormatError(explain(f"file {path}", found=f"not readable ({error.strerror or error})")) from error


def read_lines(source: TextSource) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file with their numbers, counted from one, without line ends.

    Parameters
    ----------
    source
        A text file, in UTF-8 or Latin-1; one that is given by its path is unpacked if it is gzipped, whatever its name.

    Raises
    ------
    FileFormatError
        If the file cannot be opened, is damaged, is not text, or exceeds ``MAX_LINE`` or ``MAX_LINES``.
    """
    total, path = 0, source_name(source)
    with reading(path), _open(source) as handle:
        for number in count(1):
            line = handle.readline(MAX_LINE)
            if not line:
                return
            _check_text(line, path)
            total += len(line)
            if len(line) == MAX_LINE or total > MAX_LINES:
                limit = f"lines under {MAX_LINE} and files under {MAX_LINES} characters"
                raise FileFormatError(explain(f"{path}, line {number}", found="too long", allowed=limit))
            yield number, line.rstrip("\r\n")


def read_text(path: PathInput) -> str:
    """Return a text file, under the conditions of :func:`read_lines` but bounded by ``MAX_TEXT``."""
    with reading(Path(path)), _open(path) as handle:
        pieces = iter(lambda: handle.read(_PIECE), "")  # a file makes room at once for all that it is asked for
        text = "".join(islice(pieces, MAX_TEXT // _PIECE + 1))
    _check_text(text, source_name(path))
    if len(text) > MAX_TEXT:
        raise FileFormatError(explain(f"file {path}", found="too long", allowed=f"up to {MAX_TEXT} characters"))
    return text


def most_records(source: TextSource) -> int:
    """Return how many records are read from a source: as many as it has room for, unless it was packed to deceive."""
    if not isinstance(source, str | os.PathLike):
        return sys.maxsize
    with reading(source_name(source)):
        return max(MAX_RECORDS, Path(source).stat().st_size // RECORD_BYTES)


def _check_text(text: str, path: str) -> None:
    if _NO_TEXT.search(text):
        raise FileFormatError(explain(f"file {path}", found="not a text file", allowed="UTF-8 or Latin-1 text"))


def source_name(source: TextSource) -> str:
    """Return what messages call a source."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "text"


@contextmanager
def _open(source: TextSource) -> Iterator[TextIO]:
    if not isinstance(source, str | os.PathLike):
        yield source
        return
    with Path(source).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        packed = Path(source).suffix == ".gz" or file.peek(2)[:2] == b"\x1f\x8b"
        with unpack(file, size=size, expansion=EXPANSION) if packed else file as content:
            yield TextIOWrapper(content, encoding="utf-8-sig", errors=_LATIN_1)


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Read what is not UTF-8 as Latin-1 with Windows' letters, in which older headers are written."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


_LATIN_1 = "protlens.latin-1"
codecs.register_error(_LATIN_1, _as_latin_1)
