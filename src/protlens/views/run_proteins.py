"""The proteins of a run, read from its data set when they are opened."""

import polars as pl

from protlens.data.dataset import Dataset
from protlens.runs.store import Run
from protlens.views.documents import ProteinEntry
from protlens.views.shelf_protein import ShelfProtein


class RunProteins:
    """The proteins that a run analysed.

    Parameters
    ----------
    run, dataset
        A finished run and the data set that it is of.

    Attributes
    ----------
    numbers
        The number of each in the run, by id, in the run's order.
    skipped
        Why those that are missing were not analysed, by id.
    """

    def __init__(self, run: Run, dataset: Dataset) -> None:
        table = run.proteins()
        analysed = table.filter(pl.col("status") != "skipped")
        self.numbers: dict[str, int] = dict(analysed.select("id", "protein").iter_rows())
        self.skipped: dict[str, str] = dict(table.filter(status="skipped").select("id", "reason").iter_rows())
        self._residues = dict(analysed.select("id", "residues").iter_rows())
        self._dataset = dataset
        self._rows = {name: row for row, name in enumerate(dataset.ids)}

    def entries(self) -> list[ProteinEntry]:
        """Return one entry a protein, in the run's order."""
        lengths, placed = self._dataset.lengths, self._dataset.placed
        rows = ((name, self._rows[name]) for name in self.numbers)
        return [{"id": name, "residues": lengths[row], "placed": placed[row]} for name, row in rows]

    def __getitem__(self, name: str) -> ShelfProtein:
        """Return the protein with that id."""
        protein = self._dataset[self._rows[name]]
        return ShelfProtein(self.numbers[name], protein, analysed=self._residues[name], group=(name,))
