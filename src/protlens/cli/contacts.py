"""``protlens contacts``."""

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from protlens.cli.options import ContactAtomOption, DeviceOption, ModelOption, atom_name, check_model, split_names
from protlens.cli.screen import progress, say
from protlens.errors import OptionError, explain

if TYPE_CHECKING:
    from protlens.contacts.contact_options import ContactOptions
    from protlens.data.dataset import Dataset
    from protlens.models.linked_chains import LinkedModel

TESTING = "Without TARGET: learn on a dataset, and test"
"""The group of the help for what is learned on what, and tested."""

PREDICTING = "With TARGET"
"""The group of the help for what only predicts."""

COMPARING = "With --benchmark"
"""The group of the help for models and programs side by side."""

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
    typer.Option(
        help="A saved regression, OUT/regression.safetensors, instead of one that is at hand or learned;"
        " with TARGET also OUT/fusion.safetensors."
    ),
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
    typer.Option("--join-chains", help="Read the chains of an entry as one, a linker between them."),
]
OfflineOption: TypeAlias = Annotated[
    bool,
    typer.Option("--offline", help="Fetch nothing: an entry that was fetched before.", rich_help_panel=PREDICTING),
]


BenchmarkOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--benchmark",
        help="Put models side by side: those of --model, separated by commas, or all that are at hand.",
        rich_help_panel=COMPARING,
    ),
]
RivalOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--rival",
        metavar="NAME=FOLDER",
        help="RR files of another program, one for each test protein; may be repeated.",
        rich_help_panel=COMPARING,
    ),
]
JacobianChoice: TypeAlias = Literal["auto", "categorical", "states"]

BENCHMARK_DRAWS, BENCHMARK_TESTS, BENCHMARK_RUNS = 3, 40, 201
"""Defaults of a benchmark: it compares all models at hand within five minutes on two cores."""


def contacts(
    context: typer.Context,
    target: TargetArgument = None,
    model: ModelOption = "mini-bert",
    regression: RegressionOption = None,
    out: OutOption = None,
    max_length: LengthOption = None,
    join_chains: JoinOption = False,
    offline: OfflineOption = False,
    benchmark: BenchmarkOption = False,
    rivals: RivalOption = None,
    dataset: Annotated[str, _testing("A name of 'protlens dataset list', or a file with structures.")] = "pdb-mini",
    preset: Annotated[Literal["rao"] | None, _testing("A published recipe; it fixes --train, --top and --c.")] = None,
    train: Annotated[int, _testing("Proteins to learn on.")] = 20,
    draws: Annotated[int | None, _testing("Learn this often, on other proteins; 5, with --benchmark 3.")] = None,
    sweep: Annotated[str | None, _testing("Numbers of training proteins to go through too, as in 1,5,20.")] = None,
    top: Annotated[int | None, _testing("Heads in the mean of the top heads; chosen if left out.")] = None,
    test: Annotated[int | None, _testing("The most proteins to test on; 100, with --benchmark 40.")] = None,
    jacobian: Annotated[int, _testing("Test proteins to compute a Jacobian for.")] = 4,
    jacobian_length: Annotated[int, _testing("The longest chain to compute it for.")] = 100,
    jacobian_kind: Annotated[JacobianChoice, _testing("Of predicted amino acids, or of hidden states.")] = "auto",
    jacobian_runs: Annotated[int | None, _testing("The most runs of the model on a chain for it.")] = None,
    fusion: Annotated[bool, _testing("Fit attention and the Jacobian together.", "--fusion")] = False,
    inverse_penalty: Annotated[
        float | None, _testing("C of a regression as published; maps are scaled and C is chosen if left out.", "--c")
    ] = None,
    contact_atom: ContactAtomOption = "cb",
    seed: Annotated[int, _testing("Random seed of the split, the draws and the resampling.")] = 0,
    device: DeviceOption = "auto",
) -> None:
    """Predict which residues touch from attention, or test how well that works on proteins of known structure."""
    _check_together(context, predicts=target is not None)
    names = (split_names(model) or [model]) if benchmark else [model]
    for name in names:
        check_model(name)
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
    options = _options(context.params)
    if benchmark:
        chosen = names if _is_given(context, "model") else None
        _benchmark(chosen, dataset, options, rivals=_rivals(rivals), out=out, device=device)
        return
    folder = out or Path("protlens-contacts")
    _evaluate(model, dataset, options, regression=regression, out=folder, device=device, join=join_chains)


def _joined(
    name: str, proteins: "Dataset", *, device: DeviceOption, max_length: int | None
) -> tuple["LinkedModel", "Dataset"]:
    import protlens

    together = protlens.join_chains(proteins, max_length=max_length)
    most = max(len(one.chain_lengths) for one in together)
    return protlens.LinkedModel(protlens.load_model(name, device=device), most_chains=most), together


def _options(given: dict[str, Any]) -> "ContactOptions":
    import protlens
    from protlens.contacts.contact_options import PRESETS

    chosen = {field.name: given[field.name] for field in fields(protlens.ContactOptions) if field.name in given}
    chosen |= {"sweep": _counts(given["sweep"]), "contact_atom": atom_name(given["contact_atom"])}
    chosen["draws"] = given["draws"] or (BENCHMARK_DRAWS if given["benchmark"] else 5)
    chosen["test"] = given["test"] or (BENCHMARK_TESTS if given["benchmark"] else 100)
    chosen["jacobian_runs"] = given["jacobian_runs"] or (BENCHMARK_RUNS if given["benchmark"] else None)
    chosen["max_length"] = given["max_length"] or LENGTH
    return protlens.ContactOptions(**chosen | dict(PRESETS.get(given["preset"], {})))


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _counts(text: str | None) -> tuple[int, ...]:
    names = split_names(text) or []
    if not all(name.isdecimal() for name in names):
        raise OptionError(explain("option --sweep", found=repr(text), allowed="numbers of proteins, as in 1,5,20"))
    return tuple(map(int, names))


def _rivals(texts: list[str] | None) -> dict[str, str]:
    found = {name: place for name, _, place in (text.partition("=") for text in texts or [])}
    for name, place in found.items():
        if not name or not place:
            raise OptionError(explain("option --rival", found=f"{name}={place}", allowed="NAME=FOLDER"))
    return found


def _check_together(context: typer.Context, *, predicts: bool) -> None:
    """Refuse options of the other half of the command, which would do nothing."""
    groups: tuple[str, ...] = (TESTING, COMPARING)
    why = "with a TARGET nothing is tested"
    if not predicts:
        groups, why = ((PREDICTING,), "there is no TARGET")
    for option in context.command.params:
        if getattr(option, "rich_help_panel", None) in groups and _is_given(context, option.name or ""):
            raise OptionError(explain(f"option {option.opts[0]}", found=why, hint="leave it out"))


def _evaluate(
    name: str,
    dataset: str,
    options: "ContactOptions",
    *,
    regression: Path | None,
    out: Path,
    device: DeviceOption,
    join: bool,
) -> None:
    import protlens
    from protlens.cli.printed_contacts import print_contacts

    proteins = protlens.load_dataset(dataset)
    model: str | LinkedModel = name
    if join:
        # A Jacobian has no place for a linker.
        options = replace(options, jacobian=0, fusion=False)
        model, proteins = _joined(name, proteins, device=device, max_length=options.max_length)
    with progress("proteins") as on_progress:
        analysis = protlens.evaluate_contacts(
            model, proteins, regression=regression, out=out, options=options, device=device, on_progress=on_progress
        )
    print_contacts(analysis)
    if analysis.without_jacobian and options.jacobian:
        say(f"no Jacobian: {analysis.without_jacobian}")


def _benchmark(
    models: list[str] | None,
    dataset: str,
    options: "ContactOptions",
    *,
    rivals: dict[str, str],
    out: Path | None,
    device: DeviceOption,
) -> None:
    import protlens
    from protlens.cli.printed_benchmark import print_benchmark

    with progress("proteins") as on_progress:
        benchmark = protlens.benchmark_contacts(
            models,
            dataset,
            rivals=rivals,
            out=out or Path("protlens-contact-benchmark"),
            options=options,
            device=device,
            on_progress=on_progress,
        )
    print_benchmark(benchmark)


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

    model: str | LinkedModel = name
    if join:
        model, proteins = _joined(name, proteins, device=device, max_length=None)
    with progress("runs of the model") as on_progress:
        prediction = protlens.predict_contacts(
            model,
            proteins,
            regression=regression,
            out=out,
            max_length=max_length,
            device=device,
            on_progress=on_progress,
            on_note=say,
        )
    print_prediction(prediction)
