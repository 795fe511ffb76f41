"""Options that several commands share, and what messages call them."""

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from protlens.errors import OptionError, explain

ModelOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens models list', a hub name, or a folder.")]
DatasetOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens dataset list', or a file.")]
MaxLengthOption: TypeAlias = Annotated[int, typer.Option(help="Cut chains after this many residues.")]
ContactAtomOption: TypeAlias = Annotated[
    Literal["cb", "ca"], typer.Option(help="Atom between which contacts are measured.")
]
DeviceOption: TypeAlias = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where the model runs.")]
DtypeOption: TypeAlias = Annotated[Literal["float32", "bfloat16"], typer.Option(help="What the model computes in.")]

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


def run_folder(run: Path, example: str | None) -> Path:
    """Return the run directory that a command is about: that of an example if one is named.

    Raises
    ------
    OptionError
        If a run is named too.
    """
    if example is None:
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
