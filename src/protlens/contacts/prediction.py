"""Contacts of proteins whose structures need not be known, predicted with a regression that is at hand."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.contact_files import PREDICTION_FOLDER, ContactFiles
from protlens.contacts.contact_models import Differentiated, contact_models, differentiated
from protlens.contacts.cost_table import ATTENTION, Costs
from protlens.contacts.couplings import JACOBIAN_WORDS, couple
from protlens.contacts.default_regressions import find_regression
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.labelled_chains import LabelledChain, label_chain
from protlens.contacts.predicted_pairs import PAIR_COLUMNS, most_probable, pair_table
from protlens.contacts.prediction_result import ContactPrediction, PredictionTables
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression
from protlens.contacts.seen_proteins import trained_on
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import ModelError, OptionError, explain
from protlens.jacobians.jacobian_options import jacobian_runs
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.load import Device, model_info
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.models.wrapping import WrappedModel
from protlens.number_text import counted
from protlens.output_folders import open_folder
from protlens.pairs.residue_pairs import all_pairs
from protlens.pairs.windows import WindowedModel
from protlens.properties.pair import Contact, contact_points, lacks_cb
from protlens.typing import PathInput, Progress

MAPS = 12
"""So many contact maps are drawn, of the first proteins."""


def predict_contacts(
    model: PathInput | AttentionModel | MaskedLanguageModel,
    dataset: PathInput | Dataset,
    *,
    regression: PathInput | None = None,
    out: PathInput = "protlens-predicted-contacts",
    max_length: int | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> ContactPrediction:
    """Predict the contacts of proteins, whose structures need not be known.

    A chain that is longer than the model's input is read in windows, see :class:`protlens.WindowedModel`. Where a
    structure is known, the precision of the prediction is told too, unless the regression was fitted on the protein or
    a relative of it. Where the regression was fitted on attention and the Jacobian, that of each chain is computed, and
    kept in the folder.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model. A categorical Jacobian needs the
        masked-language-model head: a name brings it, as does :func:`protlens.load_masked_lm`.
    dataset
        A name of the catalog, a file, or a dataset.
    regression
        The safetensors file that ``protlens contacts`` wrote; None takes one that comes with protlens or lies in the
        user's folder (see :func:`~protlens.contacts.default_regressions.find_regression`).
    out
        The folder to write to: new, empty, or that of an earlier prediction, which is replaced.
    max_length
        Chains are cut after this many residues; None reads them whole.
    device
        Where a model runs that is loaded here.
    on_progress
        Called with the runs of the model done and those in all: one a protein, and those of its Jacobian.
    on_note
        Called with a line on how many runs the Jacobians take, if there are any.

    Raises
    ------
    FileFormatError
        If the regression is damaged.
    ModelError
        If it was fitted on another model, or none is at hand; if it needs a Jacobian, and the model has none of this
        kind or reads a chain in windows or with a linker.
    OptionError
        If the length is no length, or the regression's Jacobian is one of too few runs for a chain.
    RunError
        If the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> found = protlens.predict_contacts("mini-bert", "structures/7hvp.pdb.gz", out="predicted")
    >>> [file.name for file in found.files]
    ['contacts-7HVP.A.rr', 'contacts-7HVP.B.rr']
    >>> len(found.tables.pairs), found.tables.precision.filter(range="long", k="L/5")["taken"].to_list()
    (198, [19, 19])
    """
    if max_length is not None and max_length < 1:
        raise OptionError(explain("option max_length", found=str(max_length), allowed="1 or more"))
    proteins, folder = as_dataset(dataset), open_folder(Path(out), PREDICTION_FOLDER)
    info = model_info(model) if isinstance(model, str | os.PathLike) else model.info
    path, limit = find_regression(info) if regression is None else Path(regression), info.max_residues
    fitted, training = load_regression(path, model=info, fused=True)
    whole = dict(zip(proteins.ids, proteins.lengths, strict=True))
    read = {one: min(length, max_length or length) for one, length in whole.items()}
    windowed = tuple(one for one, length in read.items() if limit is not None and length > limit)
    reader, source = _readers(
        model, fitted, training, windows=bool(windowed), asked=f"regression {path}", device=device
    )
    contact = Contact(atom="CA" if lacks_cb(proteins) else "CB")
    run = _Prediction(
        model=reader,
        differentiated=source,
        regression=fitted,
        contact=contact,
        seen=trained_on(training, proteins),
        files=ContactFiles(folder, info, proteins.name, source=_words(source)),
        on_progress=on_progress,
    )
    run.total = sum(map(run.runs, read.values()))
    if source is not None:
        on_note(_cost(run.total - len(read), sum(read.values()), source))
    with folder:
        run.files.clear(keep=path)
        run.files.write_about(proteins, max_length=max_length, training=training)
        for protein in proteins:
            run.predict(protein.cut(read[protein.id]))
        tables = run.tables()
        folder.write_tables(tables)
    return ContactPrediction(
        folder=run.files.out,
        tables=tables,
        files=tuple(run.written),
        figures=tuple(run.files.figures),
        model=info.name,
        source=run.files.source,
        dataset=proteins.name,
        regression=path,
        training=training,
        proteins=read,
        cut=tuple(one for one, length in whole.items() if length > read[one]),
        windowed=windowed,
        trained_on=run.seen,
        contact_atom=contact.atom,
    )


def _readers(
    model: PathInput | AttentionModel | MaskedLanguageModel,
    regression: ContactRegression,
    training: TrainingRecord,
    *,
    windows: bool,
    asked: str,
    device: Device,
) -> tuple[AttentionModel, Differentiated | None]:
    """Return what reads the chains, and what Jacobians are taken of if the regression needs them."""
    adapter, masked_lm, reason = contact_models(model, device=device, head=bool(regression.jacobian))
    reader = WindowedModel(adapter) if windows else adapter
    if not regression.jacobian or (options := training.jacobian) is None:
        return reader, None
    if isinstance(reader, WrappedModel):
        found = "it needs a Jacobian, which is taken of whole chains, each by itself"
        hint = "cut chains where the model's input ends (max_length), and join none"
        raise ModelError(explain(asked, found=found, hint=hint))
    source = differentiated(adapter, masked_lm, kind=options.kind, runs=options.runs)
    if source is None:
        why = reason if options.kind == "categorical" else "the model shows none"
        raise ModelError(explain(asked, found=f"it needs the {JACOBIAN_WORDS[options.kind]}: {why}"))
    return reader, source


def _words(source: Differentiated | None) -> str:
    """Return what contacts are predicted from, of a model."""
    return ATTENTION if source is None else f"{ATTENTION} and the {JACOBIAN_WORDS[source[1].kind]}"


def _cost(runs: int, residues: int, source: Differentiated) -> str:
    words, each = JACOBIAN_WORDS[source[1].kind], runs / max(residues, 1)
    return (
        f"The regression needs the {words}: {counted(runs, 'run')} of the model, {each:.0f} a residue,"
        " beside one a protein for attention; maps that were kept take none."
    )


@dataclass(slots=True, kw_only=True)
class _Prediction:
    """One prediction under way.

    Parameters
    ----------
    model, regression
        What gives the scores, and what makes them probabilities.
    differentiated
        What Jacobians are taken of, and how; None if the regression needs none.
    contact
        What counts as a contact where the structure is known.
    seen
        Proteins of which no precision is told.
    files, on_progress
        Where results go, and what is told of the runs of the model: of ``total`` so many are ``done``, and will be when
        the protein that is predicted ``ends``.
    """

    model: AttentionModel
    differentiated: Differentiated | None
    regression: ContactRegression
    contact: Contact
    seen: frozenset[str]
    files: ContactFiles
    on_progress: Progress
    total: int = 0
    done: int = 0
    ends: int = 0
    written: list[Path] = field(default_factory=list)
    _costs: Costs = field(default_factory=Costs)
    _pairs: list[pl.DataFrame] = field(default_factory=list)
    _precision: list[pl.DataFrame] = field(default_factory=list)

    def runs(self, length: int) -> int:
        """Return how many runs of the model a chain takes."""
        return 1 if self.differentiated is None else 1 + jacobian_runs(length, self.differentiated[1])

    def predict(self, protein: Protein) -> None:
        """Predict one protein and write its files."""
        self.ends = self.done + self.runs(len(protein))
        known = label_chain(protein, self.contact)
        chain = _unlabelled(protein, self.contact) if known is None else known
        scores = self._scores(chain)
        probabilities = self.regression.probabilities(scores[0])
        best = most_probable(probabilities, len(protein))
        points = contact_points(protein, self.contact.atom)
        self._pairs.append(pair_table(protein, chain.pairs.take(best), probabilities[best], points))
        if known is not None and protein.id not in self.seen:
            rated = known.precision(scores).drop("score")
            self._precision.append(rated.insert_column(0, pl.lit(protein.id).alias("protein")))
        if len(self.written) < MAPS:
            self.files.draw_map(chain, probabilities, note=f"{len(protein)} residues")
        self.written.append(self.files.write_prediction(protein, chain.pairs, probabilities))
        self._advance(self.ends - self.done)  # a map that was kept took no run

    def _scores(self, chain: LabelledChain) -> Float64[np.ndarray, "1 pair"]:
        """Return the logit of each pair but for the intercept, as a row."""
        start = perf_counter()
        weights = self.regression.weights[None]
        scores = weighted_scores(self.model, chain.protein, chain.pairs, weights=weights)
        seconds = perf_counter() - start
        self._advance(1)
        coupling = None
        if self.differentiated is not None:
            store = JacobianStore(self.files.jacobians)
            model, options = self.differentiated
            coupling = couple(model, chain, options, store=store, on_runs=self._advance)
            scores += self.regression.jacobian * coupling.scores
        self._costs.add(chain, seconds, coupling)
        return scores

    def _advance(self, runs: int) -> None:
        before, self.done = self.done, min(self.done + runs, self.ends)  # an unknown residue takes a run more than told
        if self.done > before:
            self.on_progress(self.done, self.total)

    def tables(self) -> PredictionTables:
        """Return the tables of all proteins."""
        pairs = pl.concat([pl.DataFrame(schema=PAIR_COLUMNS), *self._pairs])
        precision = pl.concat(self._precision) if self._precision else None
        return PredictionTables(pairs=pairs, costs=self._costs.table(), precision=precision)


def _unlabelled(protein: Protein, contact: Contact) -> LabelledChain:
    """Return a chain of which no contact is known."""
    pairs = all_pairs(len(protein), min_separation=contact.min_separation, chain_starts=protein.chain_starts)
    nothing = np.zeros(len(pairs), np.bool_)
    return LabelledChain(protein, pairs, contacts=nothing, known=nothing)
