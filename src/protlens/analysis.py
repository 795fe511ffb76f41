"""The whole analysis: sums, tables and figures of one model on one dataset."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import OptionError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.finish import finish_run
from protlens.extraction.run import extract
from protlens.extraction.run_parts import chosen_proteins
from protlens.folder_lock import locked
from protlens.glance import Glance, Shown
from protlens.models.protocol import AttentionModel
from protlens.naming import mode_label, property_title
from protlens.number_text import count, counted, percent, probability
from protlens.output_folders import list_files
from protlens.properties.mask import Property
from protlens.properties.selection import choose_properties
from protlens.runs.format import RUN_FOLDER
from protlens.runs.store import Run, as_run
from protlens.stats.head_statistics import top_heads
from protlens.stats.run_tables import RunTables, read_tables, tabulate, with_calibration, write_tables
from protlens.typing import Mode, PathInput, Progress

if TYPE_CHECKING:
    from protlens.plots.run_figures import RunFigures
    from protlens.plots.run_plots import RunPlots
    from protlens.plots.style import FigureStyle


@dataclass(frozen=True, slots=True, repr=False)
class Analysis(Shown):
    """A finished run with its tables.

    Parameters
    ----------
    run
        The run directory.
    tables
        ``tables.heads`` is the result table; the others are described with :class:`RunTables`.
    figures
        The files of the figures, which are those of what was found; :func:`draw_figures` draws the others.

    Examples
    --------
    >>> options = protlens.ExtractionOptions(limit=3)
    >>> analysis = protlens.analyze(dataset="pdb-mini", properties=["contact"], out="three", options=options)
    >>> analysis.tables.heads.height
    48
    """

    run: Run
    tables: RunTables
    figures: tuple[Path, ...]

    @property
    def folder(self) -> Path:
        """Where the run, its tables and its figures are."""
        return self.run.path

    @property
    def plot(self) -> "RunPlots":
        """Its figures, one at a time: ``analysis.plot.heads("contact")``."""
        from protlens.plots.run_plots import RunPlots  # not above: a table needs no matplotlib

        return RunPlots.of(self.run, self.tables)

    def _glance(self) -> Glance:
        about, heads = self.run.manifest, self.tables.heads
        title = (
            f"Attention of {about.model['name']} on {about.dataset['name']}: the top heads, {mode_label(self.run.mode)}"
        )
        columns = ("property", "head", "alignment", "background", "arcs", "proteins", "q")
        rows = [
            (
                property_title(row["property"]),
                row["label"],
                percent(row["alignment"]),
                percent(row["background"]),
                count(row["arcs"]),
                count(row["proteins"]),
                probability(row["q_value"]),
            )
            for row in top_heads(heads).iter_rows(named=True)
        ]
        return Glance(f"{title} ({counted(len(heads), 'row')} in tables.heads)", columns, rows, self.folder)


def analyze(
    model: PathInput | AttentionModel = "mini-bert",
    dataset: PathInput | Dataset = "mini",
    properties: str | Iterable[str | Property] | None = None,
    *,
    out: PathInput = "protlens-run",
    mode: Mode = "matched",
    options: ExtractionOptions | None = None,
    fresh: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Analysis:
    """Find which heads of a model follow which properties of a dataset.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a dataset.
    properties
        Names (see :func:`select_properties`) or properties of your own, one or several; None takes all the dataset
        has labels for.
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
    >>> options = protlens.ExtractionOptions(limit=3)
    >>> analysis = protlens.analyze("mini-bert", "pdb-mini", ["contact"], out="contact-run", options=options)
    >>> analysis.tables.heads.select("property", "label").row(0)
    ('contact', '1-1')
    """
    if options is not None and options.part is not None:
        hint = "take protlens.extract for each part, and protlens.finish when all are there"
        raise OptionError(explain("analysis", found="a part of a run", hint=hint))
    proteins = as_dataset(dataset)
    joined = options is not None and options.join_chains  # then properties are those of the joined proteins
    chosen = properties if joined else choose_properties(proteins, properties)
    run = extract(model, proteins, chosen, out=out, options=options, fresh=fresh, on_progress=on_progress)
    return _finished(run, mode)


def finish(run: PathInput | Run, *, dataset: PathInput | Dataset | None = None, mode: Mode = "matched") -> Analysis:
    """Make tables and figures of a run whose shards are all there, whoever wrote them.

    Parameters
    ----------
    run
        A run, or its directory.
    dataset
        The one that it was made with, if that is neither where it was nor of a name.
    mode
        How arcs, background and intervals are defined: ``matched`` or ``paper``.

    Raises
    ------
    RunError
        If shards are missing, or the dataset is another one.

    Examples
    --------
    >>> options = protlens.ExtractionOptions(part=(1, 1), limit=3)
    >>> run = protlens.extract("mini-bert", "pdb-mini", ["contact"], out="in-parts", options=options)
    >>> protlens.finish(run).tables.heads.height
    48
    """
    run = as_run(run)
    run.check_complete()
    return _finished(finish_run(run, chosen_proteins(run, dataset)), mode)


def _finished(run: Run, mode: Mode) -> Analysis:
    """Make and write the tables of a run whose shards are all there, and draw the figures of what was found."""
    with locked(run.path, wait=-1):
        tables = tabulate(run, mode=mode)
        write_tables(run, tables)
    return Analysis(run, tables, tuple(_drawn(run, tables, "top", lambda done, total: None)))


def draw_figures(
    run: PathInput | Run,
    which: "RunFigures" = "all",
    *,
    style: "FigureStyle" = "screen",
    on_progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Draw the figures of a finished run into its folder ``figures``, in the mode of its tables.

    Parameters
    ----------
    run
        A finished run, or its directory.
    which
        ``all``, or ``top``: the overview, the summary, and the figures of what was found.
    style
        ``screen`` or ``journal``, see :func:`draw_run_figures`.
    on_progress
        Called with the figures done and the figures in all.

    Returns
    -------
    list of Path
        Their files, PDF and PNG, and SVG for a journal. Figures that were drawn before and are not drawn now stay.

    Raises
    ------
    RunError
        If shards are missing.

    Examples
    --------
    >>> files = protlens.draw_figures("protlens-run", "top")
    >>> files[0].name
    'overview.pdf'
    """
    run = as_run(run)
    return _drawn(run, read_tables(run), which, on_progress, style=style)


def _drawn(
    run: Run, tables: RunTables, which: "RunFigures", on_progress: Progress, *, style: "FigureStyle" = "screen"
) -> list[Path]:
    from protlens.plots.run_figures import draw_run_figures  # not above: a table needs no matplotlib

    if which == "all" and tables.calibration is None:
        tables = with_calibration(run, tables)
    model, dataset = (str(part["name"]) for part in (run.manifest.model, run.manifest.dataset))
    with locked(run.path, wait=-1):
        out = run.path / "figures"
        figures = draw_run_figures(
            tables, out=out, model=model, dataset=dataset, which=which, style=style, on_progress=on_progress
        )
        list_files(run.path, RUN_FOLDER, figures)
    return figures
