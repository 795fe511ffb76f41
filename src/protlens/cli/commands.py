"""The command ``protlens``."""

import typer

from protlens.cli.ablate import ablate
from protlens.cli.analyze import analyze
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
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(analyze)
app.command()(heads)
app.command()(compare)
app.command()(contacts)
app.command()(probe)
app.command()(null)
app.command()(ablate)
app.command()(figures)
app.command()(report)
app.command()(reproduce)
app.command()(view)
app.command()(serve)
app.command()(examples)
app.add_typer(run_app, name="run")
app.add_typer(dataset_app, name="dataset")
app.add_typer(models_app, name="models")


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
