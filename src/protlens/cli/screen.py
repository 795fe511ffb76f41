"""What the command line prints: results to standard output, notes and progress to standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from protlens.number_text import is_number

if TYPE_CHECKING:
    from protlens.data.dataset import Dataset

LOG_INTERVAL = 10.0
"""Seconds between two lines of progress in a log."""


def notes() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True)


def note_missing_cb(dataset: "Dataset", contact_atom: Literal["cb", "ca"]) -> None:
    """Say that contacts are left out where proteins have CA, but no CB to measure them between."""
    from protlens.properties.pair import lacks_cb

    if contact_atom == "cb" and lacks_cb(dataset):
        text = f"{dataset.name} has CA but no CB: contact is left out; --contact-atom ca measures between CA"
        notes().print(text, markup=False, highlight=False, soft_wrap=True)


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table; numbers, see :func:`protlens.number_text.is_number`, are set to the right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold")
    for place, column in enumerate(columns):
        numeric = bool(rows) and all(not row[place] or is_number(row[place]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 180
    Console(width=width, highlight=False, markup=False).print(table)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows how many are done: a bar on a terminal, a line now and then in a log."""
    if not sys.stderr.isatty():
        yield _log_lines(what)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes(), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")
        started = time.monotonic()

        def show(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-9)
            bar.update(task, completed=done, total=total, rate=f"{rate:.0f}/s")

        yield show


def _log_lines(what: str) -> Callable[[int, int], None]:
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done < total and now - last < LOG_INTERVAL:
            return
        last = now
        rate = done / max(now - started, 1e-9)
        left = (total - done) / max(rate, 1e-9)
        print(f"{what}: {done} of {total}, {rate:.0f}/s, {left:.0f} s left", file=sys.stderr, flush=True)

    return show
