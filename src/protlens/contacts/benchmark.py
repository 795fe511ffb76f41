"""Models and methods of contact prediction side by side: one split, one table, one figure."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from protlens.contacts.benchmark_result import BenchmarkTables, ContactBenchmark
from protlens.contacts.contact_analysis import draw_split, evaluate_contacts, labelled_chains
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_result import ContactAnalysis
from protlens.contacts.evaluation import RANDOM, SEPARATION, STATISTICS, WITH_JACOBIAN
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.precision_summary import over_draws, summarise_precision
from protlens.contacts.rivals import check_complete, rate_rival, read_rival
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError, ModelError, OptionError, ProtlensError, explain
from protlens.extraction.plan import cut_length
from protlens.files import replacing, write_json
from protlens.models.at_hand import place_of
from protlens.models.catalog import CATALOG
from protlens.models.load import Device, model_info
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.naming import file_stem, run_line
from protlens.number_text import counted
from protlens.output_folders import FolderKind, OutputFolder, open_folder
from protlens.plots.canvas import save_figure
from protlens.plots.contact_benchmark_figure import benchmark_figure, few_labels_figure
from protlens.typing import PathInput, Progress

FORMAT, VERSION, ABOUT = "protlens-contact-benchmark", 1, "benchmark.json"

BENCHMARK_FOLDER = FolderKind("a protlens contact benchmark", {ABOUT: FORMAT})

WITHOUT_MODEL = (STATISTICS, SEPARATION, RANDOM)
"""Methods that are the same for all models."""

BenchmarkModel: TypeAlias = str | AttentionModel | MaskedLanguageModel


def models_at_hand() -> tuple[str, ...]:
    """Return the models of the catalog that come with protlens or with an installed package."""
    return tuple(name for name in CATALOG if place_of(CATALOG[name]) in ("bundled", "in a package"))


def benchmark_contacts(
    models: Sequence[PathInput | AttentionModel | MaskedLanguageModel] | None = None,
    dataset: PathInput | Dataset = "pdb-mini",
    *,
    rivals: Mapping[str, PathInput] | None = None,
    out: PathInput = "protlens-contact-benchmark",
    options: ContactOptions | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> ContactBenchmark:
    """Learn and test contact scores of several models on the same proteins, beside baselines and other programs.

    A model that cannot take part is named in ``failed``, and the others go on.

    Parameters
    ----------
    models
        Names of the catalog, hub names, folders, or loaded models; None: all that are bundled or in a package here.
    dataset
        A name of the catalog, a file, or a dataset.
    rivals
        Folders of RR files of other programs, by name: one file for each test protein.
    out
        The folder to write to: new, empty, or that of an earlier benchmark, which is replaced.
    options
        The defaults if None.
    device
        Where models run that are loaded here.
    on_progress
        Called with the proteins done and the proteins in all, those of all models.

    Raises
    ------
    DatasetError
        If there are too few proteins of known structure, or a rival did not predict a test protein.
    FileFormatError
        If an RR file cannot be read.
    ModelError
        If no model can take part.
    OptionError
        If there is no model, or two have one name.
    RunError
        If the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> proteins = protlens.load_dataset("pdb-mini")[:20]
    >>> benchmark = protlens.benchmark_contacts(["mini-bert"], proteins, out="benchmark", options=options)
    >>> benchmark.tables.summary["method"].unique(maintain_order=True).to_list()[:2]
    ['random', 'separation']
    """
    proteins, named = as_dataset(dataset), _named(models_at_hand() if models is None else models)
    folder = open_folder(Path(out), BENCHMARK_FOLDER)
    chosen, failed = _common_length(named, options or ContactOptions())
    chains = labelled_chains(proteins, chosen, max_length=chosen.max_length)
    tests = [chains[position] for position in draw_split(chains, chosen).test]
    read = {name: read_rival(place, name=name) for name, place in (rivals or {}).items()}
    for name, predictions in read.items():
        check_complete(predictions, [chain.protein.id for chain in tests], name=name)
    with folder:
        about = {"format": FORMAT, "version": VERSION, "dataset": proteins.name, "options": asdict(chosen)}
        folder.remove_listed(keep=[folder.path / ABOUT])
        _write_about(
            folder, about | {"fingerprint": proteins.fingerprint(), "models": list(named), "rivals": list(read)}
        )
        _write_fasta(folder, tests)
        taken: set[str] = set()
        analyses: dict[str, ContactAnalysis] = {}
        for done, (name, model) in enumerate(named.items()):
            progress = partial(_of_all, on_progress, before=done, models=len(named))
            try:
                analyses[name] = evaluate_contacts(
                    model,
                    proteins,
                    out=folder.path / file_stem("model", name, taken=taken),
                    options=chosen,
                    device=device,
                    on_progress=progress,
                )
            except (ModelError, DatasetError) as error:
                failed[name] = str(error)
        if not analyses:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
            raise ModelError(explain("benchmark of contacts", found=f"no model could take part ({reasons})"))
        rated = {name: rate_rival(predictions, tests) for name, predictions in read.items()}
        tables = _tables(analyses, rated, seed=chosen.seed)
        line = f"{run_line(dataset=proteins.name)}, {counted(len(tests), 'test protein')}"
        folder.write_tables(tables)
        figures = _draw(folder, tables, about=line)
    return ContactBenchmark(
        folder=folder.path,
        tables=tables,
        figures=tuple(figures),
        models=tuple(analyses),
        rivals=tuple(read),
        failed=failed,
        dataset=proteins.name,
        tested=len(tests),
        options=chosen,
    )


def _named(models: Iterable[PathInput | AttentionModel | MaskedLanguageModel]) -> dict[str, BenchmarkModel]:
    named: dict[str, BenchmarkModel] = {}
    for model in models:
        name = str(model) if isinstance(model, str | os.PathLike) else model.info.name
        if name in named:
            raise OptionError(explain("benchmark of contacts", found=f"two models called {name}"))
        named[name] = str(model) if isinstance(model, os.PathLike) else model
    if not named:
        raise OptionError(explain("benchmark of contacts", found="no model", allowed="one or more"))
    return named


def _common_length(
    named: Mapping[str, BenchmarkModel], options: ContactOptions
) -> tuple[ContactOptions, dict[str, str]]:
    """Return the options with chains cut where the shortest input ends, and why a model cannot be read."""
    length, failed = options.max_length, {}
    for name, model in named.items():
        try:
            info = model_info(model) if isinstance(model, str) else model.info
        except ProtlensError as error:
            failed[name] = str(error)
        else:
            length = cut_length(length, info.max_residues)
    return replace(options, max_length=length), failed


def _of_all(on_progress: Progress, done: int, total: int, *, models: int, before: int) -> None:
    on_progress(before * total + done, models * total)


def _tables(
    analyses: Mapping[str, ContactAnalysis], rated: Mapping[str, pl.DataFrame], *, seed: int
) -> BenchmarkTables:
    parts = []
    for number, (name, analysis) in enumerate(analyses.items()):
        own = analysis.tables.precision.filter(draw=0).drop("draw")
        plain = pl.col("method").is_in(WITHOUT_MODEL)
        if number == 0:
            parts.append(own.filter(plain).select(pl.lit("").alias("model"), pl.all()))
        parts.append(own.filter(~plain).select(pl.lit(name).alias("model"), pl.all()))
    for name, table in rated.items():
        labels = (pl.lit("").alias("model"), "protein", pl.lit(name).alias("method"))
        parts.append(table.select(*labels, pl.exclude("protein")))
    precision = pl.concat(parts, how="vertical_relaxed")
    compared = pl.col("method").is_in(WITH_JACOBIAN)
    ids = precision.filter(compared)["protein"].unique()
    shared = precision.filter(pl.col("protein").is_in(ids.implode()))
    few = {name: one.tables.few_labels for name, one in analyses.items() if one.tables.few_labels is not None}
    return BenchmarkTables(
        summary=_summary(precision.filter(~compared), seed=seed),
        precision=precision,
        draws=_draws(analyses),
        costs=_stacked({name: one.tables.costs for name, one in analyses.items()}),
        jacobian_summary=_summary(shared, seed=seed) if len(ids) else None,
        few_labels=_stacked(few) if few else None,
    )


def _summary(precision: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Summarise all models and methods as methods of one table, and tell them apart again."""
    pairs = precision.select("model", "method").unique(maintain_order=True)
    labels = pairs.with_row_index("label").with_columns(pl.col("label").cast(pl.String))
    labelled = precision.join(labels, on=["model", "method"], maintain_order="left").drop("method")
    reference = labels.filter(method=STATISTICS)["label"].item()
    summary = summarise_precision(labelled.rename({"label": "method"}), reference=reference, seed=seed)
    named = summary.rename({"method": "label"}).join(labels, on="label", maintain_order="left").drop("label")
    return named.select("model", "method", pl.exclude("model", "method"))


def _draws(analyses: Mapping[str, ContactAnalysis]) -> pl.DataFrame:
    every = _stacked({name: analysis.tables.draws for name, analysis in analyses.items()})
    return every.group_by("model", "method", "range", "k", maintain_order=True).agg(*over_draws())


def _stacked(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([table.select(pl.lit(name).alias("model"), pl.all()) for name, table in tables.items()])


def _write_about(folder: OutputFolder, about: Mapping[str, Any]) -> None:
    write_json(folder.path / ABOUT, about, indent=2)
    folder.add(folder.path / ABOUT)


def _write_fasta(folder: OutputFolder, tests: Sequence[LabelledChain]) -> None:
    path = folder.path / "test.fasta"
    with replacing(path) as beside:
        beside.write_text("".join(f">{one.protein.id}\n{one.protein.sequence}\n" for one in tests), encoding="utf-8")
    folder.add(path)


def _draw(folder: OutputFolder, tables: BenchmarkTables, *, about: str) -> list[Path]:
    figures = save_figure(benchmark_figure(tables.summary, about=about), folder.path / "figures" / "benchmark")
    if tables.few_labels is not None:
        drawn = few_labels_figure(tables.few_labels, about=about)
        figures += save_figure(drawn, folder.path / "figures" / "few_labels")
    folder.add(*figures)
    return figures
