"""``tables/behaviour.csv`` of a run: written, and read again where it is of this run and of these thresholds."""

from dataclasses import dataclass

import polars as pl

from protlens.behaviour.behaviours import rules
from protlens.behaviour.head_evidence import SCHEMA
from protlens.files import json_checksum, write_table
from protlens.runs.format import BEHAVIOUR
from protlens.runs.store import Run
from protlens.stats.run_tables import stored_table

SETTINGS = {"sample": pl.Int64, "seed": pl.Int64, "with_model": pl.Boolean, "made_for": pl.String}
"""Columns that are the same in every row: what was asked for, and the run and thresholds that it is of."""


@dataclass(frozen=True, slots=True)
class HeadEvidence:
    """The evidence on all heads of a run.

    Parameters
    ----------
    table
        See ``protlens.behaviour.head_evidence.SCHEMA``.
    sample, seed
        Proteins that were asked for, and the seed of their draw.
    with_model
        False if the model was not at hand, and only the run's own tables were asked.
    """

    table: pl.DataFrame
    sample: int
    seed: int
    with_model: bool


def write_evidence(run: Run, evidence: HeadEvidence) -> None:
    """Write it into the run.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    settings = {name: getattr(evidence, name) for name in ("sample", "seed", "with_model")}
    table = evidence.table.with_columns(pl.lit(value).alias(name) for name, value in settings.items())
    write_table(table.with_columns(made_for=pl.lit(_made_for(run))), run.path / BEHAVIOUR)


def stored_evidence(run: Run) -> HeadEvidence | None:
    """Return what is stored in a run; None if it is missing, changed, or of another run or of other thresholds."""
    table = stored_table(run, BEHAVIOUR, pl.Schema({**SCHEMA, **SETTINGS}))
    if table is None or table["made_for"].unique().to_list() != [_made_for(run)]:
        return None
    settings = table.select("sample", "seed", "with_model").unique()
    return HeadEvidence(table.select(*SCHEMA), *settings.row(0)) if len(settings) == 1 else None


def _made_for(run: Run) -> str:
    return json_checksum({"run": run.manifest.fingerprint, "mode": run.mode, "rules": rules()})[:16]
