"""``protlens heads``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import DeviceOption, RunDataset, RunFolder, RunModel
from protlens.cli.screen import progress
from protlens.files import check_temporary_folder


def heads(
    run: RunFolder = Path("protlens-run"),
    model: RunModel = None,
    dataset: RunDataset = None,
    proteins: Annotated[int, typer.Option(help="Ask this many proteins of the run, drawn at random.")] = 60,
    seed: Annotated[int, typer.Option(help="Random seed of that draw, of inserted repeats and of the resampling.")] = 0,
    layer: Annotated[int | None, typer.Option(help="Print this layer alone, counted from one.")] = None,
    behaviour: Annotated[
        str | None, typer.Option(help="Print the heads alone that have this behaviour, as offset or contact.")
    ] = None,
    device: DeviceOption = "auto",
) -> None:
    """Name what each head does, with its number and what chance gives, and draw all heads on one page."""
    check_temporary_folder()
    import protlens
    from protlens.cli.printed_behaviours import check_filters, print_behaviours

    opened = protlens.Run.open(run)
    check_filters(opened, layer=layer, behaviour=behaviour)
    with progress("sequences") as on_progress:
        found = protlens.describe_heads(
            opened,
            model=model,
            dataset=dataset,
            proteins=proteins,
            seed=seed,
            device=device,
            on_progress=on_progress,
        )
    print_behaviours(found, layer=layer, behaviour=behaviour)
