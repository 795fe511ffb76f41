"""The whole analysis: sums, tables and figures of one model on one data set."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from protlens.data.alphabet import AMINO_ACIDS
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.extraction.options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.base import AttentionModel
from protlens.models.load import load_model
from protlens.plots.figures import RunTables, draw_run_figures
from protlens.properties.base import Property
from protlens.properties.catalog import resolve_properties, select_properties
from protlens.runs.store import Run
from protlens.stats.calibration import calibration_table
from protlens.stats.controls import control_table
from protlens.stats.layers import centre_of_gravity, layer_table
from protlens.stats.profile import profile_table
from protlens.stats.substitution import blosum62_correlation, similarity_table
from protlens.stats.table import head_table
from protlens.table_files import write_table
from protlens.typing import Mode

_AMINO_ACIDS = {f"amino_acid:{letter}" for letter in AMINO_ACIDS}


@dataclass(frozen=True, slots=True)
class Analysis:
    """A finished run with its tables.

    Parameters
    ----------
    run
        The run directory.
    tables
        ``tables.heads`` is the result table; the others are described with :class:`RunTables`.
    figures
        The files of the figures.
    """

    run: Run
    tables: RunTables
    figures: tuple[Path, ...]


def analyze(
    model: str | Path | AttentionModel = "mini-bert",
    dataset: str | Path | Dataset = "mini",
    properties: Iterable[str | Property] | None = None,
    *,
    out: Path = Path("protlens-run"),
    mode: Mode = "matched",
    options: ExtractionOptions | None = None,
    fresh: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Analysis:
    """Find which heads of a model follow which properties of a data set.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a data set.
    properties
        Names (see :func:`select_properties`) or properties of your own; None takes all the data set has labels for.
    out
        The run directory; a run that was interrupted there is completed.
    mode
        How arcs, background and intervals are defined: ``matched`` or ``paper``.
    options
        The defaults if None.
    fresh
        Start over if the directory holds a run.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    ProtlensError
        With one clear line, for everything that can be wrong with the input.
    """
    proteins = dataset if isinstance(dataset, Dataset) else load_dataset(dataset)
    chosen = select_properties(proteins) if properties is None else resolve_properties(proteins, properties)
    adapter = load_model(model) if isinstance(model, str | Path) else model
    run = extract(adapter, proteins, chosen, out=out, options=options, fresh=fresh, on_progress=on_progress)
    tables = tabulate(run, mode=mode)
    write_tables(run, tables)
    names = {"model": str(run.manifest.model["name"]), "dataset": proteins.name}
    return Analysis(run, tables, tuple(draw_run_figures(tables, out / "figures", **names)))


def tabulate(run: Run, *, mode: Mode = "matched") -> RunTables:
    """Compute all tables of a finished run from its sums; the similarity needs all twenty amino acids, else it is None.

    Raises
    ------
    RunError
        If shards are missing.
    """
    run.check_complete()
    options = run.manifest.options
    strata = ((run.property_counts(name), run.stratum_counts(name)) for name in run.manifest.properties)
    tables = complete_tables(
        run,
        heads=head_table(run.counts(), threshold=options["threshold"], mode=mode, seed=options["seed"]),
        controls=control_table(strata, seed=options["seed"]),
    )
    calibration = [calibration_table(name, run.histogram(name)) for name in run.manifest.properties]
    return replace(tables, calibration=pl.concat(calibration))


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


def write_tables(run: Run, tables: RunTables) -> None:
    """Write ``heads.parquet``, ``heads.csv`` and the other tables, ``tables/*.csv``, into the run; None is left out."""
    for suffix in ("parquet", "csv"):
        write_table(tables.heads, run.path / f"heads.{suffix}")
    for name in ("controls", "layers", "centres", "similarity", "calibration", "profile"):
        if (table := getattr(tables, name)) is not None:
            write_table(table, run.path / "tables" / f"{name}.csv")
