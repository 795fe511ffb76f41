"""Text files, plain or gzip-compressed, read line by line and within bounds."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import TextIO, TypeAlias

from protlens.errors import FileFormatError, explain
from protlens.typing import PathInput

TextSource: TypeAlias = PathInput | TextIO
"""A text file by its path, or one that is open for reading text, which stays open."""

MAX_LINE = 2**24
"""Characters of the longest line that is read; a ProteinNet line of 36,000 residues fits in."""

MAX_LINES = 2**34
"""Characters that are read from one file line by line, after decompression."""

MAX_TEXT = 2**30
"""Characters of the longest file that is read as a whole, after decompression."""


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
        raise FileFormatError(explain(f"file {path}", found="not a text file", allowed="UTF-8 text")) from error
    except OSError as error:
        raise FileFormatError(explain(f"file {path}", found=f"not readable ({error.strerror or error})")) from error


def read_lines(source: TextSource) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file with their numbers, counted from one, without line ends.

    Parameters
    ----------
    source
        A text file; one that is given by its path is unpacked if its name ends in ``.gz``.

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
            total += len(line)
            if len(line) == MAX_LINE or total > MAX_LINES:
                limit = f"lines under {MAX_LINE} and files under {MAX_LINES} characters"
                raise FileFormatError(explain(f"{path}, line {number}", found="too long", allowed=limit))
            yield number, line.rstrip("\r\n")


def read_text(path: PathInput) -> str:
    """Return a text file, under the conditions of :func:`read_lines` but bounded by ``MAX_TEXT``."""
    with reading(Path(path)), _open(path) as handle:
        text = handle.read(MAX_TEXT + 1)
    if len(text) > MAX_TEXT:
        raise FileFormatError(explain(f"file {path}", found="too long", allowed=f"up to {MAX_TEXT} characters"))
    return text


def source_name(source: TextSource) -> str:
    """Return what messages call a source."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "text"


def _open(source: TextSource) -> AbstractContextManager[TextIO]:
    if not isinstance(source, str | os.PathLike):
        return nullcontext(source)
    path = Path(source)
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")
