"""``protlens analyze``."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from protlens.cli.options import (
    AddressOption,
    ContactAtomOption,
    DatasetOption,
    DeviceOption,
    DtypeOption,
    EngineOption,
    FiguresOption,
    FullOption,
    MaxLengthOption,
    ModelOption,
    ModeOption,
    ShardOption,
    WorkersOption,
    atom_name,
    check_model,
    check_run_folder,
    chosen_engine,
    part_of,
    split_names,
)
from protlens.cli.results import keep_command, show_results, show_status
from protlens.cli.screen import note_missing_cb, progress, step
from protlens.files import check_temporary_folder

_Properties: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Names joined by commas, as contact,amino_acid:C; all there are labels for if left out."),
]
_Fresh: TypeAlias = Annotated[
    bool, typer.Option("--fresh/--resume", help="Start over, or go on with a run that was interrupted.")
]
_Limit: TypeAlias = Annotated[int | None, typer.Option(help="Analyse this many proteins, drawn at random.")]
_KeepArcs: TypeAlias = Annotated[
    float | None, typer.Option(metavar="FLOOR", help="Also keep every pair of at least this weight.")
]
_ArcsOf: TypeAlias = Annotated[
    str | None, typer.Option(metavar="IDS", help="Keep those of these proteins only, joined by commas.")
]

_JoinChains: TypeAlias = Annotated[
    bool, typer.Option("--join-chains", help="Read the chains of each entry in one input, as far as they fit.")
]
_Linker: TypeAlias = Annotated[int, typer.Option(help="Glycines between two chains that are joined.")]


def analyze(
    model: ModelOption = "mini-bert",
    dataset: DatasetOption = "mini",
    out: Annotated[Path, typer.Option(help="The run directory.")] = Path("protlens-run"),
    properties: _Properties = None,
    threshold: Annotated[float, typer.Option(help="Smallest attention weight of an arc.")] = 0.3,
    mode: ModeOption = "matched",
    limit: _Limit = None,
    seed: Annotated[int, typer.Option(help="Random seed of that draw and of the resampling.")] = 0,
    max_length: MaxLengthOption = 510,
    contact_atom: ContactAtomOption = "cb",
    device: DeviceOption = "auto",
    dtype: DtypeOption = "float32",
    keep_arcs: _KeepArcs = None,
    arcs_of: _ArcsOf = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    address: AddressOption = None,
    shard: ShardOption = None,
    join_chains: _JoinChains = False,
    linker: _Linker = 25,
    fresh: _Fresh = False,
    figures: FiguresOption = "top",
    full: FullOption = False,
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
        join_chains=join_chains,
        linker=linker,
    )
    check_model(model)
    check_run_folder(out)
    with step(f"reading {dataset}"):
        proteins = protlens.load_dataset(dataset)
        if properties is None:
            note_missing_cb(proteins, contact_atom)
        listed = protlens.join_chains(proteins) if join_chains else proteins
        chosen = protlens.select_properties(listed, split_names(properties), contact_atom=atom_name(contact_atom))
    with step(f"loading {model}"):  # all that can be wrong without torch was found by now
        adapter = protlens.load_model(model, device=device, dtype=dtype)
    with progress("proteins") as on_progress:
        run = protlens.extract(
            adapter, proteins, chosen, out=out, options=options, fresh=fresh, on_progress=on_progress
        )
    if options.part is None:
        keep_command(run)
        show_results(run, mode=mode, figures=figures, full=full, workers=workers or 1)
    else:
        show_status(out)
