"""All tables of one run: computed from its sums, written beside them, and read again where they stand.

Tables that take the sums of every protein (``heads.parquet``, ``tables/controls.parquet``) are read if they are whole
and belong to this run, and not computed again; all others follow from them and from the run's sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from protlens.data.protein import AMINO_ACIDS
from protlens.data.worker_pool import in_order
from protlens.files import write_table
from protlens.folder_lock import locked
from protlens.output_folders import change_since_written, list_files
from protlens.runs.format import CONTROLS, HEADS, HEADS_CSV, RUN_FOLDER, TABLES
from protlens.runs.store import Run, as_run
from protlens.stats.calibration import calibration_tables
from protlens.stats.class_sums import ClassSums
from protlens.stats.head_statistics import (
    CONTROL_TABLE_SCHEMA,
    HEAD_TABLE_SCHEMA,
    sums_of_classes,
    tables_of_sums,
)
from protlens.stats.layers import centre_of_gravity, layer_table
from protlens.stats.profile import profile_table
from protlens.stats.substitution import blosum62_correlation, similarity_table
from protlens.table_set import TableSet
from protlens.typing import Mode, PathInput

_AMINO_ACIDS = {f"amino_acid:{letter}" for letter in AMINO_ACIDS}

_PLACE = ("property", "layer", "head")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class RunTables(TableSet):
    """The tables of one run; what is None is not drawn.

    Parameters
    ----------
    heads
        ``heads.parquet``.
    controls
        What the strata that a head attends to would give alone; see ``protlens.stats.controls``. Not drawn.
    layers
        ``property, layer, heads, mean_alignment, max_alignment, max_label``.
    centres
        ``property, centre_of_gravity``, in layers counted from one.
    similarity
        ``a, b, similarity, blosum62``, the 190 pairs of amino acids.
    correlation
        Pearson's r of ``similarity`` and ``blosum62``.
    calibration
        ``property, bin_low, bin_high, pairs, hits, probability, ci_low, ci_high``.
    profile
        ``layer, head, label, entropy, mean_distance, to_special, to_self, to_previous, to_next, arcs``.

    Examples
    --------
    >>> tables = protlens.tabulate(protlens.Run.open("protlens-run"))
    >>> tables.heads["property"].unique().sort().to_list()
    ['amino_acid:W', 'contact']
    """

    heads: pl.DataFrame
    controls: pl.DataFrame | None = None
    layers: pl.DataFrame | None = None
    centres: pl.DataFrame | None = None
    similarity: pl.DataFrame | None = None
    correlation: float | None = None
    calibration: pl.DataFrame | None = None
    profile: pl.DataFrame | None = None


def tabulate(run: PathInput | Run, *, mode: Mode = "matched", workers: int = 1) -> RunTables:
    """Compute all tables of a finished run from its sums; the similarity needs all twenty amino acids, else it is None.

    Parameters
    ----------
    run
        A run, or its directory.
    mode
        How arcs, background and intervals are defined.
    workers
        How many processes take the property classes, one at a time; the tables are the same to the byte. A script that
        asks for several needs ``if __name__ == "__main__":`` around what it does.

    Raises
    ------
    RunError
        If shards are missing.

    Examples
    --------
    >>> tables = protlens.tabulate(protlens.Run.open("protlens-run"), mode="paper")
    >>> tables.heads["mode"].unique().to_list()
    ['paper']
    """
    run = as_run(run)
    run.check_complete()
    names = list(run.manifest.properties)
    if workers == 1:
        sums = sums_of_classes(run.each_property_blocks(names))
    else:
        parts = in_order(_sums_of_class, ((run.path, name) for name in names), workers=workers)
        sums = [one for part in parts for one in part]
    found = tables_of_sums(sums, threshold=run.manifest.options["threshold"], mode=mode)
    return with_calibration(run, complete_tables(run, heads=found.heads, controls=found.controls))


def _sums_of_class(path: Path, name: str) -> list[ClassSums]:
    return sums_of_classes(_opened(path).each_property_blocks([name]))


@lru_cache(maxsize=1)
def _opened(path: Path) -> Run:
    """Return a run that a worker opened for the class before, with what it has read of it."""
    return Run.open(path)


def with_calibration(run: Run, tables: RunTables) -> RunTables:
    """Return the tables of a run with that of the weights of its arcs, which is not among those that are stored."""
    histograms = {name: run.histogram(name) for name in run.manifest.properties}
    return replace(tables, calibration=calibration_tables(histograms))


def complete_tables(run: Run, *, heads: pl.DataFrame, controls: pl.DataFrame) -> RunTables:
    """Return the tables of heads and controls with all that follow from them and from what heads do in general."""
    layers = layer_table(heads)
    similarity = similarity_table(heads) if run.manifest.properties.keys() >= _AMINO_ACIDS else None
    return RunTables(
        heads=heads,
        controls=controls,
        layers=layers,
        centres=centre_of_gravity(layers),
        similarity=similarity,
        correlation=None if similarity is None else blosum62_correlation(similarity),
        profile=profile_table(run.head_sums()),
    )


def write_tables(run: PathInput | Run, tables: RunTables) -> None:
    """Write ``heads.parquet``, ``heads.csv``, ``tables/controls.parquet`` and ``tables/*.csv``; None is left out."""
    folder = as_run(run).path
    files = {HEADS: tables.heads, HEADS_CSV: tables.heads, CONTROLS: tables.controls}
    files |= {f"tables/{name}.csv": getattr(tables, name) for name in TABLES}
    named = {name: table for name, table in files.items() if table is not None}
    with locked(folder):
        for name, table in named.items():
            write_table(table, folder / name)
        list_files(folder, RUN_FOLDER, [folder / name for name in named])


def read_tables(run: PathInput | Run) -> RunTables:
    """Return the tables of a run in the mode of its own table of heads, in matched mode if there is none.

    The calibration may be left out; see :func:`protlens.stats.calibration.calibration_table`.

    Raises
    ------
    RunError
        If shards are missing.
    """
    run = as_run(run)
    run.check_complete()
    heads, controls = stored_heads(run), stored_controls(run)
    if heads is None:
        return tabulate(run, mode=run.mode)
    if controls is None:
        return tabulate(run, mode=heads["mode"][0])
    return complete_tables(run, heads=heads, controls=controls)


def stored_heads(run: Run) -> pl.DataFrame | None:
    """Return ``heads.parquet`` of a run; None if it is missing, changed, or of other properties, heads or threshold."""
    table = stored_table(run, HEADS, HEAD_TABLE_SCHEMA)
    if table is None or not table.select(_PLACE).equals(_places(run)):
        return None
    settings = table.select("threshold", "mode").unique().rows()
    return table if [threshold for threshold, _ in settings] == [run.manifest.options["threshold"]] else None


def stored_controls(run: Run) -> pl.DataFrame | None:
    """Return ``tables/controls.parquet`` of a run; None if it is missing, changed, or of other properties or heads."""
    table = stored_table(run, CONTROLS, CONTROL_TABLE_SCHEMA)
    if table is None:
        return None
    placed = _places(run)
    whole = all(
        rows.select(_PLACE).equals(placed.filter(property=name))
        for (name, _), rows in table.group_by("property", "control", maintain_order=True)
    )
    return table if whole else None


def stored_table(run: Run, name: str, schema: Mapping[str, Any]) -> pl.DataFrame | None:
    """Return a Parquet or CSV file of a run, read once; None if it is missing, changed, or has other columns."""
    path = run.path / name
    if change_since_written(path, run.path):
        return None
    try:
        table = _load(path, path.stat().st_mtime_ns, tuple(schema.items()))
    except (OSError, PolarsError):
        return None
    return table if table.schema == schema else None


@lru_cache(maxsize=4)
def _load(path: Path, modified: int, schema: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, schema_overrides=dict(schema))


def _places(run: Run) -> pl.DataFrame:
    """Return every property class and head of a run, in the order of its tables."""
    names, layers, heads = list(run.manifest.properties), range(run.layers), range(run.heads)
    columns = {"property": names, "layer": layers, "head": heads}
    schema = {"property": pl.String, "layer": pl.Int64, "head": pl.Int64}
    parts = [pl.DataFrame({name: values}, schema={name: schema[name]}) for name, values in columns.items()]
    return (
        parts[0]
        .join(parts[1], how="cross", maintain_order="left_right")
        .join(parts[2], how="cross", maintain_order="left_right")
    )
