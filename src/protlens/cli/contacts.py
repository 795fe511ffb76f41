"""``protlens contacts``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protlens.cli.options import ContactAtomOption, DeviceOption, MaxLengthOption, ModelOption, atom_name, check_model
from protlens.cli.screen import notes, progress
from protlens.errors import OptionError, explain

if TYPE_CHECKING:
    from protlens.contacts.contact_options import ContactOptions
    from protlens.data.dataset import Dataset


def contacts(
    model: ModelOption = "mini-bert",
    dataset: Annotated[
        str,
        typer.Option(help="A name of 'protlens dataset list', or a file; without structures it needs --regression."),
    ] = "pdb-mini",
    sequence: Annotated[
        str | None, typer.Option(help="Predict the contacts of this sequence instead; needs --regression.")
    ] = None,
    regression: Annotated[
        Path | None, typer.Option(help="A saved regression, OUT/regression.safetensors, instead of learning one.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("protlens-contacts"),
    train: Annotated[int, typer.Option(help="Proteins to learn on.")] = 20,
    draws: Annotated[int, typer.Option(help="Learn this often, on other proteins, to show the spread.")] = 5,
    top: Annotated[int, typer.Option(help="Heads in the mean of the top heads.")] = 5,
    test: Annotated[int, typer.Option(help="The most proteins to test on.")] = 100,
    jacobian: Annotated[int, typer.Option(help="Test proteins to compute the categorical Jacobian for.")] = 4,
    jacobian_length: Annotated[int, typer.Option(help="The longest chain to compute it for.")] = 100,
    inverse_penalty: Annotated[float, typer.Option("--c", help="C of the L1 penalty; larger is weaker.")] = 0.15,
    max_length: MaxLengthOption = 510,
    contact_atom: ContactAtomOption = "cb",
    seed: Annotated[int, typer.Option(help="Random seed of the split, the draws and the resampling.")] = 0,
    device: DeviceOption = "auto",
) -> None:
    """Predict which residues touch from attention, and test it on proteins of known structure."""
    import protlens

    options = protlens.ContactOptions(
        train=train,
        draws=draws,
        top=top,
        test=test,
        jacobian=jacobian,
        jacobian_length=jacobian_length,
        max_length=max_length,
        inverse_penalty=inverse_penalty,
        contact_atom=atom_name(contact_atom),
        seed=seed,
    )
    check_model(model)
    proteins = protlens.load_dataset(dataset) if sequence is None else _one_protein(sequence)
    if any(protein.ca is not None for protein in proteins):
        _evaluate(model, proteins, options, regression=regression, out=out, device=device)
    else:
        _predict(model, proteins, options, regression=regression, out=out, device=device)


def _evaluate(
    model: str,
    proteins: "Dataset",
    options: "ContactOptions",
    *,
    regression: Path | None,
    out: Path,
    device: DeviceOption,
) -> None:
    import protlens
    from protlens.cli.printed_contacts import print_contacts

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
    model: str,
    proteins: "Dataset",
    options: "ContactOptions",
    *,
    regression: Path | None,
    out: Path,
    device: DeviceOption,
) -> None:
    import protlens
    from protlens.cli.printed_contacts import print_predictions

    if regression is None:
        found = "no structure to learn from"
        hint = "run 'protlens contacts' once and give its regression.safetensors as --regression"
        raise OptionError(explain(f"contacts of {proteins.name!r}", found=found, hint=hint))
    adapter, limit = protlens.load_model(model, device=device), options.max_length
    with progress("proteins") as on_progress:
        files = protlens.predict_contacts(
            adapter, proteins, regression=regression, out=out, max_length=limit, on_progress=on_progress
        )
    print_predictions(files, proteins, info=adapter.info, max_length=limit)


def _one_protein(sequence: str) -> "Dataset":
    import protlens

    return protlens.Dataset("sequence", [protlens.Protein(id="sequence", sequence=sequence.strip().upper())])
