"""``protlens reproduce``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import DeviceOption
from protlens.cli.screen import progress
from protlens.files import check_temporary_folder


def reproduce(
    paper_model: Annotated[
        str, typer.Argument(metavar="MODEL", help="tape-bert, prot-bert, prot-bert-bfd, prot-albert or prot-xlnet.")
    ],
    model: Annotated[
        str | None, typer.Option(help="The folder or hub name of its weights; what the catalog says if left out.")
    ] = None,
    proteinnet: Annotated[
        Path | None, typer.Option(help="ProteinNet's text, or TAPE's LMDB or JSON of it: contacts and amino acids.")
    ] = None,
    secondary_structure: Annotated[
        Path | None, typer.Option(help="TAPE's LMDB or JSON of secondary structure.")
    ] = None,
    sites: Annotated[
        str, typer.Option(help="Binding sites and modifications as the paper has them, as a name or a dataset file.")
    ] = "provis-valid",
    probes: Annotated[
        Path | None, typer.Option(help="The folder of 'protlens probe --paper' of this model: its curves by layer.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Measure at most so many proteins of each, drawn at random.")] = 5000,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("protlens-reproduction"),
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start over, or go on with runs that were interrupted.")
    ] = False,
    device: DeviceOption = "auto",
) -> None:
    """Measure what Vig et al. published of a model, and set each number beside theirs."""
    check_temporary_folder()
    import protlens
    from protlens.cli.printed_reproduction import print_reproduction
    from protlens.reproduction.published import published_numbers

    published_numbers(paper_model)  # a name that is none of the five is refused before a model is loaded
    options = protlens.ReproductionOptions(limit=limit, fresh=fresh, probes=probes)
    with progress("proteins") as on_progress:
        reproduction = protlens.reproduce(
            paper_model,
            model=protlens.load_model(paper_model if model is None else model, device=device),
            sites=sites,
            proteinnet=proteinnet,
            secondary_structure=secondary_structure,
            out=out,
            options=options,
            on_progress=on_progress,
        )
    print_reproduction(reproduction)
