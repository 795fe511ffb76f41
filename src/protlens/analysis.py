"""The whole analysis: sums, tables and figures of one model on one data set."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.load import load_model
from protlens.models.protocol import AttentionModel
from protlens.plots.run_figures import draw_run_figures
from protlens.properties.mask import Property
from protlens.properties.selection import resolve_properties, select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import RunTables, tabulate, write_tables
from protlens.typing import Mode, Progress


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

    Examples
    --------
    >>> from pathlib import Path
    >>> options = protlens.ExtractionOptions(limit=3)
    >>> analysis = protlens.analyze(dataset="pdb-mini", properties=["contact"], out=Path("three"), options=options)
    >>> analysis.tables.heads.height
    48
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
    on_progress: Progress = lambda done, total: None,
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

    Examples
    --------
    >>> from pathlib import Path
    >>> options = protlens.ExtractionOptions(limit=3)
    >>> analysis = protlens.analyze("mini-bert", "pdb-mini", ["contact"], out=Path("contact-run"), options=options)
    >>> analysis.tables.heads.select("property", "label").row(0)
    ('contact', '1-1')
    """
    proteins = dataset if isinstance(dataset, Dataset) else load_dataset(dataset)
    chosen = select_properties(proteins) if properties is None else resolve_properties(proteins, properties)
    adapter = load_model(model) if isinstance(model, str | Path) else model
    run = extract(adapter, proteins, chosen, out=out, options=options, fresh=fresh, on_progress=on_progress)
    tables = tabulate(run, mode=mode)
    write_tables(run, tables)
    names = {"model": str(run.manifest.model["name"]), "dataset": proteins.name}
    return Analysis(run, tables, tuple(draw_run_figures(tables, out / "figures", **names)))
