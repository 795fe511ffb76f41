"""``protlens null``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from protlens.cli.options import DeviceOption, RunDataset, RunFolder, RunModel, check_runs
from protlens.cli.screen import progress
from protlens.files import check_temporary_folder


def null(
    run: RunFolder = Path("protlens-run"),
    kind: Annotated[
        Literal["weights", "shuffled-weights", "rows", "sequences", "neighbours", "labels", "positions"],
        typer.Option(help="What is made random; see the page on null runs."),
    ] = "rows",
    repeats: Annotated[int, typer.Option(help="How many null runs; each costs as much as the run itself.")] = 2,
    seed: Annotated[int, typer.Option(help="Random seed of the first of them; the others follow one by one.")] = 0,
    model: RunModel = None,
    dataset: RunDataset = None,
    device: DeviceOption = "auto",
) -> None:
    """Make a run anew where there is nothing to find, and set its heads beside that."""
    check_temporary_folder()
    import protlens

    check_runs(run)
    with progress("proteins") as on_progress:
        found = protlens.null(
            run,
            kind=kind,
            repeats=repeats,
            seed=seed,
            model=model,
            dataset=dataset,
            device=device,
            on_progress=on_progress,
        )
    from protlens.cli.printed_nulls import print_nulls  # not above: bad input is refused before torch is loaded

    print_nulls(found)
