"""What a benchmark of contact prediction gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.contacts.contact_options import ContactOptions
from protlens.glance import Glance, Shown
from protlens.naming import INTERVALS, contact_method
from protlens.number_text import counted, interval, percent
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class BenchmarkTables(TableSet):
    """The tables of a benchmark; ``model`` is empty for what uses none, and for other programs.

    Parameters
    ----------
    summary
        ``model, method`` and what :func:`~protlens.contacts.precision_summary.summarise_precision` gives; differences
        are to separation and amino acids alone, on the same proteins.
    precision
        Every model and method on every test protein, of the first draw.
    draws
        ``model, method, range, k, draws, precision, lowest, highest`` over draws of the training proteins.
    costs
        ``model, method, proteins, residues, runs, seconds, kept`` of scoring the test proteins (see
        :class:`~protlens.contacts.cost_table.Costs`).
    jacobian_summary
        The summary over the proteins that Jacobians were computed for; None if there are none.
    few_labels
        Precision by number of training proteins; None if it was not asked for.

    Examples
    --------
    >>> list(protlens.BenchmarkTables.__annotations__)
    ['summary', 'precision', 'draws', 'costs', 'jacobian_summary', 'few_labels']
    """

    summary: pl.DataFrame
    precision: pl.DataFrame
    draws: pl.DataFrame
    costs: pl.DataFrame
    jacobian_summary: pl.DataFrame | None = None
    few_labels: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContactBenchmark(Shown):
    """Models and methods side by side on the same test proteins.

    Parameters
    ----------
    folder
        The folder with all files; each model has one of its own in it.
    tables
        The tables; ``tables.summary`` is the result.
    figures
        The files of the figure.
    models, rivals
        Models that were run, and other programs whose predictions were read.
    failed
        Why a model could not take part, by its name.
    dataset, tested
        The dataset, and the test proteins.
    options
        The options that it was made with.

    Examples
    --------
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> proteins = protlens.load_dataset("pdb-mini")[:20]
    >>> benchmark = protlens.benchmark_contacts(["mini-bert"], proteins, out="bench", options=options)
    >>> benchmark.models, benchmark.tested
    (('mini-bert',), 2)
    """

    folder: Path
    tables: BenchmarkTables
    figures: tuple[Path, ...]
    models: tuple[str, ...]
    rivals: tuple[str, ...]
    failed: Mapping[str, str]
    dataset: str
    tested: int
    options: ContactOptions

    def _glance(self) -> Glance:
        tested = counted(self.tested, "test protein")
        title = f"Contacts of {self.dataset}, long range, mean precision over {tested}"
        rows = []
        for (model, method), cells in self.tables.summary.filter(range="long").group_by(
            "model", "method", maintain_order=True
        ):
            by_k = {row["k"]: row for row in cells.iter_rows(named=True)}
            whole = by_k["L"]
            span = interval(whole["ci_low"], whole["ci_high"])
            rows.append(
                (model, contact_method(method), percent(whole["precision"]), span, percent(by_k["L/5"]["precision"]))
            )
        columns = ("model", "method", "P@L", INTERVALS["matched"], "P@L/5")
        return Glance(title, columns, rows, self.folder)
