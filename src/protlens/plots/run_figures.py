"""The standard figures of one run: those of its findings, or all."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import polars as pl
from matplotlib.figure import Figure

from protlens.files import replacing
from protlens.naming import AMINO_ACID, file_stem, run_line
from protlens.plots.amino_acids import amino_acid_figure, similarity_figure
from protlens.plots.calibration import calibration_figure
from protlens.plots.canvas import save_figure
from protlens.plots.head_figures import head_map_figure, lift_map_figure, top_heads_figure
from protlens.plots.layers import layers_figure
from protlens.plots.overview_figure import overview_figure
from protlens.plots.profile import profile_figure
from protlens.plots.style import FigureStyle, figure_style
from protlens.plots.summary_figure import best_heads, summary_figure
from protlens.plots.table_columns import pooled_share
from protlens.stats.run_tables import RunTables
from protlens.typing import PathInput, Progress

RunFigures: TypeAlias = Literal["top", "all"]
"""``top``: the overview, the summary and what was found; ``all``: every property, and what each head does besides."""

MOST_TOP = 6
"""Properties, beside the amino acids, with figures of their own among those of ``top``."""

_Drawing: TypeAlias = tuple[str, Callable[..., Figure]]


def draw_run_figures(
    tables: RunTables,
    *,
    out: PathInput,
    model: str | None = None,
    dataset: str | None = None,
    which: RunFigures = "all",
    style: FigureStyle = "screen",
    on_progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Draw the standard figures of one run as PDF and PNG; for a journal as SVG too, and their captions as a text.

    Parameters
    ----------
    tables
        The tables of the run.
    out
        The folder to write to; made if it is not there, and files of the same names are replaced.
    model, dataset
        Names for the line under each title.
    which
        ``all``, or ``top``: the overview, the summary, and the figures of the properties that a head follows beyond its
        background, the six clearest at most.
    style
        ``screen``, or ``journal``: letters of Helvetica's measure where such a font is installed, 300 dots an inch, at
        most 183 mm wide (bars 89 mm), and no title in the figure; what it shows stands in ``captions.txt``.
    on_progress
        Called with the figures done and the figures in all.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> tables = protlens.tabulate(protlens.Run.open("protlens-run"))
    >>> files = protlens.draw_run_figures(tables, out="figures")
    >>> {file.suffix for file in files} == {".pdf", ".png"}
    True
    """
    if tables.heads.is_empty():
        return []
    first = tables.heads.row(0, named=True)
    about = run_line(model=model, dataset=dataset, threshold=first["threshold"], mode=first["mode"])
    others = _top(tables) if which == "top" else _all(tables)
    first_two = [("overview", overview_figure), ("summary", summary_figure)]
    drawings: list[_Drawing] = [*((stem, partial(make, tables.heads)) for stem, make in first_two), *others]
    written: list[Path] = []
    captions: list[str] = []
    on_progress(0, len(drawings))
    with figure_style(style):
        for number, (stem, make) in enumerate(drawings, start=1):
            figure = make(about=about)
            written += save_figure(figure, Path(out) / stem)
            captions.append(f"{stem}: {figure.get_label()}\n")
            on_progress(number, len(drawings))
    return [*written, _write_captions(Path(out), captions)] if style == "journal" else written


def _write_captions(folder: Path, captions: Sequence[str]) -> Path:
    """Write what the figures show, as they do not say it themselves."""
    with replacing(folder / "captions.txt") as beside:
        beside.write_text("".join(captions), encoding="utf-8")
    return folder / "captions.txt"


def _top(tables: RunTables) -> Iterator[_Drawing]:
    """Yield the figures of what was found, the clearest properties first."""
    found = best_heads(tables.heads).filter(pl.col("verdict").str.starts_with("beyond"))["property"].to_list()
    taken: set[str] = set()
    for name in _no_letters(found)[:MOST_TOP]:
        yield from _head_figures(tables, name, taken)
    if len(_no_letters(found)) < len(found):
        yield "amino_acids", partial(amino_acid_figure, tables.heads)


def _all(tables: RunTables) -> Iterator[_Drawing]:
    names = tables.heads["property"].unique(maintain_order=True).to_list()
    taken: set[str] = set()
    for name in _no_letters(names):
        yield from _head_figures(tables, name, taken)
        yield from _calibration_figure(tables, name, taken)
    if tables.layers is not None:
        layers = tables.layers.filter(~pl.col("property").str.starts_with(AMINO_ACID))
        if len(layers):
            yield "layers", partial(layers_figure, layers, centres=tables.centres)
    if len(_no_letters(names)) < len(names):
        yield "amino_acids", partial(amino_acid_figure, tables.heads)
    if tables.similarity is not None and len(tables.similarity):
        yield "amino_acid_similarity", partial(similarity_figure, tables.similarity, correlation=tables.correlation)
    if tables.profile is not None and len(tables.profile):
        yield "head_profile", partial(profile_figure, tables.profile)


def _no_letters(names: Sequence[str]) -> list[str]:
    return [name for name in names if not name.startswith(AMINO_ACID)]


def _head_figures(tables: RunTables, name: str, taken: set[str]) -> Iterator[_Drawing]:
    heads = tables.heads.filter(property=name)
    yield file_stem("heads", name, taken=taken), partial(head_map_figure, heads)
    yield file_stem("top_heads", name, taken=taken), partial(top_heads_figure, heads)
    if heads["control_lift"].is_not_null().any():
        yield file_stem("lift", name, taken=taken), partial(lift_map_figure, heads)


def _calibration_figure(tables: RunTables, name: str, taken: set[str]) -> Iterator[_Drawing]:
    rows = None if tables.calibration is None else tables.calibration.filter(property=name)
    if rows is not None and len(rows):
        make = partial(calibration_figure, rows, background=pooled_share(rows))
        yield file_stem("calibration", name, taken=taken), make
