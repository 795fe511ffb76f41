"""What contact prediction gives back."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.training import TrainedScores
from protlens.glance import Glance, Shown
from protlens.naming import INTERVALS, contact_method
from protlens.number_text import interval, percent
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ContactTables(TableSet):
    """The tables of contact prediction.

    Parameters
    ----------
    summary
        Mean precision over the test proteins, of the first draw (see :func:`summarise_precision`).
    precision
        Every method and draw on every test protein.
    heads
        Every single head on every test protein.
    draws
        The mean precision of each learned method on each draw.
    reliability
        How often pairs of each predicted probability touch (see :func:`reliability_table`).
    costs
        Runs of the model and seconds of each way of scoring (see :class:`~protlens.contacts.cost_table.Costs`).
    choices
        What was tried inside the training proteins of each draw, and how it did on those held out: ``draw, choice,
        value, precision``; without rows where nothing was left to choose, None if a saved regression was tested.
    jacobian_summary
        The summary over the proteins that a Jacobian was computed for; None if there are none.
    few_labels
        Precision by number of training proteins; None if it was not asked for.

    Examples
    --------
    >>> list(protlens.ContactTables.__annotations__)
    ['summary', 'precision', 'heads', 'draws', 'reliability', 'costs', 'choices', 'jacobian_summary', 'few_labels']
    """

    summary: pl.DataFrame
    precision: pl.DataFrame
    heads: pl.DataFrame
    draws: pl.DataFrame
    reliability: pl.DataFrame
    costs: pl.DataFrame
    choices: pl.DataFrame | None = None
    jacobian_summary: pl.DataFrame | None = None
    few_labels: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContactAnalysis(Shown):
    """How well contacts are predicted.

    Parameters
    ----------
    folder
        The folder with all files.
    tables
        The tables; ``tables.summary`` is the result.
    figures
        The files of the contact maps.
    model, dataset
        Their names.
    options
        The options that it was made with.
    trained
        What was learned on each draw of training proteins; empty if a saved regression was tested.
    tested, cut, without_cluster
        Test proteins, those of them that were cut, and labelled proteins that carry no cluster.
    max_length
        Where chains were cut.
    without_jacobian
        Why there is no Jacobian of the kind that was asked for; an empty text if the model has what it takes.

    Examples
    --------
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> proteins = protlens.load_dataset("pdb-mini")[:20]
    >>> analysis = protlens.evaluate_contacts("mini-bert", proteins, out="few", options=options)
    >>> analysis.tested, analysis.max_length
    (2, 60)
    """

    folder: Path
    tables: ContactTables
    figures: tuple[Path, ...]
    model: str
    dataset: str
    options: ContactOptions
    trained: tuple[TrainedScores, ...]
    tested: int
    cut: int
    without_cluster: int
    max_length: int
    without_jacobian: str

    def _glance(self) -> Glance:
        title = f"Contacts of {self.dataset} from the attention of {self.model}: precision, {self.tested} test proteins"
        shown = self.tables.summary.filter(pl.col("k").is_in(["L", "L/5"]), range="long")
        rows = [
            (
                contact_method(row["method"]),
                f"{row['range']}, {row['k']}",
                percent(row["precision"]),
                interval(row["ci_low"], row["ci_high"]),
            )
            for row in shown.iter_rows(named=True)
        ]
        return Glance(title, ("method", "range, pairs", "precision", INTERVALS["matched"]), rows, self.folder)
