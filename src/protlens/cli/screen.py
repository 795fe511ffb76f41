"""What the command line prints: results to standard output, notes and progress to standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Literal

from protlens.cli.pace import Pace
from protlens.number_text import is_number

if TYPE_CHECKING:
    from rich.console import Console

    from protlens.data.dataset import Dataset

WIDTH, WIDE = 80, 180
"""Columns of a page of text, in which cells are broken between words to fit; and of a table that does not fit it."""

UNBROKEN = 8
"""Letters of a cell that stays on one line."""

LOG_INTERVAL = 10.0
"""Seconds between two lines of progress in a log."""


def notes() -> "Console":
    """Return the console of standard error."""
    from rich.console import Console  # in the functions that print: a page of help is there at once without

    return Console(stderr=True)


def say(note: str) -> None:
    """Print a line on standard error."""
    notes().print(note, markup=False, highlight=False, soft_wrap=True)


def note_missing_cb(dataset: "Dataset", contact_atom: Literal["cb", "ca"]) -> None:
    """Say that contacts are left out where proteins have CA, but no CB to measure them between."""
    from protlens.properties.pair import lacks_cb

    if contact_atom == "cb" and lacks_cb(dataset):
        say(f"{dataset.name} has CA but no CB: contact is left out; --contact-atom ca measures between CA")


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table; numbers, see :func:`protlens.number_text.is_number`, are set to the right."""
    from rich.console import Console
    from rich.table import Table

    cells = [(column, *(row[place] for row in rows)) for place, column in enumerate(columns)]
    widths = [max(map(_least_width, column)) for column in cells]
    least = sum(widths) + 2 * (len(columns) - 1)
    console = Console(highlight=False, markup=False)
    page = console.width if sys.stdout.isatty() else WIDTH if least <= WIDTH else WIDE
    console.width = max(page, least)
    room = console.width - least
    for place, column in enumerate(cells):  # what is left goes to the first columns
        more = min(room, max(map(len, column)) - widths[place])
        widths[place] += more
        room -= more
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold")
    for (heading, *values), width in zip(cells, widths, strict=True):
        numeric = bool(rows) and all(not value or is_number(value) for value in values)
        table.add_column(heading, justify="right" if numeric else "left", width=width)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _least_width(cell: str) -> int:
    """Return the width of a cell that is broken between its words; a short one, as "0 of 12", is not broken."""
    return len(cell) if len(cell) <= UNBROKEN else max(map(len, cell.split()), default=1)


def table_lines(title: str, columns: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a table as :func:`print_table` prints it, for a text file too."""
    with redirect_stdout(StringIO()) as printed:
        print_table(title, columns, rows)
    return [line.rstrip() for line in printed.getvalue().splitlines()]


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what goes on while it does: a line that goes away on a terminal, a line that stays in a log."""
    if sys.stderr.isatty():
        with notes().status(what):
            yield
    else:
        print(what, file=sys.stderr, flush=True)
        yield


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows how many are done: a bar on a terminal, a line now and then in a log."""
    if not sys.stderr.isatty():
        yield _log_lines(what)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=notes(), transient=True) as bar:
        task, pace = bar.add_task(what, total=None, pace=""), Pace()

        def show(done: int, total: int) -> None:
            pace.see(done)
            bar.update(task, completed=done, total=total, pace=pace.words(total))

        yield show


def _log_lines(what: str) -> Callable[[int, int], None]:
    last, pace = time.monotonic(), Pace()

    def show(done: int, total: int) -> None:
        nonlocal last
        pace.see(done)
        now = time.monotonic()
        if done < total and now - last < LOG_INTERVAL:
            return
        last = now
        print(", ".join(filter(None, [f"{what}: {done} of {total}", pace.words(total)])), file=sys.stderr, flush=True)

    return show
