"""``protlens probe``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import (
    ContactAtomOption,
    DatasetOption,
    DeviceOption,
    DtypeOption,
    MaxLengthOption,
    ModelOption,
    atom_name,
    check_model,
    split_names,
)
from protlens.cli.screen import note_missing_cb, progress, step


def probe(
    model: ModelOption = "mini-bert",
    dataset: DatasetOption = "mini",
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("protlens-probes"),
    properties: Annotated[
        str | None,
        typer.Option(
            help="Names joined by commas; contact, secondary structure, binding sites and modifications if left out."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the split, of the fits and of the resampling.")] = 0,
    seeds: Annotated[int, typer.Option(help="How often each probe is fitted, on different samples.")] = 3,
    residues: Annotated[int, typer.Option(help="The most residues a probe is fitted on.")] = 6000,
    pairs: Annotated[int, typer.Option(help="The most residue pairs a probe is fitted on.")] = 20000,
    limit: Annotated[int | None, typer.Option(help="Use this many proteins, drawn at random.")] = None,
    max_length: MaxLengthOption = 510,
    contact_atom: ContactAtomOption = "cb",
    paper: Annotated[
        bool, typer.Option("--paper", help="Contact probes as published: each pair counts in both directions.")
    ] = False,
    device: DeviceOption = "auto",
    dtype: DtypeOption = "float32",
) -> None:
    """Find what hidden states and attention know of properties, layer by layer, with baselines and controls."""
    import protlens
    from protlens.cli.printed_probes import print_probes

    options = protlens.ProbeOptions(
        seed=seed,
        seeds=seeds,
        residues=residues,
        pairs=pairs,
        limit=limit,
        max_length=max_length,
        paper=paper,
        contact_atom=atom_name(contact_atom),
    )
    check_model(model)
    with step(f"reading {dataset}"):
        proteins = protlens.load_dataset(dataset)
        if properties is None:
            note_missing_cb(proteins, contact_atom)
    with step(f"loading {model}"):
        adapter = protlens.load_model(model, device=device, dtype=dtype)
    with progress("work done") as on_progress:
        analysis = protlens.probe(
            adapter, proteins, split_names(properties), out=out, options=options, on_progress=on_progress
        )
    print_probes(analysis)
