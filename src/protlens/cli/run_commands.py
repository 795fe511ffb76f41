"""``protlens run``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import (
    AddressOption,
    DeviceOption,
    EngineOption,
    RunDataset,
    RunFolder,
    RunModel,
    WorkersOption,
    chosen_engine,
)
from protlens.cli.screen import progress
from protlens.files import check_temporary_folder
from protlens.typing import Mode

run_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Look at, complete and finish a run that many processes work on."
)


@run_app.command("status")
def status(run: RunFolder = Path("protlens-run")) -> None:
    """Say how far a run is, who works on it and what was given up; status 1 while shards are missing."""
    from protlens.cli.printed_status import print_status
    from protlens.extraction.run_status import run_status

    found = run_status(run)
    print_status(found, run)
    if found.shards_done < found.shards:
        raise typer.Exit(1)


@run_app.command("retry")
def retry(
    run: RunFolder = Path("protlens-run"),
    model: RunModel = None,
    dataset: RunDataset = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    address: AddressOption = None,
    device: DeviceOption = "auto",
) -> None:
    """Work off the shards that are missing, those that were given up too."""
    check_temporary_folder()
    import protlens
    from protlens.cli.printed_status import print_status
    from protlens.extraction.run_status import run_status

    chosen = chosen_engine(workers, engine, address)
    with progress("proteins") as on_progress:
        protlens.retry(run, model=model, dataset=dataset, engine=chosen, device=device, on_progress=on_progress)
    print_status(run_status(run), run)


@run_app.command("finish")
def finish(
    run: RunFolder = Path("protlens-run"),
    dataset: RunDataset = None,
    mode: Annotated[
        Mode, typer.Option(help="matched: all counted over the same pairs; paper: as published.")
    ] = "matched",
    full: Annotated[
        bool, typer.Option("--full", help="Print the first heads of each property with all columns.")
    ] = False,
) -> None:
    """Make tables and figures of a run whose shards are all there; the model is not needed."""
    check_temporary_folder()
    import protlens
    from protlens.cli.printed_heads import print_summary

    analysis = protlens.finish(run, dataset=dataset, mode=mode)
    print_summary(analysis.run, analysis.tables, figures=len(analysis.figures), full=full)
