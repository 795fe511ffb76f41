"""``describe_heads``: what each head of a run does, named where the evidence suffices."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.behaviour.arc_evidence import arc_evidence, profile_evidence
from protlens.behaviour.behaviour_summary import BehaviourTables, behaviour_tables, count_behaviours
from protlens.behaviour.head_evidence import evidence_of, joined, ranked
from protlens.behaviour.inputs import Inputs, find_inputs
from protlens.behaviour.measure import measure_heads
from protlens.behaviour.repeats import measure_repeats
from protlens.behaviour.stored import HeadEvidence, stored_evidence, write_evidence
from protlens.data.dataset import Dataset
from protlens.errors import OptionError, explain
from protlens.folder_lock import locked
from protlens.glance import Glance, Shown
from protlens.models.load import Device
from protlens.models.protocol import AttentionModel
from protlens.naming import run_line
from protlens.number_text import NOTHING, count, percent
from protlens.output_folders import list_files
from protlens.plots.canvas import save_figure
from protlens.plots.head_poster import head_poster
from protlens.runs.format import BEHAVIOUR, RUN_FOLDER
from protlens.runs.store import Run, as_run
from protlens.stats.run_tables import read_tables
from protlens.typing import PathInput, Progress

PROTEINS = 60
"""Proteins that are asked unless told otherwise: the interval of a share is then about a quarter of their spread."""

POSTER = "head_poster"


@dataclass(frozen=True, slots=True, repr=False)
class HeadBehaviours(Shown):
    """What each head of a run does.

    Parameters
    ----------
    run
        The run.
    tables
        ``tables.heads`` and ``tables.evidence``.
    figures
        The files of the poster.
    note
        What is missing, where the model or the dataset is not at hand.

    Examples
    --------
    >>> found = protlens.describe_heads("protlens-run", proteins=3)
    >>> found.tables.heads.columns[:4]
    ['layer', 'head', 'label', 'behaviour']
    """

    run: Run
    tables: BehaviourTables
    figures: tuple[Path, ...]
    note: str | None

    @property
    def folder(self) -> Path:
        """Where the run is."""
        return self.run.path

    def _glance(self) -> Glance:
        names = self.run.manifest
        title = f"What each head of {names.model['name']} does on {names.dataset['name']}"
        rows = [
            (row["title"], count(row["heads"]), row["label"] or NOTHING, percent(row["share"]))
            for row in count_behaviours(self.tables.heads).iter_rows(named=True)
        ]
        return Glance(title, ("behaviour", "heads", "clearest", "share"), rows, self.folder)


def describe_heads(
    run: PathInput | Run,
    *,
    model: PathInput | AttentionModel | None = None,
    dataset: PathInput | Dataset | None = None,
    proteins: int = PROTEINS,
    seed: int = 0,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> HeadBehaviours:
    """Name what each head of a run does, with a number and its baseline, and draw all of them on one page.

    What was found before is read again if it is of this run, these proteins and this seed. Without the model, what the
    run's tables tell alone is said.

    Parameters
    ----------
    run
        A finished run, or its directory.
    model, dataset
        Those of the run; None looks for them where they were, and under their names.
    proteins
        How many proteins of the run are asked, at most one of each cluster of relatives.
    seed
        Of the draw of proteins, of where segments are repeated, and of the resampling.
    device
        Where the model runs.
    on_progress
        Called with the sequences done and the sequences in all, of one pass of the model after the other.

    Raises
    ------
    OptionError
        If a number is out of range.
    RunError
        If the directory is not a finished run.
    ProtlensError
        If a model or dataset is given that is not the run's, or cannot be had.

    Examples
    --------
    >>> found = protlens.describe_heads("protlens-run", proteins=3)
    >>> found.tables.evidence["behaviour"].n_unique()
    15
    """
    for name, value, least in (("proteins", proteins, 1), ("seed", seed, 0)):
        if value < least:
            raise OptionError(explain(f"{name} {value}", allowed=f"{least} or more"))
    opened = as_run(run)
    opened.check_complete()
    heads = read_tables(opened).heads
    kept, note = stored_evidence(opened), None
    if kept is None or not kept.with_model or (kept.sample, kept.seed) != (proteins, seed):
        found = find_inputs(opened, model=model, dataset=dataset, sample=proteins, seed=seed, device=device)
        if isinstance(found, Inputs):
            table = _measured(opened, heads, found, seed=seed, on_progress=on_progress)
            kept = HeadEvidence(table, proteins, seed, with_model=True)
            _write(opened, kept)
        else:
            note = found
    if kept is None:
        kept = HeadEvidence(_from_run(opened, heads), proteins, seed, with_model=False)
        _write(opened, kept)
    tables = behaviour_tables(kept.table, heads)
    return HeadBehaviours(opened, tables, tuple(_draw(opened, tables.heads)), note)


def _measured(run: Run, heads: pl.DataFrame, inputs: Inputs, *, seed: int, on_progress: Progress) -> pl.DataFrame:
    """Return the evidence from the run and from two passes of its model."""
    chains = inputs.proteins
    if not chains:
        return _from_run(run, heads)
    shares = measure_heads(inputs.model, chains, on_progress=on_progress)
    shares |= measure_repeats(inputs.model, chains, seed=seed, on_progress=on_progress)
    return ranked(joined(evidence_of(shares, seed=seed), arc_evidence(run, heads)))


def _from_run(run: Run, heads: pl.DataFrame) -> pl.DataFrame:
    """Return what the run's tables tell alone."""
    return ranked(pl.concat([profile_evidence(run, heads), arc_evidence(run, heads)]))


def _write(run: Run, evidence: HeadEvidence) -> None:
    with locked(run.path):
        write_evidence(run, evidence)
        list_files(run.path, RUN_FOLDER, [run.path / BEHAVIOUR])


def _draw(run: Run, heads: pl.DataFrame) -> list[Path]:
    about = run_line(model=run.manifest.model["name"], dataset=run.manifest.dataset["name"])
    with locked(run.path):
        files = save_figure(head_poster(heads, about=about), run.path / "figures" / POSTER, kinds=("pdf", "svg", "png"))
        list_files(run.path, RUN_FOLDER, files)
    return files
