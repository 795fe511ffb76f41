"""``protlens models``."""

from typing import Annotated

import typer

from protlens.cli.screen import print_table
from protlens.files import check_temporary_folder
from protlens.naming import property_title
from protlens.number_text import percent

models_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, describe and check models.")


@models_app.command("list")
def list_() -> None:
    """List the models that have names."""
    from protlens.models.catalog import CATALOG

    specs = [CATALOG[name] for name in CATALOG]
    rows = [
        [spec.name, f"{spec.layers} x {spec.heads}", _millions(spec.parameters), spec.licence, spec.note]
        for spec in specs
    ]
    print_table("Models", ["name", "layers x heads", "parameters", "licence", "what it is"], rows)


@models_app.command("info")
def info(name: Annotated[str, typer.Argument(help="A name of 'protlens models list'.")]) -> None:
    """Describe a model of the list, with the heads that the paper reports."""
    from protlens.models.catalog import CATALOG

    spec = CATALOG[name]
    print(f"{spec.name}: {spec.note}")
    where = "bundled with protlens" if spec.bundled else spec.repository or "not on the Hugging Face hub"
    print(f"weights: {where}; licence: {spec.licence}")
    size = f"{spec.layers} layers of {spec.heads} heads, {_millions(spec.parameters)} parameters"
    longest = "chains of any length" if spec.max_residues is None else f"chains up to {spec.max_residues} residues"
    print(f"{spec.family}, {size}, {longest}")
    for head in spec.published:
        print(f"published best head for {property_title(head.property)}: {head.label}, {percent(head.percent / 100)}")


@models_app.command("check")
def check(
    model: Annotated[str, typer.Argument(metavar="NAME|DIR", help="A name, a hub name, or a folder.")],
) -> None:
    """Load a model and check that what it shows is its attention; status 1 if it is not."""
    check_temporary_folder()
    import protlens

    findings = protlens.check_model(protlens.load_model(model))
    rows = [["ok" if one.passed else "FAILED", one.what, one.detail] for one in findings]
    print_table(f"Checks of {model}", ["", "check", "what was found"], rows)
    if not all(one.passed for one in findings):
        raise typer.Exit(1)


def _millions(parameters: int) -> str:
    count = parameters / 1e6
    return f"{count:.1f} M" if count < 10 else f"{count:.0f} M"
