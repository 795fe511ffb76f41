"""What a finished run shows: its result as soon as it is known, before its files, then its figures."""

import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING, Literal

from protlens.cli.screen import progress, step
from protlens.number_text import counted

if TYPE_CHECKING:
    from protlens.extraction.status_of_run import RunStatus
    from protlens.runs.store import Run
    from protlens.typing import Mode

_NOT_REPEATED = ("--resume", "--fresh")
"""Options that say what becomes of a run that is there, not how it is made."""


def show_results(
    run: "Run", *, mode: "Mode", figures: Literal["top", "all", "none"] = "top", full: bool = False, workers: int = 1
) -> None:
    """Make the tables of a run and print them, then write their files and draw its figures.

    Parameters
    ----------
    run
        Its shards are all there.
    mode
        How arcs, background and intervals are defined.
    figures
        What is drawn.
    full
        Print the first heads of each property with all columns.
    workers
        How many processes make the tables.
    """
    from protlens.folder_lock import locked

    with locked(run.path, wait=-1):
        with step("making the tables"):
            from protlens.cli.printed_heads import summary_lines
            from protlens.stats.run_tables import tabulate, write_tables

            tables = tabulate(run, mode=mode, workers=workers)
            lines = summary_lines(run, tables, full=full)
        _print(lines)
        write_tables(run, tables)
        _keep(run, "summary.txt", "\n".join(lines))
    if figures != "none":
        show_figures(run, figures)


def show_status(run: Path) -> "RunStatus":
    """Print how far a run is, and what to do next."""
    from protlens.cli.printed_status import print_status
    from protlens.extraction.status_of_run import run_status

    found = run_status(run)
    print_status(found, run)
    return found


def show_figures(run: "Run", which: Literal["top", "all"], *, style: Literal["screen", "journal"] = "screen") -> None:
    """Draw the figures of a finished run, and say where they are."""
    from protlens.analysis import draw_figures

    with progress("figures") as on_progress:
        drawn = draw_figures(run, which, style=style, on_progress=on_progress)
    more = "" if which == "all" else f"; all others: protlens figures {quote(str(run.path))}"
    print(f"Figures: {run.path / 'figures'} ({counted(len(drawn), 'file')}{more})")


def keep_command(run: "Run") -> None:
    """Write the command that repeats a run into its folder."""
    words = [word for word in sys.argv[1:] if word not in _NOT_REPEATED]
    _keep(run, "command.txt", join(["protlens", *words]))


def _print(lines: Sequence[str]) -> None:
    """Print lines, those that are to stand back dim where a terminal can."""
    from rich.console import Console

    from protlens.cli.printed_findings import Faint

    console = Console(markup=False, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, style="dim" if isinstance(line, Faint) else None)
    sys.stdout.flush()


def _keep(run: "Run", name: str, text: str) -> None:
    from protlens.files import replacing
    from protlens.folder_lock import locked
    from protlens.output_folders import list_files
    from protlens.runs.format import RUN_FOLDER

    with locked(run.path, wait=-1):
        with replacing(run.path / name) as beside:
            beside.write_text(f"{text}\n", encoding="utf-8")
        list_files(run.path, RUN_FOLDER, [run.path / name])
