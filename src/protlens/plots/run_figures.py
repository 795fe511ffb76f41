"""All standard figures of one run."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure

from protlens.naming import AMINO_ACID, file_stem, run_line
from protlens.plots.amino_acids import amino_acid_figure, similarity_figure
from protlens.plots.calibration import calibration_figure
from protlens.plots.canvas import save_figure
from protlens.plots.head_figures import head_map_figure, top_heads_figure
from protlens.plots.layers import layers_figure
from protlens.plots.profile import profile_figure
from protlens.plots.table_columns import pooled_share
from protlens.stats.run_tables import RunTables
from protlens.typing import PathInput


def draw_run_figures(
    tables: RunTables, *, out: PathInput, model: str | None = None, dataset: str | None = None
) -> list[Path]:
    """Draw all standard figures of one run as PDF and PNG.

    Parameters
    ----------
    tables
        The tables of the run.
    out
        The folder to write to; made if it is not there, and files of the same names are replaced.
    model, dataset
        Names for the line under each title.

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
    first = tables.heads.head(1).to_dicts()
    settings = {key: first[0][key] for key in ("threshold", "mode")} if first else {}
    about = run_line(model=model, dataset=dataset, **settings)
    written: list[Path] = []
    for stem, make in _figures(tables):
        written += save_figure(make(about=about), Path(out) / stem)
    return written


def _figures(tables: RunTables) -> Iterator[tuple[str, Callable[..., Figure]]]:
    names = tables.heads["property"].unique(maintain_order=True).to_list()
    yield from _property_figures(tables, [name for name in names if not name.startswith(AMINO_ACID)])
    if tables.layers is not None:
        layers = tables.layers.filter(~pl.col("property").str.starts_with(AMINO_ACID))
        if len(layers):
            yield "layers", partial(layers_figure, layers, centres=tables.centres)
    if any(name.startswith(AMINO_ACID) for name in names):
        yield "amino_acids", partial(amino_acid_figure, tables.heads)
    if tables.similarity is not None and len(tables.similarity):
        yield "amino_acid_similarity", partial(similarity_figure, tables.similarity, correlation=tables.correlation)
    if tables.profile is not None and len(tables.profile):
        yield "head_profile", partial(profile_figure, tables.profile)


def _property_figures(tables: RunTables, names: list[str]) -> Iterator[tuple[str, Callable[..., Figure]]]:
    taken: set[str] = set()
    for name in names:
        heads = tables.heads.filter(property=name)
        yield file_stem("heads", name, taken=taken), partial(head_map_figure, heads)
        yield file_stem("top_heads", name, taken=taken), partial(top_heads_figure, heads)
        calibration = None if tables.calibration is None else tables.calibration.filter(property=name)
        if calibration is not None and len(calibration):
            yield (
                file_stem("calibration", name, taken=taken),
                partial(calibration_figure, calibration, background=pooled_share(calibration)),
            )
