"""Probes of single residues: what the hidden states of each layer say about them.

A probe of each layer is fitted on training proteins; the strength of its penalty, the threshold of its F1 and the
layer that is called best are chosen on validation proteins; test proteins are only measured.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float, Float64, Int64

from protlens.data.amino_acid_codes import amino_acid_codes
from protlens.data.protein import Protein
from protlens.data.splits import PARTS, Split
from protlens.probing.control_task import control_labels, one_hot
from protlens.probing.estimators import LogisticProbe
from protlens.probing.features import Features
from protlens.probing.fitting import fit_best, probabilities
from protlens.probing.probe_options import ProbeOptions
from protlens.probing.sampling import balanced_sample
from protlens.probing.scores import Measured, Predictions, best_threshold, criterion, residue_measures
from protlens.probing.tasks import NOT_KNOWN, ResidueTask

SCHEMA = {
    "property": pl.String,
    "source": pl.String,
    "layer": pl.Int64,
    "metric": pl.String,
    "value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "seed_sd": pl.Float64,
    "validation": pl.Float64,
    "strength": pl.Float64,
}
"""Columns of a table of probes (see :func:`residue_probe_table`)."""

SUPPORT = {
    "property": pl.String,
    "class": pl.String,
    "part": pl.String,
    "residues": pl.Int64,
    "proteins": pl.Int64,
}
"""Columns of a table of what probes were fitted to and measured on."""


@dataclass(frozen=True, slots=True, eq=False)
class ResidueRows:
    """Labelled residues of one part of the split.

    Parameters
    ----------
    rows
        Their rows in the features, ascending.
    labels, codes
        The class, and the type of the amino acid, of each.
    proteins
        Which protein of this part each belongs to, counted from 0 over those with labels.
    lengths
        Residues of these proteins.
    """

    rows: Int64[np.ndarray, " row"]
    labels: Int64[np.ndarray, " row"]
    codes: Int64[np.ndarray, " row"]
    proteins: Int64[np.ndarray, " row"]
    lengths: Int64[np.ndarray, " protein"]

    def __len__(self) -> int:
        """Return the number of residues."""
        return len(self.rows)

    def take(self, chosen: Int64[np.ndarray, " chosen"] | slice) -> "ResidueRows":
        """Return some of the residues."""
        return ResidueRows(
            self.rows[chosen], self.labels[chosen], self.codes[chosen], self.proteins[chosen], self.lengths
        )


def residue_probe_table(
    features: Features,
    proteins: Sequence[Protein],
    tasks: Sequence[ResidueTask],
    *,
    split: Split,
    options: ProbeOptions,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fit and measure the probes of all tasks, and what they are compared with.

    Parameters
    ----------
    features, proteins
        The hidden states of these proteins.
    tasks
        What is asked.
    split, options
        Which proteins are fitted on and measured, and how.
    on_progress
        Called with the probes done and the probes in all.

    Returns
    -------
    table : pl.DataFrame
        ``property, source, layer, metric, value, ci_low, ci_high, seed_sd, validation, strength``. ``source`` is
        ``embedding``, ``control`` (the same probe on the control task), ``amino_acid`` or ``majority``; ``layer``
        counts from 0, the input embeddings, and is null for the last two. ``validation`` is what the penalty was
        chosen by: macro F1 or, of two classes, average precision. Metrics are those of
        :func:`protlens.probing.scores.residue_measures`, and ``selectivity`` for ``embedding``: its balanced accuracy
        less that on the control task.
    support : pl.DataFrame
        ``property, class, part, residues, proteins``: labelled residues of each class, and proteins that have any
        labels.
    """
    rows: list[dict[str, Any]] = []
    support: list[pl.DataFrame] = []
    done = 0
    total = len(tasks) * (features.layers + 1)
    for task in tasks:
        parts = {part: labelled_rows(task, proteins, getattr(split, part), features.starts) for part in PARTS}
        support += [_support(task, part, rows) for part, rows in parts.items()]
        usable = len(np.unique(parts["train"].labels)) > 1 and len(parts["test"].labels) > 0
        for source in _sources(features):
            rows += _source_rows(task, source, parts, options) if usable else []
            done += 1
            on_progress(done, total)
    return pl.DataFrame(rows, schema=SCHEMA).fill_nan(None), pl.concat([pl.DataFrame(schema=SUPPORT), *support])


def labelled_rows(
    task: ResidueTask, proteins: Sequence[Protein], chosen: Sequence[int], starts: Int64[np.ndarray, " border"]
) -> ResidueRows:
    """Return the residues of the chosen proteins that have a label for a task.

    Parameters
    ----------
    task, proteins, chosen
        Which labels of which proteins.
    starts
        The row of each protein's first residue.
    """
    empty = np.zeros(0, np.int64)
    parts: list[tuple[np.ndarray, ...]] = [(empty, empty, empty, empty)]
    lengths: list[int] = []
    for number in chosen:
        labels = task.labels(proteins[number])
        known = np.flatnonzero(labels != NOT_KNOWN)
        if len(known):
            codes = amino_acid_codes(proteins[number].sequence)[known]
            parts.append((starts[number] + known, labels[known], codes, np.full(len(known), len(lengths))))
            lengths.append(len(labels))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return ResidueRows(joined[0], joined[1], joined[2], joined[3], np.array(lengths, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    name: str
    layer: int | None
    read: Callable[[ResidueRows], Float[np.ndarray, "row channel"]]


def _sources(features: Features) -> Iterator[_Source]:
    for layer in range(features.layers):
        yield _Source("embedding", layer, partial(_states, features.layer(layer)))
    yield _Source("amino_acid", None, lambda rows: one_hot(rows.codes))


def _states(states: Float[np.ndarray, "residue channel"], chosen: ResidueRows) -> Float[np.ndarray, "row channel"]:
    return np.asarray(states[chosen.rows])


def _source_rows(
    task: ResidueTask, source: _Source, parts: Mapping[str, ResidueRows], options: ProbeOptions
) -> list[dict[str, Any]]:
    """Return the rows of the table for one source, and for what it alone is compared with."""
    real = _measure(source, [parts] * options.seeds, task, options)
    about = {"property": task.name, "source": source.name, "layer": source.layer}
    rows = real.rows(about)
    if source.layer is None:
        return rows + _majority(parts, task, options).rows(about | {"source": "majority"})
    if len(np.unique(parts["train"].codes)) < 2:
        return rows
    control = _measure(source, [_control(parts, task, seed) for seed in options.all_seeds], task, options)
    selectivity = real.measured["balanced_accuracy"].value - control.measured["balanced_accuracy"].value
    rows += replace(real, measured={"selectivity": Measured(selectivity, *[float("nan")] * 3)}).rows(about)
    return rows + control.rows(about | {"source": "control"})


@dataclass(frozen=True, slots=True)
class _Result:
    measured: dict[str, Measured]
    validation: float | None
    strength: float | None

    def rows(self, about: Mapping[str, Any]) -> list[dict[str, Any]]:
        return table_rows(self.measured, {**about, "validation": self.validation, "strength": self.strength})


def _measure(
    source: _Source, parts_by_seed: Sequence[Mapping[str, ResidueRows]], task: ResidueTask, options: ProbeOptions
) -> _Result:
    """Fit a probe for each seed, with the penalty that the first chose, and measure them on the test proteins."""
    strengths, validations, predictions = options.strengths, [], []
    for seed, parts in zip(options.all_seeds, parts_by_seed, strict=True):
        generator = np.random.default_rng(seed)
        train = parts["train"]
        train = train.take(balanced_sample(train.labels, size=options.residues, generator=generator))
        validation, test = parts["validation"], parts["test"]
        on_validation = partial(_validate, source, validation, len(task.classes))
        fitted = fit_best(
            source.read(train), train.labels, strengths=strengths, validate=on_validation, class_weight="balanced"
        )
        strengths = (fitted.strength,)
        validations.append(fitted.validation)
        validated, tested = (_predict(source, rows, len(task.classes), fitted.probe) for rows in (validation, test))
        threshold = best_threshold(validation.labels, validated[:, 1])
        predictions.append(Predictions(test.labels, test.proteins, test.lengths, tested, threshold))
    return _Result(_measured(predictions, task, options), float(np.mean(validations)), strengths[0])


def _validate(source: _Source, rows: ResidueRows, classes: int, probe: LogisticProbe) -> float:
    return criterion(rows.labels, _predict(source, rows, classes, probe))


def _predict(
    source: _Source, rows: ResidueRows, classes: int, probe: LogisticProbe
) -> Float64[np.ndarray, "row class"]:
    return probabilities(probe, lambda block: source.read(rows.take(block)), rows=len(rows), classes=classes)


def _control(parts: Mapping[str, ResidueRows], task: ResidueTask, seed: int) -> dict[str, ResidueRows]:
    """Return the same residues with the labels of a control task."""
    train = parts["train"]
    labels = control_labels(train.codes, train.labels, classes=len(task.classes), seed=seed)
    return {part: replace(rows, labels=labels[rows.codes]) for part, rows in parts.items()}


def _majority(parts: Mapping[str, ResidueRows], task: ResidueTask, options: ProbeOptions) -> _Result:
    """Measure what calls every residue by the commonest class of training."""
    counts = np.bincount(parts["train"].labels, minlength=len(task.classes))
    test = parts["test"]
    # Above one half is reached by the commonest class alone, so that no residue passes the threshold for another.
    always = np.tile(np.eye(len(counts))[counts.argmax()], (len(test), 1))
    predictions = [Predictions(test.labels, test.proteins, test.lengths, always)]
    return _Result(_measured(predictions, task, options), None, None)


def _measured(predictions: Sequence[Predictions], task: ResidueTask, options: ProbeOptions) -> dict[str, Measured]:
    return residue_measures(predictions, classes=task.classes, resamples=options.resamples, seed=options.seed)


def table_rows(measured: Mapping[str, Measured], about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row of the table for each measure.

    Parameters
    ----------
    measured
        By the name of the metric.
    about
        The columns that do not depend on it.
    """
    return [
        {**about, "metric": name, "value": one.value, "ci_low": one.low, "ci_high": one.high, "seed_sd": one.seed_sd}
        for name, one in measured.items()
    ]


def _support(task: ResidueTask, part: str, rows: ResidueRows) -> pl.DataFrame:
    counts = np.bincount(rows.labels, minlength=len(task.classes))
    return pl.DataFrame(
        {
            "property": task.name,
            "class": list(task.classes),
            "part": part,
            "residues": counts,
            "proteins": len(rows.lengths),
        },
        schema=SUPPORT,
    )
