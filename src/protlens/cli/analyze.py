"""``protlens analyze``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from protlens.cli.options import (
    AddressOption,
    ContactAtomOption,
    DatasetOption,
    DeviceOption,
    DtypeOption,
    EngineOption,
    MaxLengthOption,
    ModelOption,
    ShardOption,
    WorkersOption,
    atom_name,
    chosen_engine,
    part_of,
    split_names,
)
from protlens.cli.screen import note_missing_cb, progress
from protlens.files import check_temporary_folder
from protlens.typing import Mode


def analyze(
    model: ModelOption = "mini-bert",
    dataset: DatasetOption = "mini",
    out: Annotated[Path, typer.Option(help="The run directory.")] = Path("protlens-run"),
    properties: Annotated[
        str | None,
        typer.Option(help="Names joined by commas, as contact,amino_acid:C; all there are labels for if left out."),
    ] = None,
    threshold: Annotated[float, typer.Option(help="Smallest attention weight of an arc.")] = 0.3,
    mode: Annotated[
        Mode, typer.Option(help="matched: all counted over the same pairs; paper: as published.")
    ] = "matched",
    limit: Annotated[int | None, typer.Option(help="Analyse this many proteins, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed of that draw and of the resampling.")] = 0,
    max_length: MaxLengthOption = 510,
    contact_atom: ContactAtomOption = "cb",
    device: DeviceOption = "auto",
    dtype: DtypeOption = "float32",
    keep_arcs: Annotated[
        float | None, typer.Option(metavar="FLOOR", help="Also keep every pair of at least this weight.")
    ] = None,
    arcs_of: Annotated[
        str | None, typer.Option(metavar="IDS", help="Keep those of these proteins only, joined by commas.")
    ] = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    address: AddressOption = None,
    shard: ShardOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start over, or go on with a run that was interrupted.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Print the first heads of each property with all columns.")
    ] = False,
) -> None:
    """Find which heads follow contacts, binding sites, modifications, secondary structure and amino acids."""
    check_temporary_folder()
    import protlens

    options = protlens.ExtractionOptions(
        threshold=threshold,
        max_length=max_length,
        limit=limit,
        seed=seed,
        keep_arcs=keep_arcs,
        arcs_of=None if arcs_of is None else tuple(split_names(arcs_of) or ()),
        engine=chosen_engine(workers, engine, address),
        part=part_of(shard),
    )
    proteins = protlens.load_dataset(dataset)
    if properties is None:
        note_missing_cb(proteins, contact_atom)
    chosen = protlens.select_properties(proteins, split_names(properties), contact_atom=atom_name(contact_atom))
    adapter = protlens.load_model(model, device=device, dtype=dtype)
    asked: dict[str, Any] = {"out": out, "options": options, "fresh": fresh}
    if options.part is None:
        _all(adapter, proteins, chosen, mode=mode, full=full, **asked)
    else:
        _part(adapter, proteins, chosen, **asked)


def _all(*analysed: Any, full: bool, **asked: Any) -> None:
    import protlens

    with progress("proteins") as on_progress:
        found = protlens.analyze(*analysed, on_progress=on_progress, **asked)
    from protlens.cli.printed_heads import print_summary  # not above: bad input is refused before torch is loaded

    print_summary(found.run, found.tables, figures=len(found.figures), full=full)


def _part(*analysed: Any, out: Path, **asked: Any) -> None:
    import protlens
    from protlens.cli.printed_status import print_status

    with progress("proteins") as on_progress:
        protlens.extract(*analysed, out=out, on_progress=on_progress, **asked)
    print_status(protlens.run_status(out), out)
