"""``protlens ablate``."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from protlens.cli.options import (
    ContactAtomOption,
    DatasetOption,
    DeviceOption,
    MaxLengthOption,
    atom_name,
    check_model,
    check_runs,
)
from protlens.cli.screen import progress

_Model: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        help="A name of 'protlens models list', a hub name, or a folder; if left out that of --from, or mini-bert.",
        show_default=False,
    ),
]
_Heads: TypeAlias = Annotated[
    str | None, typer.Option(help="The heads to leave out together, joined by commas: 5-3,6-2.")
]
_Run: TypeAlias = Annotated[
    Path | None,
    typer.Option("--from", help="A run of the model; without --heads, its best heads of --property are left out."),
]
_Replace: TypeAlias = Annotated[
    Literal["mean", "zero", "uniform"],
    typer.Option(help="What a head's weights become: their mean over residues, nothing, or all the same."),
]
_Draws: TypeAlias = Annotated[
    int, typer.Option(help="Random sets of as many heads of the same layers to compare with.")
]
_Passes: TypeAlias = Annotated[
    int, typer.Option(help="How often 15 % of the residues are masked, each once at most; 7 mask them all.")
]
_Regression: TypeAlias = Annotated[
    Path | None, typer.Option(help="A contact regression that 'protlens contacts' saved, instead of learning one.")
]
_Jacobian: TypeAlias = Annotated[int, typer.Option(help="Proteins to compute the categorical Jacobian for, too.")]
_Seed: TypeAlias = Annotated[
    int, typer.Option(help="Random seed of the split, the masks, the draws and the resampling.")
]
_Out: TypeAlias = Annotated[
    Path, typer.Option(help="The folder to write to; what was measured there is not measured again.")
]


def ablate(
    model: _Model = None,
    dataset: DatasetOption = "pdb-mini",
    heads: _Heads = None,
    run: _Run = None,
    prop: Annotated[str, typer.Option("--property", help="The property of that run.")] = "contact",
    top: Annotated[int, typer.Option(help="How many of its best heads.")] = 5,
    each: Annotated[bool, typer.Option("--each", help="Leave out each head of the model alone, too.")] = False,
    replace: _Replace = "mean",
    draws: _Draws = 50,
    proteins: Annotated[int, typer.Option(help="The most proteins to measure on.")] = 24,
    passes: _Passes = 1,
    regression: _Regression = None,
    train: Annotated[int, typer.Option(help="Proteins to learn it on; 0 leaves contacts out.")] = 20,
    jacobian: _Jacobian = 0,
    jacobian_length: Annotated[int, typer.Option(help="The longest chain to compute it for.")] = 100,
    max_length: MaxLengthOption = 510,
    contact_atom: ContactAtomOption = "cb",
    seed: _Seed = 0,
    out: _Out = Path("protlens-ablation"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over if the folder holds an ablation.")] = False,
    device: DeviceOption = "auto",
) -> None:
    """Find what a model predicts worse without some of its heads."""
    check_model(model)
    check_runs(run)
    import protlens
    from protlens.cli.printed_ablation import print_ablation

    options = protlens.AblationOptions(
        replace=replace,
        property=prop,
        top=top,
        each=each,
        draws=draws,
        proteins=proteins,
        passes=passes,
        regression=regression,
        train=train,
        jacobian=jacobian,
        jacobian_length=jacobian_length,
        max_length=max_length,
        contact_atom=atom_name(contact_atom),
        seed=seed,
        device=device,
    )
    with progress("proteins measured") as on_progress:
        analysis = protlens.ablate(
            model, dataset, heads=heads, run=run, out=out, options=options, fresh=fresh, on_progress=on_progress
        )
    print_ablation(analysis)
