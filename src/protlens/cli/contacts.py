"""``protlens contacts``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from protlens.cli.options import ContactAtomOption, DeviceOption, ModelOption, atom_name, check_model
from protlens.cli.screen import notes, progress
from protlens.errors import OptionError, explain

if TYPE_CHECKING:
    from protlens.contacts.contact_options import ContactOptions
    from protlens.data.dataset import Dataset

TESTING = "Without TARGET: learn on a dataset, and test"
"""The group of the help for what is learned on what, and tested."""

PREDICTING = "With TARGET"
"""The group of the help for what only predicts."""

LENGTH = 510
"""Residues after which chains are cut where scores are learned and tested."""


def _testing(help: str, *names: str) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=TESTING)


TargetArgument: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        help="What to predict: a sequence, a FASTA, dataset or structure file, or an entry to fetch: 7hvp of the PDB,"
        " AF-P69905 of AlphaFold. Without it contact scores are learned on a dataset, and tested."
    ),
]
RegressionOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="A saved regression, OUT/regression.safetensors, instead of one that is at hand or learned."),
]
OutOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="The folder to write to; protlens-contacts, or with TARGET protlens-predicted-contacts."),
]
LengthOption: TypeAlias = Annotated[
    int | None,
    typer.Option(help=f"Cut chains after this many residues; {LENGTH} if left out, with TARGET none is cut."),
]
JoinOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--join-chains", help="Read the chains of an entry as one, a linker between them.", rich_help_panel=PREDICTING
    ),
]
OfflineOption: TypeAlias = Annotated[
    bool,
    typer.Option("--offline", help="Fetch nothing: an entry that was fetched before.", rich_help_panel=PREDICTING),
]


def contacts(
    context: typer.Context,
    target: TargetArgument = None,
    model: ModelOption = "mini-bert",
    regression: RegressionOption = None,
    out: OutOption = None,
    max_length: LengthOption = None,
    join_chains: JoinOption = False,
    offline: OfflineOption = False,
    dataset: Annotated[str, _testing("A name of 'protlens dataset list', or a file with structures.")] = "pdb-mini",
    train: Annotated[int, _testing("Proteins to learn on.")] = 20,
    draws: Annotated[int, _testing("Learn this often, on other proteins, to show the spread.")] = 5,
    top: Annotated[int, _testing("Heads in the mean of the top heads.")] = 5,
    test: Annotated[int, _testing("The most proteins to test on.")] = 100,
    jacobian: Annotated[int, _testing("Test proteins to compute the categorical Jacobian for.")] = 4,
    jacobian_length: Annotated[int, _testing("The longest chain to compute it for.")] = 100,
    inverse_penalty: Annotated[float, _testing("C of the L1 penalty; larger is weaker.", "--c")] = 0.15,
    contact_atom: ContactAtomOption = "cb",
    seed: Annotated[int, _testing("Random seed of the split, the draws and the resampling.")] = 0,
    device: DeviceOption = "auto",
) -> None:
    """Predict which residues touch from attention, or test how well that works on proteins of known structure."""
    _check_together(context, predicts=target is not None)
    check_model(model)
    if target is not None:
        from protlens.cli.contact_target import read_target

        proteins = read_target(target, offline=offline)
        folder = out or Path("protlens-predicted-contacts")
        _predict(
            model,
            proteins,
            regression=regression,
            out=folder,
            device=device,
            max_length=max_length,
            join=join_chains,
        )
        return
    import protlens

    options = protlens.ContactOptions(
        train=train,
        draws=draws,
        top=top,
        test=test,
        jacobian=jacobian,
        jacobian_length=jacobian_length,
        max_length=LENGTH if max_length is None else max_length,
        inverse_penalty=inverse_penalty,
        contact_atom=atom_name(contact_atom),
        seed=seed,
    )
    _evaluate(model, dataset, options, regression=regression, out=out or Path("protlens-contacts"), device=device)


def _check_together(context: typer.Context, *, predicts: bool) -> None:
    """Refuse options of the other half of the command, which would do nothing."""
    group, why = (TESTING, "with a TARGET nothing is tested") if predicts else (PREDICTING, "there is no TARGET")
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if getattr(option, "rich_help_panel", None) == group and source is not None and source.name == "COMMANDLINE":
            raise OptionError(explain(f"option {option.opts[0]}", found=why, hint="leave it out"))


def _evaluate(
    model: str,
    dataset: str,
    options: "ContactOptions",
    *,
    regression: Path | None,
    out: Path,
    device: DeviceOption,
) -> None:
    import protlens
    from protlens.cli.printed_contacts import print_contacts

    proteins = protlens.load_dataset(dataset)
    with progress("proteins") as on_progress:
        analysis = protlens.evaluate_contacts(
            model, proteins, regression=regression, out=out, options=options, device=device, on_progress=on_progress
        )
    print_contacts(analysis)
    if analysis.without_jacobian and options.jacobian:
        notes().print(
            f"no categorical Jacobian: {analysis.without_jacobian}", markup=False, highlight=False, soft_wrap=True
        )


def _predict(
    name: str,
    proteins: "Dataset",
    *,
    regression: Path | None,
    out: Path,
    device: DeviceOption,
    max_length: int | None,
    join: bool,
) -> None:
    import protlens
    from protlens.cli.printed_prediction import print_prediction

    model: protlens.AttentionModel = protlens.load_model(name, device=device)
    if join:
        proteins = protlens.join_chains(proteins)
        model = protlens.LinkedModel(model, most_chains=max(len(one.chain_lengths) for one in proteins))
    with progress("proteins") as on_progress:
        prediction = protlens.predict_contacts(
            model, proteins, regression=regression, out=out, max_length=max_length, on_progress=on_progress
        )
    print_prediction(prediction)
