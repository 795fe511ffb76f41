"""``protlens figures``."""

from typing import Annotated, Literal

import typer

from protlens.cli.options import DEFAULT_RUN, RunFolder
from protlens.cli.results import show_figures
from protlens.files import check_temporary_folder


def figures(
    run: RunFolder = DEFAULT_RUN,
    which: Annotated[
        Literal["all", "top"], typer.Option("--figures", help="All, or a summary and what was found.")
    ] = "all",
    figure_style: Annotated[
        Literal["screen", "journal"],
        typer.Option(
            help="With titles, or as journals print them: no title, Helvetica or Arial, at most 183 mm, SVG too."
        ),
    ] = "screen",
) -> None:
    """Draw the figures of a finished run, as PDF and PNG."""
    check_temporary_folder()
    from protlens.runs.store import Run

    show_figures(Run.open(run), which, style=figure_style)
