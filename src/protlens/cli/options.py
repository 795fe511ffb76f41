"""Options that several commands share, and what messages call them."""

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

ModelOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens models list', a hub name, or a folder.")]
DatasetOption: TypeAlias = Annotated[str, typer.Option(help="A name of 'protlens dataset list', or a file.")]
MaxLengthOption: TypeAlias = Annotated[int, typer.Option(help="Cut chains after this many residues.")]
ContactAtomOption: TypeAlias = Annotated[
    Literal["cb", "ca"], typer.Option(help="Atom between which contacts are measured.")
]
DeviceOption: TypeAlias = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where the model runs.")]
DtypeOption: TypeAlias = Annotated[Literal["float32", "bfloat16"], typer.Option(help="What the model computes in.")]

RunFolder: TypeAlias = Annotated[Path, typer.Argument(help="The run directory.")]
RunModel: TypeAlias = Annotated[
    str | None, typer.Option(help="The run's model, as a name or folder, if it is no longer where it was.")
]
RunDataset: TypeAlias = Annotated[
    str | None, typer.Option(help="The run's dataset, as a name or file, if it is no longer where it was.")
]


_ARGUMENT = re.compile(
    r"""\b(contact_atom|dataset|fresh|host|keep_arcs|labels|model|out|port)=(?:True\b|'(\w+)'|(?=[\s,;]|$))"""
)


def with_options(message: str) -> str:
    """Return a message that names arguments of Python, ``contact_atom='CA'``, with options, ``--contact-atom ca``."""
    return _ARGUMENT.sub(
        lambda argument: f"--{argument[1].replace('_', '-')}" + (f" {argument[2].lower()}" if argument[2] else ""),
        message,
    )


def split_names(names: str | None) -> list[str] | None:
    """Return the names that an option joins by commas; None stays None."""
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def atom_name(atom: Literal["cb", "ca"]) -> Literal["CB", "CA"]:
    """Return the atom as the package writes it."""
    return "CA" if atom == "ca" else "CB"
