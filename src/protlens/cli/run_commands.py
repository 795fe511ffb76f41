"""``protlens run``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.command_examples import examples_of
from protlens.cli.options import (
    AddressOption,
    DeviceOption,
    EngineOption,
    FiguresOption,
    FullOption,
    ModeOption,
    RunDataset,
    RunFolder,
    RunModel,
    WorkersOption,
    chosen_engine,
)
from protlens.cli.results import show_results, show_status
from protlens.cli.screen import progress, step
from protlens.files import check_temporary_folder

run_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Look at, complete and finish a run that many processes work on.",
)


@run_app.command("status", epilog=examples_of("run status"))
def status(run: RunFolder = Path("protlens-run")) -> None:
    """Say how far a run is, who works on it and what was given up; status 1 while shards are missing."""
    found = show_status(run)
    if found.shards_done < found.shards:
        raise typer.Exit(1)


@run_app.command("retry", epilog=examples_of("run retry"))
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

    chosen = chosen_engine(workers, engine, address)
    with progress("proteins") as on_progress:
        protlens.retry(run, model=model, dataset=dataset, engine=chosen, device=device, on_progress=on_progress)
    show_status(run)


@run_app.command("finish", epilog=examples_of("run finish"))
def finish(
    run: RunFolder = Path("protlens-run"),
    dataset: RunDataset = None,
    mode: ModeOption = "matched",
    workers: Annotated[int, typer.Option(min=1, help="How many processes make the tables.")] = 1,
    figures: FiguresOption = "top",
    full: FullOption = False,
) -> None:
    """Make tables and figures of a run whose shards are all there; the model is not needed."""
    check_temporary_folder()
    from protlens.extraction.finish import finish_run
    from protlens.extraction.run_parts import chosen_proteins
    from protlens.runs.store import Run

    opened = Run.open(run)
    opened.check_complete()
    with step("reading the dataset"):
        proteins = chosen_proteins(opened, dataset)
    show_results(finish_run(opened, proteins), mode=mode, figures=figures, full=full, workers=workers)
