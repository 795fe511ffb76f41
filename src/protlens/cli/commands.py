"""The command ``protlens``."""

from collections.abc import Callable, Mapping, Sequence

import typer

from protlens.cli.ablate import ablate
from protlens.cli.analyze import analyze
from protlens.cli.command_examples import examples_of
from protlens.cli.compare import compare
from protlens.cli.contacts import contacts
from protlens.cli.dataset import dataset_app
from protlens.cli.examples import examples
from protlens.cli.figures import figures
from protlens.cli.heads import heads
from protlens.cli.models import models_app
from protlens.cli.null import null
from protlens.cli.probe import probe
from protlens.cli.report import report
from protlens.cli.reproduce import reproduce
from protlens.cli.run_commands import run_app
from protlens.cli.serve import serve
from protlens.cli.view import view

app = typer.Typer(
    name="protlens",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS: Mapping[str, Sequence[Callable[..., None]]] = {
    "Find what attention follows": (analyze, heads, view),
    "Look at it": (examples, serve, report, figures),
    "Is it real, and does the model use it?": (null, ablate, compare, reproduce),
    "What else the model knows": (contacts, probe),
}
"""The groups of the help, each with its commands."""

for _panel, _commands in PANELS.items():
    for _command in _commands:
        app.command(rich_help_panel=_panel, epilog=examples_of(_command.__name__))(_command)
for _name, _group in {"dataset": dataset_app, "models": models_app, "run": run_app}.items():
    app.add_typer(_group, name=_name, rich_help_panel="Proteins, models and runs")


def _print_version(asked: bool) -> None:
    if asked:
        from protlens import __version__

        typer.echo(f"protlens {__version__}")
        raise typer.Exit


@app.callback()
def protlens(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Find what the attention of a protein language model has learned."""
