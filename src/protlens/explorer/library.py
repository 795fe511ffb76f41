"""The proteins that can be opened: those of a run, read when they are opened, and those that are added later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from threading import RLock

import numpy as np
import polars as pl

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import UnknownNameError, explain, shortened
from protlens.explorer.schema import ProteinEntry
from protlens.runs.store import Run
from protlens.scene.scene_structure import SceneStructure


@dataclass(frozen=True, slots=True, eq=False)
class LibraryProtein:
    """A protein that can be opened.

    Parameters
    ----------
    key
        Its number in the run; below zero, and never given twice, if it is not of the run.
    protein, analysed
        The protein, and how many of its residues, from the first, are given to the model.
    group
        The ids of the proteins of its structure, in order.
    structure
        What is drawn; None where that is made from the protein's own positions.
    """

    key: int
    protein: Protein
    analysed: int
    group: tuple[str, ...]
    structure: SceneStructure | None = None


class RunProteins:
    """The proteins that a run analysed.

    Parameters
    ----------
    run, dataset
        A finished run and the dataset that it is of.
    listed
        The ids of those that are listed; None lists all. Any can be opened.

    Attributes
    ----------
    numbers
        The number of each in the run, by id, in the run's order.
    skipped
        Why those that are missing were not analysed, by id.
    """

    def __init__(self, run: Run, dataset: Dataset, listed: Collection[str] | None = None) -> None:
        table = run.proteins()
        analysed = table.filter(pl.col("status") != "skipped")
        self.numbers: dict[str, int] = dict(analysed.select("id", "protein").iter_rows())
        self.skipped: dict[str, str] = dict(table.filter(status="skipped").select("id", "reason").iter_rows())
        self._residues = dict(analysed.select("id", "residues").iter_rows())
        self._dataset = dataset
        self._listed = self.numbers.keys() if listed is None else listed
        self._rows = {name: row for row, name in enumerate(dataset.ids)}

    def entries(self) -> list[ProteinEntry]:
        """Return one entry for each that is listed, in the run's order."""
        data = self._dataset
        columns = (data.ids, data.lengths, data.placed, data.chain_counts, data.titles, data.organisms)
        about = list(zip(*columns, strict=True))
        return [_entry(about[self._rows[name]]) for name in self.numbers if name in self._listed]

    def __getitem__(self, name: str) -> LibraryProtein:
        """Return the protein with that id."""
        protein = self._dataset[self._rows[name]]
        return LibraryProtein(self.numbers[name], protein, analysed=self._residues[name], group=(name,))


UPLOADS = 16
"""How often something can be added before what was added first is put away."""

CHARACTERS = 2**28
"""How large the structures of all that was added may be together."""


class Library:
    """Proteins by id; may be used from several threads at once.

    Parameters
    ----------
    of_run
        Those that are there from the start, if any.
    """

    def __init__(self, of_run: RunProteins | None = None) -> None:
        self._of_run = of_run
        self._entries = [] if of_run is None else of_run.entries()
        self._added: dict[str, LibraryProtein] = {}
        self._uploads: list[tuple[str, ...]] = []
        self._keys = count(-1, -1)
        self._lock = RLock()

    def entries(self, query: str = "") -> list[ProteinEntry]:
        """Return the proteins whose id, title or organism holds the query in any case, what was added last first."""
        with self._lock:
            added = [_entry_of(self._added[name]) for upload in reversed(self._uploads) for name in upload]
            entries = [*added, *self._entries]
        return [entry for entry in entries if any(query.lower() in text.lower() for text in _called(entry))]

    def __getitem__(self, name: str) -> LibraryProtein:
        """Return the protein with that id.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        with self._lock:
            if name in self._added:
                return self._added[name]
        if self._of_run is not None and name in self._of_run.numbers:
            return self._of_run[name]
        skipped = {} if self._of_run is None else self._of_run.skipped
        found = f"left out of the run: {skipped[name]}" if name in skipped else "not known"
        raise UnknownNameError(explain(f"protein {shortened(name)!r}", found=found))

    def free_ids(self, names: Sequence[str]) -> list[str]:
        """Return ids that no protein has, as close to the given names as that allows."""
        with self._lock:
            taken = {*(entry["id"] for entry in self._entries), *self._added}
        ids: list[str] = []
        for name in names:
            ids.append(_free(name, taken))
            taken.add(ids[-1])
        return ids

    def add(
        self,
        proteins: Sequence[Protein],
        *,
        analysed: int,
        structure: SceneStructure | None = None,
        lasting: bool = False,
    ) -> list[str]:
        """Add proteins under their ids, those of one structure as a group, and return the ids.

        Parameters
        ----------
        proteins
            With ids of :meth:`free_ids`.
        analysed
            The most residues that are given to the model.
        structure
            The structure that they are of, if any.
        lasting
            Never put them away.
        """
        ids = tuple(protein.id for protein in proteins)
        with self._lock:
            for protein in proteins:
                group = (protein.id,) if structure is None else ids
                read = min(analysed, len(protein))
                self._added[protein.id] = LibraryProtein(next(self._keys), protein, read, group, structure)
            if lasting:
                self._entries = [*map(_entry_of, map(self._added.__getitem__, ids)), *self._entries]
            else:
                self._uploads.append(ids)
                self._make_room()
        return list(ids)

    def _make_room(self) -> None:
        while len(self._uploads) > 1 and (len(self._uploads) > UPLOADS or self._size() > CHARACTERS):
            for name in self._uploads.pop(0):
                del self._added[name]

    def _size(self) -> int:
        structures = (self._added[ids[0]].structure for ids in self._uploads)
        return sum(len(structure.text) for structure in structures if structure is not None)


def _free(name: str, taken: Collection[str]) -> str:
    names = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(free for free in names if free not in taken)


def has_place(protein: Protein) -> bool:
    """Whether any residue of a protein has coordinates."""
    return protein.ca is not None and bool(np.isfinite(protein.ca).all(axis=1).any())


def _entry_of(shown: LibraryProtein) -> ProteinEntry:
    protein = shown.protein
    chains = len(protein.chain_lengths)
    return _entry((protein.id, len(protein), has_place(protein), chains, protein.title, protein.organism))


def _entry(about: tuple[str, int, bool, int, str, str]) -> ProteinEntry:
    name, residues, placed, chains, title, organism = about
    entry: ProteinEntry = {"id": name, "residues": residues, "placed": placed}
    if chains > 1:
        entry["chains"] = chains
    if title:
        entry["title"] = title
    if organism:
        entry["organism"] = organism
    return entry


def _called(entry: ProteinEntry) -> tuple[str, ...]:
    return entry["id"], entry.get("title", ""), entry.get("organism", "")
