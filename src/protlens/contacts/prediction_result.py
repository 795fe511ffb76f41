"""What the prediction of contacts gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from protlens.contacts.regression_file import TrainingRecord
from protlens.glance import Glance, Shown
from protlens.number_text import NOTHING, count, counted
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class PredictionTables(TableSet):
    """The tables of predicted contacts.

    Parameters
    ----------
    pairs
        The L most probable pairs of each protein of L residues (see
        :func:`~protlens.contacts.predicted_pairs.pair_table`).
    costs
        Runs of the model and seconds of attention, and of Jacobians (see
        :class:`~protlens.contacts.cost_table.Costs`).
    precision
        ``protein, range, k, pairs, contacts, taken, precision`` of proteins of known structure that the regression was
        not fitted on (see :func:`~protlens.pairs.precision.pair_precision`); None if there are none.

    Examples
    --------
    >>> list(protlens.PredictionTables.__annotations__)
    ['pairs', 'costs', 'precision']
    """

    pairs: pl.DataFrame
    costs: pl.DataFrame
    precision: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContactPrediction(Shown):
    """The contacts of some proteins, predicted from attention, or from attention and the Jacobian.

    Parameters
    ----------
    folder
        The folder with all files.
    tables
        The tables; ``tables.pairs`` is the result.
    files
        One file in CASP's RR format a protein.
    figures
        The files of the contact maps, of the first proteins.
    model, dataset
        Their names.
    source
        What of the model contacts are predicted from, in words.
    regression
        The file of the regression.
    training
        What it was fitted on, and how it did on other proteins.
    proteins
        How many residues of each protein were read, by its id.
    cut, windowed
        Ids of proteins of which only the first residues were read, and of those that were read in windows.
    trained_on
        Ids of proteins of known structure that the regression was fitted on, or relatives of these.
    contact_atom
        The atom between which distances are measured: CA where structures have no CB.

    Examples
    --------
    >>> found = protlens.predict_contacts("mini-bert", protlens.load_dataset("pdb-mini")[:1], out="one")
    >>> found.proteins, found.tables.pairs.columns[-2:]
    ({'11AS.A': 330}, ['probability', 'distance'])
    """

    folder: Path
    tables: PredictionTables
    files: tuple[Path, ...]
    figures: tuple[Path, ...]
    model: str
    source: str
    dataset: str
    regression: Path
    training: TrainingRecord
    proteins: Mapping[str, int]
    cut: tuple[str, ...]
    windowed: tuple[str, ...]
    trained_on: frozenset[str]
    contact_atom: Literal["CA", "CB"]

    def _glance(self) -> Glance:
        read = counted(len(self.proteins), "protein")
        title = f"Contacts of {self.dataset} from the {self.source} of {self.model}: the most probable pairs of {read}"
        ranked = self.tables.pairs.sort("probability", descending=True, maintain_order=True)
        return Glance(title, PAIR_HEADINGS, [pair_cells(row) for row in ranked.iter_rows(named=True)], self.folder)


PAIR_HEADINGS = ("protein", "first", "second", "apart", "probability", "angstrom")
"""What the columns of a table of pairs are called where it is shown; ``apart`` is the separation in sequence."""


def pair_cells(row: Mapping[str, object]) -> list[str]:
    """Return a pair as the texts of a table's row."""
    separation, probability, distance = row["separation"], row["probability"], row["distance"]
    return [
        str(row["protein"]),
        str(row["first_residue"]),
        str(row["second_residue"]),
        count(separation) if isinstance(separation, int) else "two chains",
        f"{probability:.3f}",
        f"{distance:.1f}" if isinstance(distance, float) else NOTHING,
    ]
