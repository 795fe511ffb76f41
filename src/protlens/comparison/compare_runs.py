"""Runs side by side: tables, one figure, and a folder with both."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import polars as pl

from protlens.comparison.best_heads import best_table, depth_tables
from protlens.comparison.compared_runs import ComparedRuns, matched_tables, open_runs
from protlens.comparison.comparison_options import ComparisonOptions
from protlens.comparison.comparison_result import ComparisonTables, RunComparison, shown
from protlens.comparison.head_matching import match_tables
from protlens.comparison.paired_differences import SCHEMA, difference_row, differing_labels, paired_sums
from protlens.files import write_json
from protlens.naming import property_words, run_line
from protlens.number_text import counted
from protlens.output_folders import FolderKind, open_folder
from protlens.plots.canvas import save_figure
from protlens.plots.comparison_figure import comparison_figure
from protlens.runs.store import Run
from protlens.typing import PathInput, Progress

FORMAT = "protlens-comparison"
VERSION = 1

ABOUT = "comparison.json"

COMPARISON_FOLDER = FolderKind("a protlens comparison", {ABOUT: FORMAT})


def compare(
    *runs: PathInput | Run,
    out: PathInput = "protlens-comparison",
    options: ComparisonOptions | None = None,
    on_progress: Progress = lambda done, total: None,
) -> RunComparison:
    """Set finished runs side by side: models on the same proteins, or a model and what has nothing to find.

    Numbers are those of matched mode. The properties that all runs have are compared.

    Parameters
    ----------
    runs
        Two or more runs, or their directories.
    out
        The folder to write to: new, empty, or that of an earlier comparison, which is replaced.
    options
        The defaults if None.
    on_progress
        Called with the property classes done and those in all.

    Raises
    ------
    OptionError
        If there are fewer than two runs, their thresholds differ, or they share no property.
    RunError
        If a directory is not a finished run, or the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> comparison = protlens.compare("protlens-run", "protlens-run", out="twice")
    >>> comparison.properties
    ('contact', 'amino_acid:W')
    """
    chosen = options or ComparisonOptions()
    compared, folder = open_runs(runs), open_folder(Path(out), COMPARISON_FOLDER)
    tables, found = _tables(compared, chosen, on_progress)
    notes = (*compared.notes, *found)
    with folder:
        folder.remove_unfinished()
        folder.remove_listed()
        about = {"format": FORMAT, "version": VERSION, "options": asdict(chosen), "notes": list(notes)}
        write_json(folder.path / ABOUT, about | {"runs": tables.runs.to_dicts()}, indent=2)
        folder.add(folder.path / ABOUT)
        folder.write_tables(tables)
        figure = comparison_figure(
            shown(tables.best),
            layers=tables.layers,
            centres=tables.centres,
            runs=compared.names,
            about=_about(compared),
        )
        figures = save_figure(figure, folder.path / "figures" / "comparison")
        folder.add(*figures)
    return RunComparison(
        folder=folder.path,
        tables=tables,
        figures=tuple(figures),
        names=compared.names,
        properties=compared.properties,
        notes=notes,
        options=chosen,
    )


def _tables(
    compared: ComparedRuns, options: ComparisonOptions, on_progress: Progress
) -> tuple[ComparisonTables, tuple[str, ...]]:
    own = [matched_tables(run) for run in compared.runs]
    differences, notes = _differences(compared, options, on_progress)
    layers, centres = depth_tables(compared.names, own, compared.properties)
    matching, matches = match_tables(
        compared.names, own, compared.properties, shuffles=options.shuffles, seed=options.seed
    )
    tables = ComparisonTables(
        runs=compared.table(),
        best=best_table(compared.names, own, compared.properties),
        differences=differences,
        layers=layers,
        centres=centres,
        matching=matching,
        matches=matches,
    )
    return tables, notes


def _differences(
    compared: ComparedRuns, options: ComparisonOptions, on_progress: Progress
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the table of differences, and what is to be said of it; one property class is in memory at a time."""
    rows, notes = [], []
    for done, name in enumerate(compared.properties):
        on_progress(done, len(compared.properties))
        found = list(map(partial(paired_sums, name=name), compared.runs))
        for a, b in compared.pairs():
            both = (compared.names[a], compared.names[b])
            rows.append(difference_row(both, (found[a], found[b]), resamples=options.resamples, seed=options.seed))
            if differing := differing_labels(found[a], found[b]):
                notes.append(
                    f"{property_words(name)}: {counted(differing, 'common protein')} of {both[0]} and {both[1]} had "
                    "other labels, or were cut elsewhere."
                )
    on_progress(len(compared.properties), len(compared.properties))
    table = pl.DataFrame(rows, schema=SCHEMA).fill_nan(None)
    return table, (*_apart(table), *notes)


def _apart(differences: pl.DataFrame) -> Iterator[str]:
    """Name the runs that have no protein in common."""
    common = differences.group_by("one", "other", maintain_order=True).agg(pl.col("proteins").max())
    for one, other, proteins in common.iter_rows():
        if not proteins:
            yield f"{one} and {other} have no protein in common: their differences have no paired interval."


def _about(compared: ComparedRuns) -> str:
    datasets = dict.fromkeys(str(run.manifest.dataset["name"]) for run in compared.runs)
    threshold = compared.runs[0].manifest.options["threshold"]
    return run_line(dataset=", ".join(datasets), threshold=threshold, mode="matched")
