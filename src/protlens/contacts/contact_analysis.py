"""Contact prediction from attention: learned on a few proteins, tested on others, written to a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from protlens.contacts.contact_files import CONTACT_FOLDER, ContactFiles
from protlens.contacts.contact_models import contact_models
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_result import ContactAnalysis, ContactTables
from protlens.contacts.contact_split import ContactSplit, split_contacts, unseen_split
from protlens.contacts.evaluation import BEST, JACOBIAN, REGRESSION, STATISTICS, TOP, Scorers, evaluate_chain
from protlens.contacts.head_scores import SELECTION, weighted_scores
from protlens.contacts.labelled_chains import LabelledChains
from protlens.contacts.precision_summary import reliability_table, summarise_precision
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression
from protlens.contacts.training import TrainedScores, train_scores
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError, explain
from protlens.extraction.plan import cut_length
from protlens.models.load import Device, as_model
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.output_folders import open_folder
from protlens.pairs.residue_pairs import all_pairs
from protlens.properties.pair import Contact, lacks_cb
from protlens.typing import PathInput, Progress


def evaluate_contacts(
    model: PathInput | AttentionModel | MaskedLanguageModel = "mini-bert",
    dataset: PathInput | Dataset = "pdb-mini",
    *,
    regression: PathInput | None = None,
    out: PathInput = "protlens-contacts",
    options: ContactOptions | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> ContactAnalysis:
    """Learn contact scores on a few proteins of known structure and test them on others.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model. The categorical Jacobian needs the
        masked-language-model head: a name brings it where there is one, as does :func:`protlens.load_masked_lm`.
    dataset
        A name of the catalog, a file, or a dataset.
    regression
        A saved regression to test; nothing is learned then, and proteins that share a cluster with its training
        proteins are left out.
    out
        The folder to write to: new, empty, or that of an earlier analysis, which is replaced.
    options
        The defaults if None.
    device
        Where a model runs that is loaded here.
    on_progress
        Called with the proteins done and the proteins in all, training proteins counted once a draw.

    Raises
    ------
    DatasetError
        If there are too few proteins of known structure.
    FileFormatError, ModelError
        If the saved regression cannot be used with this model.
    RunError
        If the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")
    >>> analysis = protlens.evaluate_contacts(model, proteins[:20], out="contacts", options=options)
    >>> len(list(Path("contacts/rr").iterdir()))
    2
    """
    chosen, proteins = options or ContactOptions(), as_dataset(dataset)
    folder = open_folder(Path(out), CONTACT_FOLDER)
    adapter, masked_lm, reason = contact_models(model, device=device)
    saved = None if regression is None else load_regression(regression, model=adapter.info)
    contact = Contact(atom=chosen.contact_atom)
    if chosen.contact_atom == "CB" and lacks_cb(proteins):
        hint = "measure between CA with contact_atom='CA'"
        raise DatasetError(explain("contact prediction", found=f"{proteins.name} has CA but no CB", hint=hint))
    chains = LabelledChains(proteins, contact, max_length=cut_length(chosen.max_length, adapter.info.max_residues))
    split = _split(chains, chosen, training=None if saved is None else saved[1])
    run = _Run(adapter, chains, split, chosen, ContactFiles(folder, adapter.info, proteins.name), on_progress)
    trained = tuple(run.train(number) for number in range(len(split.draws)))
    scorers = _scorers(trained) if saved is None else Scorers(((REGRESSION, 0),), saved[0].weights[None])
    predictor = trained[0].regression if saved is None else saved[0]
    with folder:
        run.files.clear(keep=None if regression is None else Path(regression))
        run.files.write_split(chains, split, options=chosen)
        if trained:
            run.files.write_regression(predictor, run.record())
        tables = run.test(scorers, predictor, masked_lm=masked_lm)
        return run.finish(trained, *tables, without_jacobian=reason)


def predict_contacts(
    model: PathInput | AttentionModel,
    dataset: PathInput | Dataset,
    *,
    regression: PathInput,
    out: PathInput = "protlens-contacts",
    max_length: int = 510,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Predict the contacts of proteins, whose structures need not be known, with a saved regression.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a dataset.
    regression
        The safetensors file that ``protlens contacts`` wrote.
    out
        The folder to write to: new, empty, or that of an earlier analysis, whose predictions are replaced.
    max_length
        Chains are cut after this many residues, or where the model's input ends.
    device
        Where a model runs that is loaded here.
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
    RunError
        If the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")
    >>> analysis = protlens.evaluate_contacts(model, proteins[:20], out="learned", options=options)
    >>> regression = "learned/regression.safetensors"
    >>> files = protlens.predict_contacts(model, proteins[:1], regression=regression, out="predicted")
    >>> [file.name for file in files]
    ['contacts-11AS.A.rr']
    """
    proteins, folder = as_dataset(dataset), open_folder(Path(out), CONTACT_FOLDER)
    adapter = as_model(model, device=device)
    fitted, _ = load_regression(regression, model=adapter.info)
    length = cut_length(max_length, adapter.info.max_residues)
    files, written = ContactFiles(folder, adapter.info, proteins.name), []
    with folder:
        files.clear_predictions()
        files.write_about(proteins, max_length=length)
        for done, whole in enumerate(proteins, start=1):
            protein = whole.cut(length)
            pairs = all_pairs(len(protein))
            scores = weighted_scores(adapter, protein, pairs, weights=fitted.weights[None])[0]
            written.append(files.write_prediction(protein, pairs, fitted.probabilities(scores)))
            on_progress(done, len(proteins))
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
        *,
        without_jacobian: str,
    ) -> ContactAnalysis:
        """Summarise, and write the tables."""
        summaries = _summaries(precision, seed=self.options.seed)
        tables = ContactTables(heads=heads, precision=precision, reliability=reliability, **summaries)
        self.files.write_tables(tables)
        return ContactAnalysis(
            folder=self.files.out,
            tables=tables,
            figures=tuple(self.files.figures),
            model=self.model.info.name,
            dataset=self.files.dataset,
            options=self.options,
            trained=trained,
            tested=len(self.split.test),
            cut=sum(map(self.chains.is_cut, self.split.test)),
            without_cluster=self.chains.without_cluster,
            max_length=self.chains.max_length,
            without_jacobian=without_jacobian,
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
            scores = weighted_scores(self.model, chain.protein, chain.pairs, weights=weights)[0]
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
    learned = precision.filter(pl.col("method").is_in([BEST, TOP, REGRESSION, STATISTICS]))
    means = learned.group_by("method", "draw", "range", "k", maintain_order=True).agg(pl.col("precision").mean())
    every = first.filter(pl.col("method") != JACOBIAN)
    tables = {"draws": means, "summary": summarise_precision(every, reference=REGRESSION, seed=seed)}
    if len(ids):
        shared = first.filter(pl.col("protein").is_in(ids.implode()))
        tables["jacobian_summary"] = summarise_precision(shared, reference=REGRESSION, seed=seed)
    return tables


def _scorers(trained: Sequence[TrainedScores]) -> Scorers:
    names = tuple((method, draw) for draw in range(len(trained)) for method in (BEST, TOP, REGRESSION))
    weights = np.concatenate([scores.weights() for scores in trained])
    return Scorers(names, weights, tuple(scores.statistics for scores in trained))
