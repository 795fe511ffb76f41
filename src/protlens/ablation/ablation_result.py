"""What an ablation gives back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from protlens.ablation.ablation_options import AblationOptions
from protlens.ablation.head_sets import HeadSet, set_label
from protlens.glance import Glance, Shown
from protlens.naming import ABLATION_MEASURES, INTERVALS
from protlens.number_text import NOTHING, bare_percent, counted, points, probability, signed, times
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class AblationTables(TableSet):
    """The tables of an ablation; what was not asked for is None.

    Parameters
    ----------
    effects
        What the absence of the heads that were asked for costs, beside random sets of heads (see
        :func:`effect_table`).
    draws
        The effect of each random set.
    proteins
        Every measure on every protein, of the whole model (``_whole``) and without the heads.
    each
        What the absence of each single head costs (see :func:`each_table`).
    correlations
        How far that goes with the alignment of heads (see :func:`rank_correlations`).

    Examples
    --------
    >>> list(protlens.AblationTables.__annotations__)
    ['effects', 'draws', 'proteins', 'each', 'correlations']
    """

    effects: pl.DataFrame | None = None
    draws: pl.DataFrame | None = None
    proteins: pl.DataFrame | None = None
    each: pl.DataFrame | None = None
    correlations: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AblationAnalysis(Shown):
    """What a model predicts worse without some heads.

    Parameters
    ----------
    folder
        The folder with all files.
    tables
        The tables; ``tables.effects`` is the result for the heads that were asked for, ``tables.each`` that for single
        heads.
    figures
        The files of the figures.
    model, dataset
        Their names.
    layers
        Layers of the model.
    heads
        Zero-based layers and heads that were left out together; empty if only each head alone was.
    options
        The options that it was made with.
    measured, clusters
        Proteins that it was measured on, and clusters of them.
    kept
        Heads with a weight in the contact regression; None if contacts were not measured.
    without_loss, without_contacts
        Why there is no masked-language-model loss, and no contacts; empty texts if there are.

    Examples
    --------
    >>> options = protlens.AblationOptions(draws=2, proteins=2, train=0, max_length=40)
    >>> analysis = protlens.ablate("mini-bert", heads="3-5", out="without-one", options=options)
    >>> analysis.heads, analysis.measured
    (((2, 4),), 2)
    """

    folder: Path
    tables: AblationTables
    figures: tuple[Path, ...]
    model: str
    dataset: str
    layers: int
    heads: HeadSet
    options: AblationOptions
    measured: int
    clusters: int
    kept: int | None
    without_loss: str
    without_contacts: str

    def _glance(self) -> Glance:
        where = f"{self.dataset}, {counted(self.measured, 'held-out protein')}"
        if self.tables.effects is not None:
            title = f"{self.model} without {set_label(self.heads)} ({self.options.replace}) on {where}"
            shown = ("measure", "whole", "without", "change", INTERVALS["matched"], "random heads", "p")
            return Glance(title, shown, effect_rows(self.tables.effects), self.folder)
        each = self.tables.each
        title = f"{self.model} without each of its heads ({self.options.replace}) on {where}"
        rows = [] if each is None else each_rows(each)
        return Glance(title, ("head",) if each is None else each_columns(each), rows, self.folder)


def effect_rows(effects: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return the rows of a table of effects as texts; random heads are told by the mean over their sets."""
    return [
        (
            ABLATION_MEASURES[row["measure"]],
            *(_value(row["measure"], row[name]) for name in ("whole", "without")),
            change_text(row["measure"], row["change"]),
            _span(row["measure"], row["ci_low"], row["ci_high"]),
            change_text(row["measure"], row["draws_mean"]),
            probability(row["p_value"]),
        )
        for row in effects.iter_rows(named=True)
    ]


def each_columns(each: pl.DataFrame) -> tuple[str, ...]:
    """Return the titles of the columns of :func:`each_rows`."""
    names = [f"change of {ABLATION_MEASURES[name]}" for name in _shown(each)]
    return ("head", *names, *(("alignment %", "lift", "verdict") if "alignment" in each.columns else ()))


def each_rows(each: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return the rows of a table of single heads as texts, the one whose absence costs most first."""
    return [(row["label"], *_costs(row, _shown(each)), *_follows(row)) for row in each.iter_rows(named=True)]


def change_text(measure: str, change: float | None) -> str:
    """Return the change of a measure: points of precision, three decimals of anything else."""
    return points(change) if _is_share(measure) else signed(change)


def _shown(each: pl.DataFrame) -> list[str]:
    return [name for name in ("loss", "embedding", "precision_L") if name in each.columns]


def _costs(row: dict[str, Any], names: list[str]) -> list[str]:
    return [
        f"{change_text(name, row[name])} ({_span(name, row[f'{name}_low'], row[f'{name}_high'])})" for name in names
    ]


def _follows(row: dict[str, Any]) -> tuple[str, ...]:
    if "alignment" not in row:
        return ()
    return bare_percent(row["alignment"]), times(row["lift"]), (row["verdict"] or NOTHING).replace("_", " ")


def _is_share(measure: str) -> bool:
    return measure.partition("_")[0] in ("precision", "others", "jacobian")


def _value(measure: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{100 * value:.1f}" if _is_share(measure) else f"{value:.3f}"


def _span(measure: str, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NOTHING
    return f"{change_text(measure, low)} to {change_text(measure, high)}"
