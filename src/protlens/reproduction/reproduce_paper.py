"""The paper's analysis of one of its models, every published number beside the measured one."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from protlens.analysis import Analysis
from protlens.data.dataset import Dataset
from protlens.errors import FileFormatError, explain
from protlens.files import write_json
from protlens.models.catalog import CATALOG
from protlens.models.load import as_model
from protlens.models.protocol import AttentionModel, ModelInfo
from protlens.naming import AMINO_ACID, run_line
from protlens.output_folders import FolderKind, change_since_written, open_folder
from protlens.plots.amino_acid_maps import amino_acid_maps_figure
from protlens.plots.canvas import save_figure
from protlens.plots.reproduction_figure import reproduction_figure
from protlens.reproduction.comparison_rows import beside, measured_numbers, probe_numbers, summarise
from protlens.reproduction.paper_runs import THRESHOLD, paper_runs, run_all, told_of
from protlens.reproduction.published import published_numbers
from protlens.reproduction.reproduction_options import ReproductionOptions
from protlens.reproduction.reproduction_result import Reproduction, ReproductionTables
from protlens.typing import PathInput, Progress

FORMAT = "protlens-reproduction"
VERSION = 1

ABOUT = "reproduction.json"

REPRODUCTION_FOLDER = FolderKind("a protlens reproduction", {ABOUT: FORMAT})

DEFAULT_SITES = "provis-valid"
"""The paper's own labels of binding sites and modifications, of its validation sets."""


def reproduce(
    paper_model: str = "tape-bert",
    *,
    model: PathInput | AttentionModel | None = None,
    sites: PathInput | Dataset = DEFAULT_SITES,
    proteinnet: PathInput | Dataset | None = None,
    secondary_structure: PathInput | Dataset | None = None,
    out: PathInput = "protlens-reproduction",
    options: ReproductionOptions | None = None,
    on_progress: Progress = lambda done, total: None,
) -> Reproduction:
    """Measure what Vig et al. measured of one of their models, and set each published number beside it.

    Attention of 0.3 and more, chains cut to 510 residues, statistics of paper mode.

    Parameters
    ----------
    paper_model
        ``tape-bert``, ``prot-bert``, ``prot-bert-bfd``, ``prot-albert`` or ``prot-xlnet``.
    model
        Where its weights are: a folder, a hub name, or a loaded model; None takes what the catalog says. Another model
        may be set beside it too, which is said.
    sites
        Proteins with the tracks ``paper_binding_site`` and ``paper_modification``.
    proteinnet
        Proteins with structures, for contacts and amino acids: a file of ProteinNet, TAPE's LMDB or JSON, or a dataset.
        Without it contacts are not measured, and amino acids are counted on the sites.
    secondary_structure
        TAPE's file of secondary structure, or a dataset.
    out
        The folder to write to: new, empty, or that of an earlier reproduction. Runs that are there are gone on with.
    options
        The defaults if None.
    on_progress
        Called with the proteins done and the proteins in all, anew for each run.

    Raises
    ------
    UnknownNameError
        If it is none of the five models.
    FileFormatError
        If the folder of probes is none, or was changed.
    ModelError, DownloadError
        If its weights cannot be had.
    RunError
        If a run that is there was made with another model or other proteins.

    Examples
    --------
    >>> few = protlens.ReproductionOptions(limit=2)
    >>> reproduction = protlens.reproduce("tape-bert", model="mini-bert", out="beside-tape", options=few)
    >>> reproduction.title
    'mini-bert beside tape-bert: another model; the differences say nothing of a reproduction'
    """
    published, chosen = published_numbers(paper_model), options or ReproductionOptions()
    folder = open_folder(Path(out), REPRODUCTION_FOLDER)
    curves = [] if chosen.probes is None else [probe_numbers(_read_probes(Path(chosen.probes)))]
    runs = paper_runs(sites, proteinnet, secondary_structure)
    adapter = as_model(paper_model if model is None else model)
    with folder:
        folder.remove_unfinished()
        about = {"format": FORMAT, "version": VERSION, "paper_model": paper_model, "model": adapter.info.name}
        write_json(folder.path / ABOUT, about, indent=2)
        folder.add(folder.path / ABOUT)
        analyses = run_all(runs, adapter, out=folder.path, options=chosen, on_progress=on_progress)
        folder.remove_listed(keep=[folder.path / ABOUT])
        measured = pl.concat([measured_numbers([analysis.tables for analysis in analyses]), *curves])
        numbers = beside(published, measured)
        tables = ReproductionTables(numbers=numbers, summary=summarise(numbers, measured))
        folder.write_tables(tables)
        reproduction = Reproduction(
            folder=folder.path,
            tables=tables,
            figures=_figures(numbers, analyses, folder.path, paper_model=paper_model),
            paper_model=paper_model,
            model=adapter.info.name,
            same_shape=same_shape(adapter.info, paper_model),
            analyses=tuple(analyses),
            notes=(*_told_of_model(adapter.info, paper_model), *told_of(runs, analyses)),
        )
        folder.add(*reproduction.figures)
        write_json(folder.path / ABOUT, about | {"limit": chosen.limit, "notes": list(reproduction.notes)}, indent=2)
    return reproduction


def _read_probes(folder: Path) -> pl.DataFrame:
    path = folder / "probes.parquet"
    found = change_since_written(path, folder) if path.is_file() else "no probes.parquet there"
    if found is None:
        try:
            return pl.read_parquet(path, columns=["property", "source", "layer", "metric", "value"])
        except (OSError, PolarsError):
            found = "probes.parquet is damaged"
    raise FileFormatError(explain(f"folder {folder}", found=found, hint="give one that 'protlens probe' wrote"))


def same_shape(info: ModelInfo, paper_model: str) -> bool:
    """Return whether a model has the architecture, the layers and the heads of one of the paper's."""
    spec = CATALOG[paper_model]
    return (info.family, info.layers, info.heads) == (spec.family, spec.layers, spec.heads)


def _told_of_model(info: ModelInfo, paper_model: str) -> list[str]:
    if not same_shape(info, paper_model):
        return [f"{info.name} is not {paper_model}: heads of one number are compared that are not the same."]
    return [f"{info.name} has the architecture, layers and heads of {paper_model}; weights are not told apart."]


def _figures(
    numbers: pl.DataFrame, analyses: Sequence[Analysis], folder: Path, *, paper_model: str
) -> tuple[Path, ...]:
    """Draw published against measured numbers, and the maps of the amino acids that were measured."""
    model = str(analyses[0].run.manifest.model["name"])
    about = run_line(model=f"{model} beside {paper_model}", threshold=THRESHOLD, mode="paper")
    files = save_figure(reproduction_figure(numbers, about=about), folder / "figures" / "published_and_measured")
    for analysis in analyses:
        heads = analysis.tables.heads
        if heads["property"].str.starts_with(AMINO_ACID).any():
            dataset = str(analysis.run.manifest.dataset["name"])
            about = run_line(model=model, dataset=dataset, threshold=THRESHOLD, mode="paper")
            files += save_figure(amino_acid_maps_figure(heads, about=about), folder / "figures" / "amino_acid_maps")
    return tuple(files)
