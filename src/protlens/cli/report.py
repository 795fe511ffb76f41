"""``protlens report``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import DEFAULT_RUN, ExampleRun, RunDataset, RunFolder, RunModel, run_folder
from protlens.files import check_temporary_folder


def report(
    run: RunFolder = DEFAULT_RUN,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The HTML file; report.html in the run, or NAME.html for an example."),
    ] = None,
    example: ExampleRun = None,
    model: RunModel = None,
    dataset: RunDataset = None,
    proteins: Annotated[int, typer.Option(help="Show at most so many proteins in 3-D, up to 12.")] = 12,
    contacts: Annotated[
        Path | None, typer.Option(help="Report contact prediction too: the folder of 'protlens contacts'.")
    ] = None,
    probe: Annotated[Path | None, typer.Option(help="Report probes too: the folder of 'protlens probe'.")] = None,
) -> None:
    """Write a run as one HTML file that opens offline: words, tables, figures, and attention in 3-D."""
    check_temporary_folder()
    import protlens

    folder = run_folder(run, example)  # a run that is none is refused before write_report brings torch
    out = Path(f"{example}.html") if out is None and example is not None else out
    written = protlens.write_report(
        folder,
        out=out,
        model=model,
        dataset=dataset,
        proteins=proteins,
        contacts=contacts,
        probes=probe,
    )
    if written.note is not None:
        print(f"No arcs in the report: {written.note}")
    print(f"Proteins in 3-D: {', '.join(written.proteins) or 'none'}")
    print(f"Written: {written.path} ({written.path.stat().st_size / 1e6:.1f} MB)")
