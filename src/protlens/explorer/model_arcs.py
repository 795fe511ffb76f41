"""Arcs from a model, which is loaded when they are first asked for."""

from collections.abc import Callable
from threading import Lock

import numpy as np

from protlens.attention.single import protein_arcs
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.predicted_pairs import most_probable
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord
from protlens.contacts.tested_precision import precision_line
from protlens.data.protein import Protein
from protlens.errors import ModelError, ProtlensError, explain
from protlens.explorer.arc_sources import ArcSource, PredictedContacts, arcs_cache
from protlens.explorer.library import LibraryProtein
from protlens.extraction.run_parts import check_weights
from protlens.models.protocol import AttentionModel
from protlens.number_text import counted
from protlens.pairs.residue_pairs import all_pairs
from protlens.runs.protein_arcs import ProteinArcs
from protlens.runs.store import Run


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
    regression
        By what contacts are predicted, and what it was fitted on; None if they are not.
    """

    def __init__(
        self,
        run: Run,
        load: Callable[[], AttentionModel],
        *,
        otherwise: ArcSource,
        floor: float,
        residues: int,
        regression: tuple[ContactRegression, TrainingRecord] | None = None,
    ) -> None:
        self._run = run
        self._load = load
        self._otherwise = otherwise
        self._floor = floor
        self._residues = residues
        self._regression = regression
        self._model: AttentionModel | None = None
        self._failure: ProtlensError | None = None
        self._loading = Lock()
        self._arcs = arcs_cache()

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

    @property
    def predicts(self) -> str | None:
        """By what contacts are predicted."""
        if self._regression is None or self._failure is not None:
            return None
        training = self._regression[1]
        learned = f"a regression over all heads, learned on {counted(len(training.proteins), 'protein')}"
        tested = precision_line(training.settings)
        return f"Predicted by {learned} of {training.dataset}.{tested and f' {tested}.'}"

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

    def contacts(self, shown: LibraryProtein) -> PredictedContacts:
        """Return the predicted contacts between the analysed residues of a protein, as many as it has of these."""
        model = self._loaded()
        if model is None or self._regression is None:
            asked = f"contacts of protein {shown.protein.id!r}"
            raise self._failure or ModelError(explain(asked, found="no regression for this model is at hand"))
        return _predicted(model, self._regression[0], shown.protein.cut(shown.analysed))

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


def _predicted(model: AttentionModel, regression: ContactRegression, protein: Protein) -> PredictedContacts:
    pairs = all_pairs(len(protein), chain_starts=protein.chain_starts)
    scores = weighted_scores(model, protein, pairs, weights=regression.weights[None])[0]
    probabilities = regression.probabilities(scores)
    best = most_probable(probabilities, len(protein))
    chosen, left = pairs.take(best), probabilities[~best]
    # float32 is what documents round, so the next number is that of float32
    complete_from = float(np.nextafter(np.float32(left.max()), np.float32(1))) if len(left) else 0.0
    return PredictedContacts(chosen.first, chosen.second, probabilities[best], complete_from)
