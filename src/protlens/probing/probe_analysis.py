"""All probes of one model on one data set: tables, figures, and the split that they rest on."""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.splits import Split, split_by_cluster
from protlens.errors import OptionError, RunError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import cut_length, draw_positions
from protlens.extraction.run import extract
from protlens.files import replacing, write_table
from protlens.models.load import load_model
from protlens.models.protocol import EmbeddingModel
from protlens.plots.probe_figures import draw_probe_figures
from protlens.probing.features import write_features
from protlens.probing.pair_probes import RELIABILITY, contact_probes
from protlens.probing.probe_options import ProbeOptions
from protlens.probing.probe_summary import main_rows, probe_summary
from protlens.probing.residue_probes import SCHEMA, SUPPORT, residue_probe_table
from protlens.probing.tasks import residue_tasks
from protlens.properties.mask import Property
from protlens.properties.selection import resolve_properties, select_properties
from protlens.stats.head_table import head_table
from protlens.stats.layers import centre_of_gravity, layer_table
from protlens.typing import Progress

DEFAULT_PROPERTIES = ("contact", "secondary_structure", "binding_site", "modification")
"""What is asked if nothing is: these, without kinds of sites."""

SPLIT = "split.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTables:
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
        Of the probabilities of contact probes; see :class:`ContactProbes`.
    layers, centres
        Attention alignment of the same properties and proteins: see :func:`layer_table`, :func:`centre_of_gravity`.
    """

    probes: pl.DataFrame
    summary: pl.DataFrame
    support: pl.DataFrame
    reliability: pl.DataFrame
    layers: pl.DataFrame
    centres: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ProbeAnalysis:
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
    """

    folder: Path
    split: Split
    tables: ProbeTables
    figures: tuple[Path, ...]
    model: str
    dataset: str


def probe(
    model: str | Path | EmbeddingModel = "mini-bert",
    dataset: str | Path | Dataset = "mini",
    properties: Iterable[str | Property] | None = None,
    *,
    out: Path = Path("protlens-probes"),
    options: ProbeOptions | None = None,
    on_progress: Progress = lambda done, total: None,
) -> ProbeAnalysis:
    """Find what the hidden states and the attention of each layer of a model say about properties.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a data set.
    properties
        Names (see :func:`select_properties`) or properties of your own; None takes ``DEFAULT_PROPERTIES``.
    out
        The folder to write to: new, or that of an earlier analysis, which is replaced.
    options
        The defaults if None.
    on_progress
        Called as the work goes on.

    Raises
    ------
    ProtlensError
        With one clear line, for everything that can be wrong with the input.
    """
    options = options or ProbeOptions()
    proteins = dataset if isinstance(dataset, Dataset) else load_dataset(dataset)
    chosen = _properties(proteins, properties, options)
    adapter = load_model(model) if isinstance(model, str | Path) else model
    used = _labelled_proteins(proteins, chosen, options, max_residues=adapter.info.max_residues)
    split = split_by_cluster(used, seed=options.seed)
    _open_folder(out)
    _write_json(out / SPLIT, split.record() | {"options": asdict(options)})
    tables = _tables(adapter, used, chosen, split=split, options=options, out=out, on_progress=on_progress)
    for name in ("probes", "summary", "support", "reliability", "layers", "centres"):
        for suffix in ("parquet", "csv"):
            write_table(getattr(tables, name), out / f"{name}.{suffix}")
    names = {"model": adapter.info.name, "dataset": proteins.name}
    figures = draw_probe_figures(
        main_rows(tables.probes),
        _best_reliability(tables),
        out / "figures",
        layers=tables.layers,
        centres=tables.centres,
        about=" \N{MIDDLE DOT} ".join(names.values()),
    )
    return ProbeAnalysis(out, split, tables, tuple(figures), **names)


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
    folder = out / "features"
    try:
        features = write_features(model, chains, folder, batch_tokens=options.batch_tokens, on_progress=on_progress)
        probes, support = residue_probe_table(
            features, chains, residue_tasks(chosen), split=split, options=options, on_progress=on_progress
        )
        found = [
            contact_probes(model, features, chains, contact=pair, split=split, options=options, on_progress=on_progress)
            for pair in chosen
            if pair.level == "pair"
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    layers = _alignment(model, proteins, chosen, options=options, out=out, on_progress=on_progress)
    table = pl.concat([*(one.table for one in found), probes, pl.DataFrame(schema=SCHEMA)])
    return ProbeTables(
        probes=table,
        summary=probe_summary(table),
        support=pl.concat([*(one.support for one in found), support, pl.DataFrame(schema=SUPPORT)]),
        reliability=pl.concat([*(one.reliability for one in found), pl.DataFrame(schema=RELIABILITY)]),
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
    run = extract(model, proteins, chosen, out=out / "alignment", options=settings, fresh=True, on_progress=on_progress)
    return layer_table(head_table(run.counts(), threshold=settings.threshold, mode="matched", seed=options.seed))


def _properties(dataset: Dataset, properties: Iterable[str | Property] | None, options: ProbeOptions) -> list[Property]:
    if properties is None:
        found = [one for one in select_properties(dataset, contact_atom=options.contact_atom) if _is_default(one.name)]
        if not found:
            raise OptionError(explain(f"dataset {dataset.name!r}", found="no labels", allowed=DEFAULT_PROPERTIES))
        return found
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


def _open_folder(out: Path) -> None:
    if out.exists() and not (out / SPLIT).exists() and (not out.is_dir() or any(out.iterdir())):
        found = "a folder with other files in it" if out.is_dir() else "a file"
        raise RunError(explain(f"folder {out}", found=found, hint="choose another with --out"))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with replacing(path) as beside:
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
