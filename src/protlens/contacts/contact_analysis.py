"""Contact prediction from attention: learned on a few proteins, tested on others, written to a folder."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from protlens.contacts.contact_files import ContactFiles
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_split import ContactSplit, split_contacts, unseen_split
from protlens.contacts.evaluation import BEST, JACOBIAN, REGRESSION, TOP, Scorers, evaluate_chain
from protlens.contacts.head_scores import SELECTION, weighted_scores
from protlens.contacts.labelled_chains import LabelledChains
from protlens.contacts.precision_summary import reliability_table, summarise_precision
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression, save_regression
from protlens.contacts.training import TrainedScores, train_scores
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError, ModelError, explain
from protlens.extraction.plan import cut_length
from protlens.models.load import load_masked_lm, load_model
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.pairs.residue_pairs import all_pairs
from protlens.properties.pair import Contact, lacks_cb
from protlens.typing import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAnalysis:
    """How well contacts are predicted, as tables.

    Parameters
    ----------
    out
        The folder with all files.
    options
        Of the analysis.
    trained
        What was learned on each draw of training proteins; empty if a saved regression was tested.
    tables
        ``heads``: every single head on every test protein. ``precision``: every method and draw on every test protein.
        ``summary``: means over the test proteins, of the first draw (see :func:`summarise_precision`).
        ``jacobian_summary``: the same over the proteins that the categorical Jacobian was computed for, if any.
        ``draws``: the mean precision of each learned method on each draw. ``reliability``: how often pairs of each
        predicted probability touch (see :func:`reliability_table`).
    tested, cut, without_cluster
        Test proteins, those of them that were cut, and labelled proteins that carry no cluster.
    max_length
        Where chains were cut.
    """

    out: Path
    options: ContactOptions
    trained: tuple[TrainedScores, ...]
    tables: Mapping[str, pl.DataFrame]
    tested: int
    cut: int
    without_cluster: int
    max_length: int


def load_contact_models(
    name_or_path: str | os.PathLike[str], *, device: Literal["auto", "cpu", "cuda"] = "auto"
) -> tuple[AttentionModel, MaskedLanguageModel | None, str]:
    """Load a model, with its masked-language-model head if it has one.

    Returns
    -------
    tuple
        The model; the same model with its head, or None; and why there is no head, or an empty text.

    Raises
    ------
    ProtlensError
        See :func:`protlens.load_model`.
    """
    try:
        whole = load_masked_lm(name_or_path, device=device)
    except ModelError as error:
        return load_model(name_or_path, device=device), None, str(error)
    return whole.encoder, whole, ""


def evaluate_contacts(
    model: AttentionModel,
    dataset: Dataset,
    *,
    masked_lm: MaskedLanguageModel | None = None,
    regression: Path | None = None,
    out: Path = Path("protlens-contacts"),
    options: ContactOptions | None = None,
    on_progress: Progress = lambda done, total: None,
) -> ContactAnalysis:
    """Learn contact scores on a few proteins of known structure and test them on others.

    Parameters
    ----------
    model, dataset
        What to run on what.
    masked_lm
        The same model with its head, for the categorical Jacobian; None leaves that out.
    regression
        A saved regression to test; nothing is learned then, and proteins that share a cluster with its training
        proteins are left out.
    out
        The folder to write to.
    options
        The defaults if None.
    on_progress
        Called with the proteins done and the proteins in all, training proteins counted once a draw.

    Raises
    ------
    DatasetError
        If there are too few proteins of known structure.
    FileFormatError, ModelError
        If the saved regression cannot be used with this model.
    StorageError
        If the disk is full or the folder cannot be written.
    """
    chosen = options or ContactOptions()
    saved = None if regression is None else load_regression(regression, model=model.info)
    contact = Contact(atom=chosen.contact_atom)
    chains = LabelledChains(dataset, contact, max_length=cut_length(chosen.max_length, model.info.max_residues))
    if chosen.contact_atom == "CB" and lacks_cb(dataset):
        hint = "measure between CA (--contact-atom ca)"
        raise DatasetError(explain("contact prediction", found=f"{dataset.name} has CA but no CB", hint=hint))
    split = _split(chains, chosen, training=None if saved is None else saved[1])
    run = _Run(model, chains, split, chosen, ContactFiles(out, model.info, dataset.name), on_progress)
    trained = tuple(run.train(number) for number in range(len(split.draws)))
    scorers = _scorers(trained) if saved is None else Scorers(((REGRESSION, 0),), saved[0].weights[None])
    predictor = trained[0].regression if saved is None else saved[0]
    run.files.clear()
    run.files.write_split(chains, split, options=chosen)
    if trained:
        save_regression(out / "regression.safetensors", predictor, model=model.info, training=run.record())
    tables = run.test(scorers, predictor, masked_lm=masked_lm)
    return run.finish(trained, *tables)


def predict_contacts(
    model: AttentionModel,
    dataset: Dataset,
    regression: Path,
    *,
    out: Path = Path("protlens-contacts"),
    max_length: int = 510,
    on_progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Predict the contacts of proteins, whose structures need not be known, with a saved regression.

    Parameters
    ----------
    model, dataset
        What to run on what.
    regression
        The safetensors file that ``protlens contacts`` wrote.
    out
        The folder to write to.
    max_length
        Chains are cut after this many residues, or where the model's input ends.
    on_progress
        Called with the proteins done and the proteins in all.

    Returns
    -------
    list of Path
        One CASP RR file a protein.

    Raises
    ------
    FileFormatError, ModelError
        If the regression cannot be used with this model.
    StorageError
        If the disk is full or the folder cannot be written.
    """
    fitted, _ = load_regression(regression, model=model.info)
    length = cut_length(max_length, model.info.max_residues)
    files = ContactFiles(out, model.info, dataset.name)
    files.clear()
    written = []
    for done, whole in enumerate(dataset, start=1):
        protein = whole.cut(length)
        pairs = all_pairs(len(protein))
        scores = weighted_scores(model, protein.sequence, pairs, weights=fitted.weights[None])[0]
        written.append(files.write_prediction(protein, pairs, fitted.probabilities(scores)))
        on_progress(done, len(dataset))
    return written


@dataclass(slots=True)
class _Run:
    """One evaluation under way."""

    model: AttentionModel
    chains: LabelledChains
    split: ContactSplit
    options: ContactOptions
    files: ContactFiles
    on_progress: Progress
    done: int = 0

    def train(self, number: int) -> TrainedScores:
        """Learn on one draw of training proteins."""
        return train_scores(
            self.model,
            (self.chains[self._count(position)] for position in self.split.draws[number]),
            top=self.options.top,
            most_pairs=self.options.most_pairs,
            inverse_penalty=self.options.inverse_penalty,
            seed=self.options.seed + number,
        )

    def record(self) -> TrainingRecord:
        """Return what the regression of the first draw was fitted on."""
        kept = ("inverse_penalty", "most_pairs", "contact_atom", "seed")
        return TrainingRecord(
            dataset=self.files.dataset,
            fingerprint=self.chains.dataset.fingerprint(),
            proteins=tuple(self.chains.ids[position] for position in self.split.draws[0]),
            clusters=tuple(self.chains.clusters[position] for position in self.split.draws[0]),
            settings={name: getattr(self.options, name) for name in kept} | {"max_length": self.chains.max_length},
        )

    def test(
        self, scorers: Scorers, predictor: ContactRegression, *, masked_lm: MaskedLanguageModel | None
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Score the test proteins, write their predictions, and return tables of precision, heads and reliability."""
        short = [p for p in self.split.test if self.chains.length(p) <= self.options.jacobian_length]
        compared = set(short[: self.options.jacobian])
        precision, heads, bins = [], [], []
        for position in self.split.test:
            chain = self.chains[position]
            whole = masked_lm if position in compared else None
            result = evaluate_chain(self.model, chain, scorers, masked_lm=whole)
            probabilities = predictor.probabilities(result.scores[scorers.predictor])
            self.files.write_prediction(chain.protein, chain.pairs, probabilities)
            precision.append(result.precision)
            heads.append(result.heads)
            bins.append(reliability_table(probabilities[chain.known], chain.contacts[chain.known]))
            self._count(position)
        self._draw_maps(pl.concat(precision), predictor)
        counted = pl.concat(bins).group_by("bin_low", "bin_high", maintain_order=True).sum()
        return pl.concat(precision), pl.concat(heads), counted

    def finish(
        self,
        trained: tuple[TrainedScores, ...],
        precision: pl.DataFrame,
        heads: pl.DataFrame,
        reliability: pl.DataFrame,
    ) -> ContactAnalysis:
        """Summarise, and write the tables."""
        tables = {"heads": heads, "precision": precision, "reliability": reliability}
        tables |= _summaries(precision, seed=self.options.seed)
        self.files.write_tables(tables)
        return ContactAnalysis(
            out=self.files.out,
            options=self.options,
            trained=trained,
            tables=tables,
            tested=len(self.split.test),
            cut=sum(map(self.chains.is_cut, self.split.test)),
            without_cluster=self.chains.without_cluster,
            max_length=self.chains.max_length,
        )

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
            scores = weighted_scores(self.model, chain.protein.sequence, chain.pairs, weights=weights)[0]
            note = f"{what} long-range precision at L of {len(known)} proteins ({100 * row['precision']:.1f} %)"
            self.files.draw_map(chain, predictor.probabilities(scores), note=note)

    def _count(self, position: int) -> int:
        self.done += 1
        self.on_progress(self.done, sum(map(len, self.split.draws)) + len(self.split.test))
        return position


def _split(chains: LabelledChains, options: ContactOptions, *, training: TrainingRecord | None) -> ContactSplit:
    if training is not None:
        seen = {*training.proteins, *training.clusters}
        return unseen_split(chains.ids, chains.clusters, seen=seen, most_tests=options.test, seed=options.seed)
    positions = list(chains.clusters)
    proteins = chains.dataset.take(positions) if positions else []
    return split_contacts(
        proteins, positions, train=options.train, draws=options.draws, most_tests=options.test, seed=options.seed
    )


def _summaries(precision: pl.DataFrame, *, seed: int) -> dict[str, pl.DataFrame]:
    first, ids = precision.filter(draw=0), precision.filter(method=JACOBIAN)["protein"].unique()
    learned = precision.filter(pl.col("method").is_in([BEST, TOP, REGRESSION]))
    means = learned.group_by("method", "draw", "range", "k", maintain_order=True).agg(pl.col("precision").mean())
    every = first.filter(pl.col("method") != JACOBIAN)
    tables = {"draws": means, "summary": summarise_precision(every, reference=REGRESSION, seed=seed)}
    if len(ids):
        shared = first.filter(pl.col("protein").is_in(ids.implode()))
        tables["jacobian_summary"] = summarise_precision(shared, reference=REGRESSION, seed=seed)
    return tables


def _scorers(trained: Sequence[TrainedScores]) -> Scorers:
    names = tuple((method, draw) for draw in range(len(trained)) for method in (BEST, TOP, REGRESSION))
    return Scorers(names, np.concatenate([scores.weights() for scores in trained]))
