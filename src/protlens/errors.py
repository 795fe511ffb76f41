"""The errors a user can meet, as one tree.

::

    ProtlensError               expected: the command line prints it as one line and exits with status 2
    ├── UnknownNameError        a dataset, model, property or head that does not exist
    ├── OptionError             a value that is not allowed
    ├── FileFormatError         a file that is not what it should be
    ├── DatasetError            proteins or labels that contradict each other
    ├── ModelError              a checkpoint that cannot be used, or cannot show its attention
    ├── DownloadError           a file that is not here and cannot be fetched
    ├── RunError                a run directory that belongs to something else, or is damaged
    ├── StorageError            a disk that is full or not writable
    └── PageError               the page of the report and the explorer, where it was not built

Anything else that is raised is a defect of protlens and keeps its traceback. What is left out of an input that is read
otherwise is a LeftOutWarning.
"""

from collections.abc import Iterable


class ProtlensError(Exception):
    """An expected error, with a message that says what to do next.

    Examples
    --------
    >>> try:
    ...     protlens.load_dataset("pdb-mimi")
    ... except protlens.ProtlensError as error:
    ...     print(error)
    dataset 'pdb-mimi'...
    """


class UnknownNameError(ProtlensError):
    """A name that is not known."""


class OptionError(ProtlensError):
    """A value that is not allowed."""


class FileFormatError(ProtlensError):
    """A file that is not what it should be."""


class DatasetError(ProtlensError):
    """Proteins or labels that contradict each other."""


class ModelError(ProtlensError):
    """A checkpoint that cannot be used."""


class DownloadError(ProtlensError):
    """A file that is not here and cannot be fetched."""


class RunError(ProtlensError):
    """A run directory that belongs to something else, or is damaged."""


class StorageError(ProtlensError):
    """A disk that is full or not writable."""


class PageError(ProtlensError):
    """The page of the report and the explorer was not built when protlens was installed."""


class LeftOutWarning(UserWarning):
    """A part of an input that was left out while the rest was read; the command line prints it as a note."""


def explain(
    asked: str,
    *,
    found: str | None = None,
    allowed: str | Iterable[str] | None = None,
    hint: str | None = None,
) -> str:
    """Build an error message of one line: what was asked, what was found, what is allowed, what to do next.

    Parameters
    ----------
    asked
        What was asked for, or which input is meant.
    found
        What was there instead.
    allowed
        What would have been right; several values are joined by commas.
    hint
        What to do next, as an imperative.
    """
    parts = [_cut(asked)]
    if found is not None:
        parts.append(f": {_cut(found)}")
    if allowed is not None:
        parts.append(f"; allowed: {allowed if isinstance(allowed, str) else ', '.join(allowed)}")
    if hint is not None:
        parts.append(f"; {hint}")
    return " ".join("".join(parts).split())


_LONGEST_NAME = 80
_LONGEST_PART = 200


def _cut(part: str) -> str:
    """Return what a line has room for of a text that may hold a whole file: its begin and its end."""
    if len(part) <= _LONGEST_PART:
        return part
    return f"{part[: _LONGEST_PART - 60]} ... {part[-50:]}"


def shortened(name: str) -> str:
    """Return what a message repeats of a name that comes from outside."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
