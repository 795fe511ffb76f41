"""What is drawn upon a structure, and in which files; asked without torch."""

from dataclasses import dataclass
from pathlib import Path

from protlens.errors import OptionError, explain
from protlens.heads import parse_head_label
from protlens.page.single_file import FEATURED_ARCS

SUFFIXES = (".mvsj", ".html", ".pml", ".cxc")
"""MolViewSpec, a page that opens from disk, a script for PyMOL, commands for ChimeraX with two files beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOptions:
    """What is drawn.

    Parameters
    ----------
    head
        The label of a head; None takes the best supported one of the run for the property, or that with most arcs.
    property
        Colours arcs by whether it holds, and the residues where it does.
    threshold
        Smallest attention weight of an arc; above 0 and below 1.
    arcs
        Drawn at most on each chain, strongest first.

    Raises
    ------
    OptionError
        If a value is out of range.

    Examples
    --------
    >>> protlens.ViewOptions(head="1-7").threshold
    0.1
    """

    head: str | None = None
    property: str = "contact"
    threshold: float = 0.1
    arcs: int = 30

    def __post_init__(self) -> None:
        if self.head is not None:
            parse_head_label(self.head)
        if not 0 < self.threshold < 1:
            raise OptionError(explain(f"threshold {self.threshold}", allowed="above 0 and below 1"))
        if self.arcs < 1:
            raise OptionError(explain(f"arcs {self.arcs}", allowed="1 or more"))


def check_file(path: Path, options: ViewOptions) -> None:
    """Raise OptionError for a file of another kind, and for more arcs than a page can show."""
    if path.suffix.lower() not in SUFFIXES:
        raise OptionError(explain(f"file {path}", found=f"its name ends in {path.suffix!r}", allowed=SUFFIXES))
    if path.suffix.lower() == ".html" and options.arcs > FEATURED_ARCS:
        raise OptionError(explain(f"arcs {options.arcs}", allowed=f"up to {FEATURED_ARCS} on each chain of a page"))
