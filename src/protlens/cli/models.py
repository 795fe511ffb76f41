"""``protlens models``."""

from typing import Annotated

import typer

from protlens.cli.screen import print_table

models_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, describe and check models.")

Model = Annotated[str, typer.Argument(metavar="NAME|DIR", help="A name, a hub name, or a folder.")]
