"""The one entry: :func:`null`."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from protlens.data.dataset import Dataset
from protlens.errors import OptionError, explain
from protlens.extraction.run import extract
from protlens.extraction.run_parts import dataset_of, defined_properties, model_of, options_of
from protlens.files import write_table
from protlens.folder_lock import locked
from protlens.glance import Glance, Shown
from protlens.models.load import Device
from protlens.models.protocol import AttentionModel
from protlens.naming import property_title
from protlens.nulls.null_folders import (
    AMINO_ACID_NULLS,
    LARGEST_SEED,
    NullTables,
    check_place,
    compare_with_nulls,
    finished_null,
)
from protlens.nulls.null_kinds import KINDS, NullKind, check_kind, is_of_input
from protlens.nulls.null_models import null_model
from protlens.nulls.null_proteins import null_dataset
from protlens.number_text import percent, probability
from protlens.output_folders import list_files
from protlens.properties.mask import Property
from protlens.runs.format import NULL_TABLE, NULLS, RUN_FOLDER, null_folder
from protlens.runs.store import Run, as_run
from protlens.stats.run_tables import read_tables, stored_heads, tabulate, write_tables
from protlens.typing import Mode, PathInput, Progress


@dataclass(frozen=True, slots=True, repr=False)
class NullAnalysis(Shown):
    """The null runs of one kind, and what the heads of their run are beside them.

    Parameters
    ----------
    run
        The run.
    kind
        What was made random in its nulls.
    tables
        ``tables.nulls`` has a row for each head; see :class:`NullTables`.
    left_out
        Properties of the run of which this kind is no null, or whose definition the run does not tell.
    figures
        There are none.

    Examples
    --------
    >>> found = protlens.null("protlens-run", kind="positions", repeats=1)
    >>> found.left_out
    ('amino_acid:W',)
    """

    run: Run
    kind: NullKind
    tables: NullTables
    left_out: tuple[str, ...]
    figures: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the null runs of this kind are."""
        return self.run.path / NULLS / self.kind

    def _glance(self) -> Glance:
        about = self.run.manifest
        columns = ("property", "head", "alignment", "best null head", "repeats", "p, best", "p, all null heads")
        rows = [
            (
                property_title(row["property"]),
                row["label"],
                percent(row["alignment"]),
                percent(row["null_best"]),
                str(row["repeats"]),
                probability(row["p_best"]),
                probability(row["p_pooled"]),
            )
            for row in self.tables.summary.iter_rows(named=True)
        ]
        title = f"Null runs of {about.model['name']} on {about.dataset['name']}: {KINDS[self.kind].words}"
        return Glance(title, columns, rows, self.folder)


def null(
    run: PathInput | Run = "protlens-run",
    *,
    kind: NullKind = "rows",
    repeats: int = 2,
    seed: int = 0,
    model: PathInput | AttentionModel | None = None,
    dataset: PathInput | Dataset | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> NullAnalysis:
    """Make the analysis of a run anew where there is nothing to find, and set its heads beside that.

    Repeats are runs of their own in ``RUN/nulls/KIND``; those that are there are not made again, one that was
    interrupted is completed. All that are there count.

    Parameters
    ----------
    run
        A finished run, or its directory.
    kind
        What is made random: ``weights``, ``shuffled-weights``, ``rows``, ``sequences``, ``neighbours``, ``labels`` or
        ``positions``.
    repeats
        How many null runs; each costs as much as the run.
    seed
        Of the first of them; the others follow one by one.
    model, dataset
        Those of the run; None looks for them where they were, and under their names.
    device
        Where the model runs.
    on_progress
        Called with the proteins done and the proteins in all, over all repeats.

    Raises
    ------
    OptionError
        If a value is out of range, or the kind is a null of no property of the run.
    RunError
        If the run is not finished, or the dataset is not its own.
    ModelError
        If the model is not its own, or not on this machine.
    ProtlensError
        If the dataset or the given model cannot be had.

    Examples
    --------
    >>> found = protlens.null("protlens-run", kind="rows", repeats=1)
    >>> found.folder.name, sorted(found.tables)
    ('rows', ['amino_acids', 'nulls', 'summary'])
    """
    opened = as_run(run)
    opened.check_complete()
    check_kind(kind)
    _check(repeats, seed)
    seeds = range(seed, seed + repeats)
    with locked(opened.path):
        heads = read_tables(opened).heads
        missing = [one for one in seeds if finished_null(opened, kind, one) is None]
        if missing:
            proteins, adapter = _analysed(opened, dataset_of(opened, dataset)), model_of(opened, model, device)
            maker = _Maker(opened, kind, adapter, proteins, repeats=repeats, report=on_progress)
            for before, one in enumerate(missing, repeats - len(missing)):
                maker.make(one, before=before)
        for one in seeds:
            _complete_tables(opened, kind, one, mode=heads["mode"][0])
        tables = compare_with_nulls(opened, heads)
        written = {NULL_TABLE: tables.nulls}
        if len(tables.amino_acids):
            written[AMINO_ACID_NULLS] = tables.amino_acids
        for name, table in written.items():
            write_table(table, opened.path / name)
        list_files(opened.path, RUN_FOLDER, [opened.path / name for name in written])
    asked = Run.open(null_folder(opened.path, kind, seed)).manifest.properties
    left_out = tuple(name for name in opened.manifest.properties if name not in asked)
    return NullAnalysis(opened, kind, tables.of_kind(kind), left_out)


def _check(repeats: int, seed: int) -> None:
    if repeats < 1:
        raise OptionError(explain(f"repeats {repeats}", allowed="1 or more"))
    if not 0 <= seed <= LARGEST_SEED + 1 - repeats:
        raise OptionError(explain(f"seed {seed}", allowed=f"0 to {LARGEST_SEED}, the seeds of all repeats"))


def _analysed(run: Run, dataset: Dataset) -> Dataset:
    """Return the proteins that a run analysed, with the families that it knows, as they are in the dataset."""
    table = run.proteins().filter(pl.col("status") != "skipped")
    rows = {name: row for row, name in enumerate(dataset.ids)}
    taken = dataset.take([rows[name] for name in table["id"]])
    if "cluster" in table.columns:
        taken = taken.with_clusters(table["cluster"].to_list())
    taken.name = run.manifest.dataset["name"]
    return taken


def _properties(run: Run, kind: NullKind, model: AttentionModel) -> list[Property]:
    """Return the properties of a run of which a kind is a null, as far as the run tells what they are."""
    reads = getattr(model, "reads", None)
    chosen = [one for one in defined_properties(run) if KINDS[kind].input_counts or not is_of_input(one, reads)]
    if not chosen:
        found = f"none of run {run.path} is anything but what the model reads, which stays as it is"
        hint = "take the kind rows, or weights"
        raise OptionError(explain(f"properties for nulls of the kind {kind!r}", found=found, hint=hint))
    return chosen


class _Maker:
    """Makes the null runs of one kind, one after the other."""

    def __init__(
        self, run: Run, kind: NullKind, model: AttentionModel, proteins: Dataset, *, repeats: int, report: Progress
    ) -> None:
        self._run = run
        self._kind = kind
        self._model = model
        self._proteins = proteins
        self._properties = _properties(run, kind, model)
        self._total = repeats * len(proteins)
        self._report = report
        self._options = replace(options_of(run), keep_arcs=None, arcs_of=None)

    def make(self, seed: int, *, before: int) -> None:
        """Make the null run of a seed, or complete it; so many repeats are there before it."""
        check_place(self._run, self._kind, seed)
        done = before * len(self._proteins)
        extract(
            self._changed_model(seed),
            self._changed_proteins(seed),
            self._properties,
            out=null_folder(self._run.path, self._kind, seed),
            options=self._options,
            on_progress=lambda more, _: self._report(done + more, self._total),
        )

    def _changed_model(self, seed: int) -> AttentionModel:
        if KINDS[self._kind].part != "model":
            return self._model
        return null_model(self._model, self._kind, seed=seed, name=self._run.manifest.model["name"])

    def _changed_proteins(self, seed: int) -> Dataset:
        if KINDS[self._kind].part != "dataset":
            return self._proteins
        read = (protein.cut(self._options.max_length) for protein in self._proteins)
        reads = getattr(self._model, "reads", None)
        return null_dataset(read, self._kind, name=self._proteins.name, seed=seed, reads=reads)


def _complete_tables(run: Run, kind: NullKind, seed: int, *, mode: Mode) -> None:
    """Write the tables of a null run in the mode of its run, unless they are there."""
    made = Run.open(null_folder(run.path, kind, seed))
    heads = stored_heads(made)
    if heads is None or heads["mode"].first() != mode:
        write_tables(made, tabulate(made, mode=mode))
