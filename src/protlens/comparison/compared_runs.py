"""The runs that stand side by side: what they are called, what they share, and in what they differ."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from protlens.errors import OptionError, explain
from protlens.number_text import counted, listed
from protlens.runs.store import Run, as_run
from protlens.stats.run_tables import RunTables, read_tables, tabulate
from protlens.typing import PathInput

_STATED = ("max_length", "limit", "seed")
"""Options that may differ, which is then said."""


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """Finished runs with one threshold.

    Parameters
    ----------
    names
        What each run is called: by its model; where two have one model, by the dataset or the folder too.
    runs
        The runs, in the order that they were given in.
    properties
        The property classes that all runs have, defined alike, in the order of the first.
    notes
        In what the runs differ, a sentence each.
    """

    names: tuple[str, ...]
    runs: tuple[Run, ...]
    properties: tuple[str, ...]
    notes: tuple[str, ...]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Iterate over the places of every two runs, the earlier first."""
        return combinations(range(len(self.runs)), 2)

    def table(self) -> pl.DataFrame:
        """Return one row a run: run, model, dataset, layers, heads, proteins analysed, threshold, folder."""
        rows = [
            {
                "run": name,
                "model": run.manifest.model["name"],
                "dataset": run.manifest.dataset["name"],
                "layers": run.layers,
                "heads": run.heads,
                "proteins": run.proteins().filter(pl.col("status") != "skipped").height,
                "threshold": float(run.manifest.options["threshold"]),
                "folder": str(run.path),
            }
            for name, run in zip(self.names, self.runs, strict=True)
        ]
        return pl.DataFrame(rows)


def open_runs(given: Sequence[PathInput | Run]) -> ComparedRuns:
    """Open runs that are to stand side by side.

    Raises
    ------
    OptionError
        If there are fewer than two, their thresholds differ, or they share no property.
    RunError
        If a directory is not a run, or not a finished one.
    """
    if len(given) < 2:
        raise OptionError(explain("comparison", found=counted(len(given), "run"), allowed="two or more"))
    runs = tuple(map(as_run, given))
    for run in runs:
        run.check_complete()
    names = _names(runs)
    _check_thresholds(runs, names)
    shared, differing = _shared(runs)
    if not shared:
        raise OptionError(
            explain(
                f"comparison of {listed(names)}",
                found="no property that all runs have, defined alike",
                hint="analyse the same properties in each",
            )
        )
    notes = [*_differing(runs, names), *_left_out(runs, names, shared, differing)]
    return ComparedRuns(names, runs, shared, tuple(notes))


def matched_tables(run: Run) -> RunTables:
    """Return the tables of a run in matched mode, as they were written or, if those are of paper mode, anew."""
    return read_tables(run) if run.mode == "matched" else tabulate(run)


def _names(runs: Sequence[Run]) -> tuple[str, ...]:
    models = [str(run.manifest.model["name"]) for run in runs]
    datasets = [f"{model} on {run.manifest.dataset['name']}" for model, run in zip(models, runs, strict=True)]
    folders = [f"{model} ({run.path.name})" for model, run in zip(models, runs, strict=True)]
    numbered = [f"{model} ({number})" for number, model in enumerate(models, start=1)]
    for names in (models, datasets, folders):
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(numbered)


def _check_thresholds(runs: Sequence[Run], names: Sequence[str]) -> None:
    thresholds = [run.manifest.options["threshold"] for run in runs]
    if len(set(thresholds)) > 1:
        found = ", ".join(f"{threshold:g} in {name}" for threshold, name in zip(thresholds, names, strict=True))
        hint = "analyse one of them anew with the threshold of the other"
        raise OptionError(explain("comparison", found=f"arcs from different weights on: {found}", hint=hint))


def _definitions(run: Run) -> dict[str, Any]:
    """Return what decides where each property of a run holds: its level, and its definition where the run tells it."""
    properties = run.manifest.properties
    told = run.manifest.options.get("definitions") or [None] * len(properties)
    return {name: (level, text) for (name, level), text in zip(properties.items(), told, strict=True)}


def _shared(runs: Sequence[Run]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the properties that all runs have defined alike, and those of one name that are defined otherwise."""
    every = [_definitions(run) for run in runs]
    names = [name for name in every[0] if all(name in other for other in every)]
    alike = tuple(name for name in names if all(_alike(every[0][name], other[name]) for other in every))
    return alike, tuple(name for name in names if name not in alike)


def _alike(one: Any, other: Any) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or None in (one[1], other[1]))


def _left_out(
    runs: Sequence[Run], names: Sequence[str], shared: Sequence[str], differing: Sequence[str]
) -> Iterator[str]:
    found = Counter(name for run in runs for name in run.manifest.properties)
    for name in found:
        if name in differing:
            yield f"{name} is defined differently in the runs and is not compared."
        elif name not in shared:
            having = [label for run, label in zip(runs, names, strict=True) if name in run.manifest.properties]
            yield f"{name} is not compared: only {listed(having)} {'has' if len(having) == 1 else 'have'} it."


def _differing(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    stated = {option: [run.manifest.options.get(option) for run in runs] for option in _STATED}
    stated["dtype"] = [run.manifest.model.get("dtype") for run in runs]
    stated["dataset"] = [run.manifest.dataset["name"] for run in runs]
    if len(set(stated["dataset"])) == 1 and len({run.manifest.dataset["fingerprint"] for run in runs}) > 1:
        yield f"The datasets of one name, {stated['dataset'][0]}, differ in content."
    for option, values in stated.items():
        if len(set(values)) > 1:
            told = ", ".join(f"{value} in {name}" for value, name in zip(values, names, strict=True))
            yield f"{option} differs: {told}."
    for run, name in zip(runs, names, strict=True):
        if run.mode == "paper":
            yield f"{name} was written in paper mode; it is compared in matched mode, from its sums."
