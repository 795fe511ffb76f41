"""Options that several commands share, and what messages call them."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from protlens.errors import OptionError, explain

if TYPE_CHECKING:
    from protlens.extraction.engine import Engine

WHERE = "Where it runs"
"""The group of the help for devices, processes and machines."""

ModelOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens models list', a hub name, or a folder.")]
DatasetOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens dataset list', or a file.")]
MaxLengthOption: TypeAlias = Annotated[int, typer.Option(help="Cut chains after this many residues.")]
ContactAtomOption: TypeAlias = Annotated[
    Literal["cb", "ca"], typer.Option(help="Atom between which contacts are measured.")
]
DeviceOption: TypeAlias = Annotated[
    Literal["auto", "cpu", "cuda"], typer.Option(help="Where the model runs.", rich_help_panel=WHERE)
]
ModeOption: TypeAlias = Annotated[
    Literal["matched", "paper"], typer.Option(help="matched: all counted over the same pairs; paper: as published.")
]
FiguresOption: TypeAlias = Annotated[
    Literal["top", "all", "none"],
    typer.Option(help="Draw a summary and what was found, all, or none; 'protlens figures' draws them later."),
]
FullOption: TypeAlias = Annotated[
    bool, typer.Option("--full", help="Print the first heads of each property with all columns.")
]
DtypeOption: TypeAlias = Annotated[
    Literal["float32", "bfloat16"], typer.Option(help="What the model computes in.", rich_help_panel=WHERE)
]

WorkersOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        help="Work in so many processes: one for each GPU, or some that divide the cores.",
        rich_help_panel=WHERE,
    ),
]
EngineOption: TypeAlias = Annotated[
    Literal["ray"] | None,
    typer.Option(help="Work on a cluster of Ray, or with Ray on this machine.", rich_help_panel=WHERE),
]
AddressOption: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Of the Ray cluster; auto for the one that this machine belongs to.", rich_help_panel=WHERE),
]
ShardOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="K/N",
        help="Work on the K-th of N parts of the run alone, then 'protlens run finish' makes the tables;"
        " auto is the task of a Slurm array.",
        rich_help_panel=WHERE,
    ),
]

DEFAULT_RUN = Path("protlens-run")
"""Where a run is made and looked for, unless another place is named."""

RunFolder: TypeAlias = Annotated[Path, typer.Argument(help="The run directory.")]
ExampleRun: TypeAlias = Annotated[
    str | None, typer.Option(help="A run that comes with protlens instead: a name of 'protlens examples'.")
]
RunModel: TypeAlias = Annotated[
    str | None, typer.Option(help="The run's model, as a name or folder, if it is no longer where it was.")
]
RunDataset: TypeAlias = Annotated[
    str | None, typer.Option(help="The run's dataset, as a name or file, if it is no longer where it was.")
]


def chosen_engine(workers: int | None, engine: Literal["ray"] | None, address: str | None) -> "Engine | None":
    """Return what works on a run; None for this process.

    Raises
    ------
    OptionError
        If the options do not go together, or Ray is not installed.
    """
    if engine is None and address is not None:
        raise OptionError(explain(f"--address {address}", found="no engine", hint="add --engine ray"))
    if engine is not None and workers is not None:
        found = "Ray, which takes as many workers as the cluster has room for"
        raise OptionError(explain(f"--workers {workers}", found=found, hint="leave it out"))
    if engine is not None:
        from protlens.extraction.ray_engine import RayEngine

        return RayEngine(address)
    if workers is None:
        return None
    from protlens.extraction.processes import Processes

    return Processes(workers)


_SLURM = ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN")


def part_of(asked: str | None) -> tuple[int, int] | None:
    """Return the part of a run that ``3/16`` or, in a Slurm array, ``auto`` asks for; None for all of it.

    Raises
    ------
    OptionError
        If it is neither, or there is no Slurm array.
    """
    if asked is None:
        return None
    if asked == "auto":
        task, count, first = (os.environ.get(name, "") for name in _SLURM)
        if not (task.isdecimal() and count.isdecimal() and first.isdecimal()):
            found = f"no Slurm array ({', '.join(_SLURM)} are not set)"
            raise OptionError(explain("--shard auto", found=found, hint="write --shard 3/16"))
        return int(task) - int(first) + 1, int(count)
    match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", asked)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise OptionError(explain(f"--shard {asked}", allowed="K/N with K from 1 to N, as 3/16, or auto"))
    return int(match[1]), int(match[2])


def check_run_folder(out: Path) -> None:
    """Raise RunError for a folder that no run can be written to, before anything of weight is loaded."""
    from protlens.output_folders import open_folder
    from protlens.runs.format import RUN_FOLDER

    open_folder(out, RUN_FOLDER)


def check_runs(*runs: Path | None) -> None:
    """Raise RunError for a folder that is no run, before anything of weight is loaded; None is none to be checked."""
    from protlens.runs.store import Run

    for run in runs:
        if run is not None:
            Run.open(run)


def check_model(name: str | None) -> None:
    """Raise an error for a model that cannot be had by its name, before anything of weight is loaded."""
    from protlens.models.at_hand import check_name

    if name is not None:
        check_name(name)


def run_folder(run: Path, example: str | None) -> Path:
    """Return the run directory that a command is about: that of an example if one is named.

    Raises
    ------
    OptionError
        If a run is named too.
    """
    if example is None:
        check_runs(run)
        return run
    from protlens.explorer.examples import EXAMPLES

    if run != DEFAULT_RUN:
        raise OptionError(explain(f"run {run} and --example {example}", found="two runs", allowed="one"))
    return EXAMPLES[example].folder


_ARGUMENT = re.compile(
    r"""\b(contact_atom|dataset|each|fresh|heads|host|keep_arcs|labels|model|out|port|run)=(?:True\b|'(\w+)'|(?=[\s,;]|$))"""
)

_VALUE = re.compile(
    r"(?:option )?(arcs|draws|inverse_penalty|jacobian|jacobian_length|keep_arcs|limit|max_length|pairs|passes|proteins"
    r"|repeats|residues|seed|seeds|test|threshold|top|train):? (?=-?(?:\d|inf\b|nan\b))"
)
"""How a message begins that is about the value of an option."""

_RENAMED = {"inverse_penalty": "c", "run": "from"}


def with_options(message: str) -> str:
    """Return a message that names arguments of Python, ``contact_atom='CA'``, with options, ``--contact-atom ca``."""
    named = _ARGUMENT.sub(
        lambda argument: _option(argument[1]) + (f" {argument[2].lower()}" if argument[2] else ""), message
    )
    value = _VALUE.match(named)
    return named if value is None else f"{_option(value[1])} {named[value.end() :]}"


def _option(argument: str) -> str:
    return f"--{_RENAMED.get(argument, argument).replace('_', '-')}"


def split_names(names: str | None) -> list[str] | None:
    """Return the names that an option joins by commas; None stays None."""
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def atom_name(atom: Literal["cb", "ca"]) -> Literal["CB", "CA"]:
    """Return the atom as the package writes it."""
    return "CA" if atom == "ca" else "CB"
