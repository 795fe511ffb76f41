"""How a regression did on proteins that it was not fitted on, as its record keeps it."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from protlens.contacts.evaluation import REGRESSION, STATISTICS
from protlens.number_text import counted, percent

TESTED = "tested"
"""Where the settings of a :class:`~protlens.contacts.regression_file.TrainingRecord` hold it."""

_RANGE, _MOST = "long", "L/5"


def precision_record(summary: pl.DataFrame, *, method: str = REGRESSION) -> dict[str, float | None]:
    """Return mean long-range precision at L/5 of a regression and without one, and over how many ``proteins`` it is.

    Parameters
    ----------
    summary
        See :func:`~protlens.contacts.precision_summary.summarise_precision`.
    method
        Which one the regression is.
    """
    rows = summary.filter(pl.col("method").is_in([method, STATISTICS]), range=_RANGE, k=_MOST)
    named = rows.select(pl.col("method").replace(method, REGRESSION), "precision")
    return {"proteins": max(rows["proteins"], default=0)} | dict(named.iter_rows())


def precision_line(settings: Mapping[str, Any]) -> str:
    """Return the record in words; an empty text if the settings hold none, or something else in its place."""
    record = settings.get(TESTED)
    record = record if isinstance(record, Mapping) else {}
    proteins, ours, alone = (record.get(name) for name in ("proteins", REGRESSION, STATISTICS))
    if not (isinstance(proteins, int) and isinstance(ours, float) and isinstance(alone, float)):
        return ""
    return (
        f"On {counted(proteins, 'test protein')} long-range precision at {_MOST} of this regression: {percent(ours)},"
        f" of separation and amino acids alone: {percent(alone)}"
    )
