"""The entry point of the command line, and what becomes of errors."""

import errno
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

_LONGEST = 1000
_NO_MEMORY = "memory: too little of it to go on; close other programs, or raise the limit (ulimit -v)"
_NOT_MAPPED = ("failed to map segment", "Cannot allocate memory", "cannot allocate memory")
"""What the system says where a library does not fit into the address space."""


def main() -> None:
    """Run the command line.

    An expected error is one line and exit status 2; Ctrl-C is status 130; anything else keeps its traceback. Nothing
    of weight is imported outside, so that Ctrl-C finds its handler as soon as Python has started.
    """
    try:
        from protlens.cli.interrupts import interrupts_after_imports

        with interrupts_after_imports():
            status = _run()
    except KeyboardInterrupt:
        status = 130
    except MemoryError:
        _leave(2, _NO_MEMORY)
    except ImportError as error:
        if not any(words in str(error) for words in _NOT_MAPPED):
            raise
        _leave(2, _NO_MEMORY)
    if status == 130:
        _leave(status, "interrupted; what was finished is kept, and the same command completes it")
    sys.exit(status)


def _run() -> int:
    """Run the command that was asked for and return its exit status."""
    from protlens.threads import settle

    settle()  # before anything that has threads is loaded
    import typer

    from protlens.cli.commands import app
    from protlens.errors import ProtlensError

    usage_error = typer.BadParameter.__mro__[1]  # typer has no public name for it
    try:
        with _notes_in_lines():
            status = app(standalone_mode=False)
        sys.stdout.flush()
    except ProtlensError as error:
        from protlens.cli.options import with_options

        _leave(2, with_options(str(error)))
    except usage_error as error:
        _refuse_usage(error.format_message())
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _leave(2, f"writing: {error.strerror}; free some space")
    return status or 0


@contextmanager
def _notes_in_lines() -> Iterator[None]:
    """Print what is left out of an input as a line each; other warnings look as Python has them."""
    from protlens.errors import LeftOutWarning

    with warnings.catch_warnings():
        python_shows = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, LeftOutWarning):
                print(message, file=sys.stderr)
            else:
                python_shows(message, category, filename, lineno, file, line)

        warnings.simplefilter("always", LeftOutWarning)
        warnings.showwarning = show
        yield


def _refuse_usage(message: str) -> NoReturn:
    if not message or "\n" in message:  # what a command without arguments is answered with: its help
        print(message, end="", file=sys.stderr)
        sys.exit(2)
    _leave(2, f"{' '.join(message.split())} See --help.")


def _leave(status: int, message: str) -> NoReturn:
    print(f"protlens: {message if len(message) <= _LONGEST else f'{message[:_LONGEST]}...'}", file=sys.stderr)
    sys.exit(status)
