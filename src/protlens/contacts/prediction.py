"""Contacts of proteins whose structures need not be known, predicted with a regression that is at hand."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from protlens.contacts.contact_files import PREDICTION_FOLDER, ContactFiles
from protlens.contacts.default_regressions import find_regression
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.labelled_chains import LabelledChain, label_chain
from protlens.contacts.predicted_pairs import PAIR_COLUMNS, most_probable, pair_table
from protlens.contacts.prediction_result import ContactPrediction, PredictionTables
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import load_regression
from protlens.contacts.seen_proteins import trained_on
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import OptionError, explain
from protlens.models.load import Device, as_model
from protlens.models.protocol import AttentionModel
from protlens.output_folders import open_folder
from protlens.pairs.residue_pairs import all_pairs
from protlens.pairs.windows import WindowedModel
from protlens.properties.pair import Contact, contact_points, lacks_cb
from protlens.typing import PathInput, Progress

MAPS = 12
"""So many contact maps are drawn, of the first proteins."""


def predict_contacts(
    model: PathInput | AttentionModel,
    dataset: PathInput | Dataset,
    *,
    regression: PathInput | None = None,
    out: PathInput = "protlens-predicted-contacts",
    max_length: int | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> ContactPrediction:
    """Predict the contacts of proteins, whose structures need not be known.

    A chain that is longer than the model's input is read in windows, see :class:`protlens.WindowedModel`. Where a
    structure is known, the precision of the prediction is told too, unless the regression was fitted on the protein or
    a relative of it.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
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
        Called with the proteins done and the proteins in all.

    Raises
    ------
    FileFormatError
        If the regression is damaged.
    ModelError
        If it was fitted on another model, or none is at hand.
    OptionError
        If the length is no length.
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
    adapter = as_model(model, device=device)
    path = find_regression(adapter.info) if regression is None else Path(regression)
    fitted, training = load_regression(path, model=adapter.info)
    longest, limit = min(max(proteins.lengths, default=0), max_length or np.inf), adapter.info.max_residues
    contact = Contact(atom="CA" if lacks_cb(proteins) else "CB")
    run = _Prediction(
        model=adapter if limit is None or longest <= limit else WindowedModel(adapter),
        regression=fitted,
        contact=contact,
        seen=trained_on(training, proteins),
        files=ContactFiles(folder, adapter.info, proteins.name),
    )
    with folder:
        run.files.clear(keep=path)
        run.files.write_about(proteins, max_length=max_length, training=training)
        for done, whole in enumerate(proteins, start=1):
            run.predict(whole if max_length is None else whole.cut(max_length))
            on_progress(done, len(proteins))
        tables = run.tables()
        run.files.folder.write_tables(tables)
    return ContactPrediction(
        folder=run.files.out,
        tables=tables,
        files=tuple(run.written),
        figures=tuple(run.files.figures),
        model=adapter.info.name,
        dataset=proteins.name,
        regression=path,
        training=training,
        proteins=run.read,
        cut=tuple(one for one, length in zip(proteins.ids, proteins.lengths, strict=True) if length > run.read[one]),
        windowed=tuple(one for one, length in run.read.items() if limit is not None and length > limit),
        trained_on=run.seen,
        contact_atom=contact.atom,
    )


@dataclass(slots=True, kw_only=True)
class _Prediction:
    """One prediction under way.

    Parameters
    ----------
    model, regression
        What gives the scores, and what makes them probabilities.
    contact
        What counts as a contact where the structure is known.
    seen
        Proteins of which no precision is told.
    files
        Where results go.
    """

    model: AttentionModel
    regression: ContactRegression
    contact: Contact
    seen: frozenset[str]
    files: ContactFiles
    read: dict[str, int] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)
    _pairs: list[pl.DataFrame] = field(default_factory=list)
    _precision: list[pl.DataFrame] = field(default_factory=list)

    def predict(self, protein: Protein) -> None:
        """Predict one protein and write its files."""
        known = label_chain(protein, self.contact)
        chain = _unlabelled(protein, self.contact) if known is None else known
        scores = weighted_scores(self.model, protein, chain.pairs, weights=self.regression.weights[None])
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
        self.read[protein.id] = len(protein)

    def tables(self) -> PredictionTables:
        """Return the tables of all proteins."""
        pairs = pl.concat([pl.DataFrame(schema=PAIR_COLUMNS), *self._pairs])
        return PredictionTables(pairs=pairs, precision=pl.concat(self._precision) if self._precision else None)


def _unlabelled(protein: Protein, contact: Contact) -> LabelledChain:
    """Return a chain of which no contact is known."""
    pairs = all_pairs(len(protein), min_separation=contact.min_separation, chain_starts=protein.chain_starts)
    nothing = np.zeros(len(pairs), np.bool_)
    return LabelledChain(protein, pairs, contacts=nothing, known=nothing)
