"""Where the arcs of a protein come from."""

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float64, Int64

from protlens.errors import RunError, explain, shortened
from protlens.explorer.cache import Cache
from protlens.explorer.library import LibraryProtein
from protlens.number_text import counted
from protlens.runs.protein_arcs import ProteinArcs
from protlens.runs.store import Run

BYTES = 2**28
"""Arcs and received attention of proteins looked at that are kept, in bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class PredictedContacts:
    """The pairs of a protein that are most probably in contact.

    Parameters
    ----------
    first, second
        Zero-based positions, the first before the second.
    probability
        Of contact.
    complete_from
        All pairs of at least this probability are here.
    """

    first: Int64[np.ndarray, " pair"]
    second: Int64[np.ndarray, " pair"]
    probability: Float64[np.ndarray, " pair"]
    complete_from: float


class ArcSource(Protocol):
    """Gives the arcs of proteins; may be asked from several threads at once."""

    @property
    def floor(self) -> float:
        """The smallest weight of an arc."""

    @property
    def note(self) -> str | None:
        """Why there are no arcs, in a sentence; None where there are."""

    @property
    def residues(self) -> int | None:
        """How many residues of a protein that is not of the run can be read; None if none can."""

    @property
    def only(self) -> frozenset[str] | None:
        """The ids of the proteins of the run that have arcs; None if all have."""

    @property
    def predicts(self) -> str | None:
        """By what contacts are predicted, in a sentence; None where they are not."""

    def arcs(self, shown: LibraryProtein) -> ProteinArcs:
        """Return the arcs of a protein.

        Raises
        ------
        ProtlensError
            If there are none, with the reason.
        """

    def contacts(self, shown: LibraryProtein) -> PredictedContacts:
        """Return the predicted contacts of a protein.

        Raises
        ------
        ProtlensError
            If there are none, with the reason.
        """


class RunArcs:
    """The arcs that a run kept.

    Parameters
    ----------
    run
        A finished run.
    reason
        Why the model is not asked, which is told where nothing was kept.
    """

    residues = None
    predicts = None

    def __init__(self, run: Run, *, reason: str) -> None:
        self._run = run
        self._reason = reason
        self._kept = run.manifest.options["keep_arcs"]
        self._read = arcs_cache()
        names = run.manifest.options.get("arcs_of")
        self.only = None if names is None else frozenset(names)
        self.floor: float = run.manifest.options["threshold"] if self._kept is None else self._kept

    @property
    def note(self) -> str | None:
        """Why there are no arcs."""
        return f"Arcs cannot be shown: {self._reason}, and the run kept none." if self._kept is None else None

    def arcs(self, shown: LibraryProtein) -> ProteinArcs:
        """Return the arcs that were kept of a protein of the run."""
        if self.note is not None:
            raise RunError(self.note)
        if shown.key < 0:
            found = f"the run kept none of it, and {self._reason}"
            raise RunError(explain(f"arcs of protein {shortened(shown.protein.id)!r}", found=found))
        if self.only is not None and shown.protein.id not in self.only:
            found = f"the run kept those of {counted(len(self.only), 'other protein')}, and {self._reason}"
            raise RunError(explain(f"arcs of protein {shown.protein.id!r}", found=found))
        return self._read.get(shown.key, lambda: self._run.protein_arcs(shown.key))

    def contacts(self, shown: LibraryProtein) -> PredictedContacts:
        """Raise RunError: they need the model."""
        raise RunError(explain(f"contacts of protein {shortened(shown.protein.id)!r}", found=self._reason))


def arcs_cache() -> Cache[Any, ProteinArcs]:
    """Return a place for the arcs of the proteins looked at last, as each of their heads is asked for by itself."""
    return Cache(BYTES, weigh=_size)


def _size(arcs: ProteinArcs) -> int:
    values = (getattr(arcs, field.name) for field in fields(ProteinArcs))
    return sum(value.nbytes for value in values if isinstance(value, np.ndarray))
