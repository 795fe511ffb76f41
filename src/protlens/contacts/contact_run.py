"""One evaluation of contact prediction under way: reading training chains, learning, scoring test chains."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.contact_files import ContactFiles
from protlens.contacts.contact_models import Differentiated
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_split import ContactSplit
from protlens.contacts.cost_table import Costs
from protlens.contacts.couplings import Coupling, couple
from protlens.contacts.evaluation import (
    BEST,
    FUSION,
    REGRESSION,
    ChainScores,
    Scorers,
    evaluate_chain,
)
from protlens.contacts.few_labels import few_label_table
from protlens.contacts.head_scores import SELECTION, weighted_scores
from protlens.contacts.labelled_chains import LabelledChain, LabelledChains
from protlens.contacts.precision_summary import reliability_table
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord
from protlens.contacts.tested_precision import TESTED, precision_record
from protlens.contacts.training import TrainedScores, learn_scores
from protlens.contacts.training_chains import TrainingChain, read_training_chain
from protlens.errors import DatasetError
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.protocol import AttentionModel
from protlens.typing import Progress


@dataclass(slots=True, kw_only=True)
class ContactRun:
    """One evaluation.

    Parameters
    ----------
    model
        What scores pairs.
    differentiated
        What Jacobians are taken of, and how; None for none.
    chains, split, options, files, on_progress
        What is learned and tested on what, and where the results go.
    """

    model: AttentionModel
    differentiated: Differentiated | None
    chains: LabelledChains
    split: ContactSplit
    options: ContactOptions
    files: ContactFiles
    on_progress: Progress
    costs: Costs = field(default_factory=Costs)
    done: int = 0

    def read(self) -> dict[int, TrainingChain]:
        """Run the model once on each protein of any draw."""
        return {self._count(position): self._read(position) for position in self.split.drawn}

    def learn(self, read: dict[int, TrainingChain], *, train: int) -> tuple[TrainedScores, ...]:
        """Learn on the first so many proteins of each draw."""
        draws = [draw[:train] for draw in self.split.draws]
        return learn_scores(self.model, read, self.chains, draws, self.options)

    def few_labels(self, read: dict[int, TrainingChain]) -> pl.DataFrame | None:
        """Learn on ever more proteins of each draw, and test what was learned; None if that is not asked for."""
        trained = []
        for train in self.options.sweep:
            for draw in self.split.draws:
                # A draw of one short chain may have no contact to learn from.
                with suppress(DatasetError):
                    (scores,) = learn_scores(self.model, read, self.chains, [draw[:train]], self.options)
                    trained.append((train, scores))
        if not trained:
            return None
        return few_label_table(self.model, (self.chains[self._count(p)] for p in self.split.test), trained)

    def save(self, learned: TrainedScores, tested: Mapping[str, pl.DataFrame] | None = None) -> None:
        """Write the regression and the fusion of the first draw.

        Parameters
        ----------
        learned
            On the first draw.
        tested
            The tables of the test; None before it.
        """
        tables = tested or {}
        record = self._record(learned, tables.get("summary"), REGRESSION)
        self.files.write_regression(REGRESSION, learned.regression, record)
        if learned.fusion is not None:
            record = self._record(learned, tables.get("jacobian_summary"), FUSION)
            self.files.write_regression(FUSION, learned.fusion, record)

    def _record(self, learned: TrainedScores, tested: pl.DataFrame | None, method: str) -> TrainingRecord:
        """Return what a regression of the first draw was fitted on, and how it did in the test."""
        kept = ("inverse_penalty", "most_pairs", "contact_atom", "seed")
        drawn = sorted(self.split.draws[0][: self.options.train])
        settings = {name: getattr(self.options, name) for name in kept} | {"max_length": self.chains.max_length}
        if method == FUSION and self.differentiated is not None:  # maps are always scaled for it
            settings["inverse_penalty"] = None
            settings["jacobian"] = {name: getattr(self.differentiated[1], name) for name in ("kind", "runs")}
        if settings["inverse_penalty"] is None:
            settings["strength"] = learned.choice.strength
        if tested is not None:
            settings[TESTED] = precision_record(tested, method=method)
        return TrainingRecord(
            dataset=self.files.dataset,
            fingerprint=self.chains.dataset.fingerprint(),
            proteins=tuple(self.chains.ids[position] for position in drawn),
            clusters=tuple(self.chains.clusters[position] for position in drawn),
            settings=settings,
        )

    def test(self, scorers: Scorers, predictor: ContactRegression) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Score the test proteins, write their predictions, and return tables of precision, heads and reliability."""
        short = [p for p in self.split.test if self.chains.length(p) <= self.options.jacobian_length]
        compared = set(short[: self.options.jacobian]) if self.differentiated is not None else set()
        results: list[ChainScores] = []
        bins = []
        for position in self.split.test:
            chain = self.chains[position]
            coupling = self._coupling(chain) if position in compared else None
            result = evaluate_chain(self.model, chain, scorers, coupling=coupling)
            self.costs.add(chain, result.seconds, coupling)
            probabilities = predictor.probabilities(result.scores[scorers.predictor])
            self.files.write_prediction(chain.protein, chain.pairs, probabilities)
            results.append(result)
            bins.append(reliability_table(probabilities[chain.known], chain.contacts[chain.known]))
            self._count(position)
        precision = pl.concat([result.precision for result in results])
        self._draw_maps(precision, predictor)
        counted = pl.concat(bins).group_by("bin_low", "bin_high", maintain_order=True).sum()
        return precision, pl.concat([result.heads for result in results]), counted

    def _read(self, position: int) -> TrainingChain:
        chain = self.chains[position]
        coupling = self._coupling(chain) if self.options.fusion else None
        return read_training_chain(
            self.model,
            chain,
            most_pairs=self.options.most_pairs,
            seed=self.options.seed,
            jacobian=None if coupling is None else coupling.scores,
        )

    def _coupling(self, chain: LabelledChain) -> Coupling | None:
        if self.differentiated is None:
            return None
        model, options = self.differentiated
        return couple(model, chain, options, store=JacobianStore(self.files.jacobians))

    def _draw_maps(self, precision: pl.DataFrame, predictor: ContactRegression) -> None:
        """Draw the chains on which the regression does worst, in the middle, and best."""
        rated = precision.filter(method=REGRESSION, draw=0, **SELECTION).sort("precision", "protein", nulls_last=True)
        known = rated.drop_nulls("precision")
        places = {0: "lowest", len(known) // 2: "middle", len(known) - 1: "highest"} if len(known) else {}
        positions = {self.chains.ids[position]: position for position in self.split.test}
        for place, what in places.items():
            row = known.row(place, named=True)
            chain = self.chains[positions[row["protein"]]]
            weights = predictor.weights[None]
            scores = weighted_scores(self.model, chain.protein, chain.pairs, weights=weights)[0]
            note = f"{what} long-range precision at L of {len(known)} proteins ({100 * row['precision']:.1f} %)"
            self.files.draw_map(chain, predictor.probabilities(scores), note=note)

    def _count(self, position: int) -> int:
        self.done += 1
        tests = len(self.split.test) * (2 if self.options.sweep else 1)
        self.on_progress(self.done, len(self.split.drawn) + tests)
        return position


def learned_scorers(trained: Sequence[TrainedScores]) -> Scorers:
    """Return what was learned on each draw as weights."""
    names: list[tuple[str, int]] = []
    weights: list[Float64[np.ndarray, "layer head"]] = []
    for draw, scores in enumerate(trained):
        rows = {BEST: scores.mean_of_heads(1)} | scores.weights()
        names += [(method, draw) for method in rows]
        weights += rows.values()
    fusions = tuple((one.fusion.weights, one.fusion.jacobian) for one in trained if one.fusion is not None)
    return Scorers(tuple(names), np.stack(weights), tuple(one.statistics for one in trained), fusions)
