"""All probes of one model on one dataset: tables, figures, and the split that they rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.splits import Split, split_by_cluster
from protlens.errors import OptionError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import cut_length, draw_positions
from protlens.extraction.run import extract
from protlens.files import scratch_folder, write_json
from protlens.glance import Glance, Shown
from protlens.models.load import as_model
from protlens.models.protocol import EmbeddingModel
from protlens.naming import INTERVALS, PROBE_SOURCES, metric_title, property_title
from protlens.number_text import interval, percent
from protlens.output_folders import FolderKind, open_folder
from protlens.plots.probe_figures import draw_probe_figures
from protlens.probing.features import write_features
from protlens.probing.pair_probes import RELIABILITY, contact_probes
from protlens.probing.probe_options import ProbeOptions
from protlens.probing.probe_summary import main_rows, probe_summary
from protlens.probing.residue_probes import SCHEMA, SUPPORT, residue_probe_table
from protlens.probing.tasks import residue_tasks
from protlens.properties.mask import Property
from protlens.properties.selection import resolve_properties, select_properties
from protlens.runs.format import FORMAT as RUN_FORMAT
from protlens.runs.format import MANIFEST
from protlens.stats.head_statistics import support_columns
from protlens.stats.layers import centre_of_gravity, layer_table
from protlens.table_set import TableSet
from protlens.typing import PathInput, Progress

DEFAULT_PROPERTIES = ("contact", "secondary_structure", "binding_site", "modification")
"""What is asked if nothing is: these, without kinds of sites."""

FORMAT = "protlens-probes"
VERSION = 1

SPLIT = "split.json"
ALIGNMENT = "alignment"
"""The run whose layers stand beside the probes."""

PROBE_FOLDER = FolderKind("protlens probes", {SPLIT: FORMAT, f"{ALIGNMENT}/{MANIFEST}": RUN_FORMAT})
"""The run stands for releases that wrote a split without a format."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ProbeTables(TableSet):
    """The tables of an analysis.

    Parameters
    ----------
    probes
        See :func:`residue_probe_table` and :class:`ContactProbes`.
    summary
        See :func:`probe_summary`.
    support
        What was fitted to and measured on.
    reliability
        How often pairs of each probability that contact probes give touch; see :class:`ContactProbes`.
    layers, centres
        Attention alignment of the same properties and proteins: see :func:`layer_table`, :func:`centre_of_gravity`.

    Examples
    --------
    >>> list(protlens.ProbeTables.__annotations__)
    ['probes', 'summary', 'support', 'reliability', 'layers', 'centres']
    """

    probes: pl.DataFrame
    summary: pl.DataFrame
    support: pl.DataFrame
    reliability: pl.DataFrame
    layers: pl.DataFrame
    centres: pl.DataFrame


@dataclass(frozen=True, slots=True, repr=False)
class ProbeAnalysis(Shown):
    """A finished analysis.

    Parameters
    ----------
    folder
        Where its tables, figures and ``split.json`` are.
    split
        Which proteins were fitted on and which were measured.
    tables
        The tables.
    figures
        The files of the figures.
    model, dataset
        Their names.

    Examples
    --------
    >>> options = protlens.ProbeOptions(limit=12, residues=200, seeds=1, resamples=10, strengths=(0.01,))
    >>> analysis = protlens.probe("mini-bert", "pdb-mini", ["binding_site"], out="few-probes", options=options)
    >>> analysis.tables.summary["property"][0]
    'binding_site'
    """

    folder: Path
    split: Split
    tables: ProbeTables
    figures: tuple[Path, ...]
    model: str
    dataset: str

    def _glance(self) -> Glance:
        columns = ("property", "probe of", "metric", "layer", "test", INTERVALS["matched"], PROBE_SOURCES["amino_acid"])
        rows = [
            (
                property_title(row["property"]),
                PROBE_SOURCES[row["source"]],
                metric_title(row["metric"]),
                str(row["layer"]),
                percent(row["value"]),
                interval(row["ci_low"], row["ci_high"]),
                percent(row["amino_acid"]),
            )
            for row in self.tables.summary.iter_rows(named=True)
        ]
        return Glance(f"Probes of {self.model} on {self.dataset}: the best layer", columns, rows, self.folder)


def probe(
    model: PathInput | EmbeddingModel = "mini-bert",
    dataset: PathInput | Dataset = "mini",
    properties: str | Iterable[str | Property] | None = None,
    *,
    out: PathInput = "protlens-probes",
    options: ProbeOptions | None = None,
    on_progress: Progress = lambda done, total: None,
) -> ProbeAnalysis:
    """Find what the hidden states and the attention of each layer of a model say about properties.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a dataset.
    properties
        Names (see :func:`select_properties`) or properties of your own, one or several; None takes
        ``DEFAULT_PROPERTIES``.
    out
        The folder to write to: new, empty, or that of an earlier analysis, which is replaced.
    options
        The defaults if None.
    on_progress
        Called as the work goes on.

    Raises
    ------
    ProtlensError
        With one clear line, for everything that can be wrong with the input.

    Examples
    --------
    >>> options = protlens.ProbeOptions(limit=12, residues=200, seeds=1, resamples=10, strengths=(0.01,))
    >>> analysis = protlens.probe("mini-bert", "pdb-mini", ["binding_site"], out="probes", options=options)
    >>> analysis.model, analysis.dataset
    ('mini-bert', 'pdb-mini')
    """
    options = options or ProbeOptions()
    proteins, folder = as_dataset(dataset), open_folder(Path(out), PROBE_FOLDER)
    chosen = _properties(proteins, properties, options)
    adapter = as_model(model)
    used = _labelled_proteins(proteins, chosen, options, max_residues=adapter.info.max_residues)
    split = split_by_cluster(used, seed=options.seed)
    names = {"model": adapter.info.name, "dataset": proteins.name}
    with folder:
        folder.remove_unfinished()
        folder.remove_listed()
        about = {"format": FORMAT, "version": VERSION} | split.record() | {"options": asdict(options)}
        write_json(folder.path / SPLIT, about)
        folder.add(folder.path / SPLIT)
        tables = _tables(adapter, used, chosen, split=split, options=options, out=folder.path, on_progress=on_progress)
        folder.write_tables(tables)
        figures = _draw_figures(tables, folder.path / "figures", names)
        folder.add(*figures)
    return ProbeAnalysis(folder.path, split, tables, tuple(figures), **names)


def _tables(
    model: EmbeddingModel,
    proteins: Dataset,
    chosen: Sequence[Property],
    *,
    split: Split,
    options: ProbeOptions,
    out: Path,
    on_progress: Progress,
) -> ProbeTables:
    chains = list(proteins)
    with scratch_folder(out / "features") as folder:
        features = write_features(model, chains, folder, batch_tokens=options.batch_tokens, on_progress=on_progress)
        probes, support = residue_probe_table(
            features, chains, residue_tasks(chosen), split=split, options=options, on_progress=on_progress
        )
        contacts = [
            contact_probes(model, features, chains, contact=pair, split=split, options=options, on_progress=on_progress)
            for pair in chosen
            if pair.level == "pair"
        ]
    layers = _alignment(model, proteins, chosen, options=options, out=out, on_progress=on_progress)
    table = pl.concat([*(one.table for one in contacts), probes, pl.DataFrame(schema=SCHEMA)])
    return ProbeTables(
        probes=table,
        summary=probe_summary(table),
        support=pl.concat([*(one.support for one in contacts), support, pl.DataFrame(schema=SUPPORT)]),
        reliability=pl.concat([*(one.reliability for one in contacts), pl.DataFrame(schema=RELIABILITY)]),
        layers=layers,
        centres=centre_of_gravity(layers),
    )


def _alignment(
    model: EmbeddingModel,
    proteins: Dataset,
    chosen: Sequence[Property],
    *,
    options: ProbeOptions,
    out: Path,
    on_progress: Progress,
) -> pl.DataFrame:
    """Return the mean alignment of each layer's heads, for the same proteins and properties."""
    settings = ExtractionOptions(seed=options.seed, max_length=options.max_length, batch_tokens=options.batch_tokens)
    run = extract(model, proteins, chosen, out=out / ALIGNMENT, options=settings, fresh=True, on_progress=on_progress)
    blocks = map(run.property_blocks, run.manifest.properties)
    return layer_table(pl.concat(support_columns(one, mode="matched") for one in blocks))


def _properties(
    dataset: Dataset, properties: str | Iterable[str | Property] | None, options: ProbeOptions
) -> list[Property]:
    if properties is None:
        labelled = [
            one for one in select_properties(dataset, contact_atom=options.contact_atom) if _is_default(one.name)
        ]
        if not labelled:
            raise OptionError(explain(f"dataset {dataset.name!r}", found="no labels", allowed=DEFAULT_PROPERTIES))
        return labelled
    return resolve_properties(dataset, properties, contact_atom=options.contact_atom)


def _is_default(name: str) -> bool:
    return name in DEFAULT_PROPERTIES or name.startswith("secondary_structure:")


def _labelled_proteins(
    dataset: Dataset, chosen: Sequence[Property], options: ProbeOptions, *, max_residues: int | None
) -> Dataset:
    """Return the proteins that carry labels of any property, cut to what the model reads."""
    length = cut_length(options.max_length, max_residues)
    places = draw_positions(len(dataset), limit=options.limit, seed=options.seed)
    cut = (dataset[int(place)].cut(length) for place in places)
    return Dataset(dataset.name, [p for p in cut if any(one.mask(p) is not None for one in chosen)])


def _best_reliability(tables: ProbeTables) -> pl.DataFrame:
    """Return the rows of the contact probes that the summary names."""
    best = tables.summary.filter(pl.col("metric").str.starts_with("precision:"))
    return tables.reliability.join(best, on=["source", "layer"], how="semi")


def _draw_figures(tables: ProbeTables, folder: Path, names: Mapping[str, str]) -> list[Path]:
    return draw_probe_figures(
        main_rows(tables.probes),
        _best_reliability(tables),
        folder,
        layers=tables.layers,
        centres=tables.centres,
        about=" \N{MIDDLE DOT} ".join(names.values()),
    )
