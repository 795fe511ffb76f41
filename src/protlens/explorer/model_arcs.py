"""Arcs from a model, which is loaded when they are first asked for."""

from collections.abc import Callable
from dataclasses import fields
from threading import Lock

import numpy as np

from protlens.attention.single import protein_arcs
from protlens.errors import ProtlensError
from protlens.explorer.arc_sources import ArcSource
from protlens.explorer.cache import Cache
from protlens.explorer.library import LibraryProtein
from protlens.extraction.run_parts import check_weights
from protlens.models.protocol import AttentionModel
from protlens.runs.protein_arcs import ProteinArcs
from protlens.runs.store import Run

BYTES = 2**28
"""Arcs and received attention that are kept, in bytes."""


class ModelArcs:
    """Arcs of any sequence, computed once; one at a time.

    Parameters
    ----------
    run
        The run whose model it is.
    load
        Gives the model.
    otherwise
        What is asked if the model cannot be loaded.
    floor
        Smallest weight of an arc.
    residues
        How many residues of a protein that is not of the run are read.
    """

    def __init__(
        self, run: Run, load: Callable[[], AttentionModel], *, otherwise: ArcSource, floor: float, residues: int
    ) -> None:
        self._run = run
        self._load = load
        self._otherwise = otherwise
        self._floor = floor
        self._residues = residues
        self._model: AttentionModel | None = None
        self._failure: ProtlensError | None = None
        self._loading = Lock()
        self._arcs: Cache[str, ProteinArcs] = Cache(BYTES, weigh=_size)

    @property
    def floor(self) -> float:
        """The smallest weight of an arc."""
        return self._floor if self._failure is None else self._otherwise.floor

    @property
    def note(self) -> str | None:
        """Why there are no arcs, in a sentence."""
        if self._failure is None or self._otherwise.note is None:
            return None
        return f"Arcs cannot be shown: {self._failure}."

    @property
    def residues(self) -> int | None:
        """How many residues can be read."""
        return self._residues if self._failure is None else None

    @property
    def only(self) -> frozenset[str] | None:
        """The proteins that have arcs: all, unless the model cannot be loaded."""
        return None if self._failure is None else self._otherwise.only

    def arcs(self, shown: LibraryProtein) -> ProteinArcs:
        """Return the arcs of the analysed residues of a protein."""
        model = self._loaded()
        if model is None:
            if self._failure is not None and self._otherwise.note is not None:
                raise self._failure
            return self._otherwise.arcs(shown)
        read = shown.protein.cut(shown.analysed)
        beside = read.tracks.get(getattr(model, "reads", None) or "", "")
        told = f"{read.sequence} {beside} {read.chain_starts}"
        return self._arcs.get(told, lambda: protein_arcs(model, read, floor=self._floor))

    def _loaded(self) -> AttentionModel | None:
        with self._loading:
            if self._model is None and self._failure is None:
                try:
                    model = self._load()
                    check_weights(model.info, self._run)
                    self._model = model
                except ProtlensError as error:
                    self._failure = error
            return self._model


def _size(arcs: ProteinArcs) -> int:
    values = (getattr(arcs, field.name) for field in fields(ProteinArcs))
    return sum(value.nbytes for value in values if isinstance(value, np.ndarray))
