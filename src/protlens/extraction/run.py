"""The one entry: :func:`extract`."""

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import ColumnNotFoundError

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.relatives import Relatives, find_relatives
from protlens.errors import OptionError, RunError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import Plan, make_plan
from protlens.extraction.worker import Worker, is_for_memory
from protlens.files import remove, write_table
from protlens.folder_lock import locked
from protlens.models.encoder import EncoderModel
from protlens.models.load import as_model
from protlens.models.protocol import AttentionModel, reach_by_layer
from protlens.output_folders import FILES, OutputFolder, list_files, open_folder
from protlens.properties.mask import Property
from protlens.properties.selection import choose_properties, write_definition
from protlens.reach import EVERYWHERE
from protlens.registry import each_name
from protlens.runs.format import (
    MANIFEST,
    NULLS,
    PROTEINS,
    RESULTS,
    RUN_FOLDER,
    SHARD_FILES,
    SHARDS,
    VERSION,
    shard_folder,
)
from protlens.runs.manifest import Manifest
from protlens.runs.shard import read_skipped, write_shard
from protlens.runs.sources import SOURCES, RunPart, write_sources
from protlens.runs.store import Run
from protlens.typing import PathInput, Progress

COMPUTING = ("protlens", "torch", "transformers", "numpy", "scipy")
"""The packages whose versions a manifest records."""


def extract(
    model: PathInput | AttentionModel,
    dataset: PathInput | Dataset,
    properties: str | Iterable[str | Property] | None = None,
    *,
    out: PathInput,
    options: ExtractionOptions | None = None,
    fresh: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Run:
    """Run a model over a dataset and keep the sums in a run directory.

    A directory that holds part of the same run is completed; what is there is not computed again, but for proteins that
    were skipped as the memory was too short. Counts do not depend on batches, shards or interruptions; a pair whose
    weight lies within rounding of an edge may stand in the neighbouring bin of the histograms.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a dataset.
    properties
        Names (see :func:`select_properties`) or properties of your own, each name once; None takes all the dataset
        has labels for.
    out
        The run directory.
    options
        The defaults if None.
    fresh
        Start over if the directory holds a run.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    OptionError
        If there is no property, or two of one name.
    DatasetError
        If MMseqs2 is needed to find relatives, and fails.
    RunError
        If the directory holds another run, or something that is not a run.
    StorageError
        If the disk is full; what was written so far stays and the run can be resumed.

    Examples
    --------
    >>> model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")
    >>> run = protlens.extract(model, proteins[:2], [protlens.Contact()], out="two-proteins")
    >>> run.proteins()["id"].to_list()
    ['11AS.A', '19HC.A']
    """
    options, proteins = options or ExtractionOptions(), as_dataset(dataset)
    given = None if properties is None else each_name(properties)
    chosen = choose_properties(proteins, given)
    _check_names(given or [], chosen)
    folder = open_folder(Path(out), RUN_FOLDER)
    adapter = as_model(model)
    plan = make_plan(proteins, options, max_residues=adapter.info.max_residues)
    manifest = _manifest(adapter, proteins, chosen, plan, options)
    with locked(folder.path):
        own = adapter.source if isinstance(adapter, EncoderModel) else None
        run = _prepare(folder, manifest, {"model": own, "dataset": proteins.source}, fresh=fresh)
        drawn = proteins.take(plan.chosen)
        relatives = _relatives(run, drawn)
        done = _Progress(len(plan.chosen), on_progress)
        worker = Worker(
            model=adapter,
            dataset=proteins,
            plan=plan,
            properties=sorted(chosen, key=lambda prop: prop.level == "pair"),
            bins=run.bins,
            batch_tokens=options.batch_tokens,
            on_proteins=done.advance,
        )
        _work(run, plan, worker, done)
        _write_proteins(run, drawn, relatives, max_length=plan.max_length)
    return run


def _work(run: Run, plan: Plan, worker: Worker, done: "_Progress") -> None:
    """Write the shards that are missing, and anew those that lack proteins for which the memory suffices now."""
    finished = set(run.shards_done)
    for shard, numbers in enumerate(plan.shards):
        before = read_skipped(run.path, [shard]) if shard in finished else {}
        short = [number for number, reason in before.items() if is_for_memory(reason)]
        if shard in finished and not worker.fits_any(short):
            done.advance(len(numbers))
            continue
        sums = worker.analyse(numbers)
        skipped = {one: worker.skipped[one] for one in numbers if one in worker.skipped}
        if shard in finished:
            remove(shard_folder(run.path, shard))
        write_shard(run.path, shard, sums, skipped, belongs_to=run.manifest.fingerprint)


class _Progress:
    def __init__(self, total: int, report: Callable[[int, int], None]) -> None:
        self.total = total
        self.done = 0
        self.report = report

    def advance(self, proteins: int) -> None:
        self.done += proteins
        self.report(self.done, self.total)


def _check_names(given: Sequence[str | Property], chosen: Sequence[Property]) -> None:
    names = [one.name for one in given if not isinstance(one, str)]
    if not chosen:
        raise OptionError(explain("properties", found="none", allowed="one or more"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OptionError(explain(f"property {twice[0]!r}", found="asked for twice"))


def _manifest(
    model: AttentionModel, dataset: Dataset, properties: Sequence[Property], plan: Plan, options: ExtractionOptions
) -> Manifest:
    kept: dict[str, Any] = asdict(options)
    del kept["batch_tokens"]
    if (names := kept.pop("arcs_of")) is not None:
        kept["arcs_of"] = sorted(names)
    return Manifest(
        model={**asdict(model.info), "dtype": model.dtype, **_reach(model)},
        dataset={"name": dataset.name, "fingerprint": dataset.fingerprint(), "proteins": len(dataset)},
        properties={prop.name: prop.level for prop in properties},
        options={
            **kept,
            "max_length": plan.max_length,
            "definitions": list(map(write_definition, properties)),
        },
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in COMPUTING},
            **_compared(model),
        },
        shards=len(plan.shards),
    )


def _compared(model: AttentionModel) -> dict[str, str]:
    """Return how far a model was from its own attention when it was loaded, if it was compared with that then."""
    found = model.checked if isinstance(model, EncoderModel) else None
    return {} if found is None else {"own_attention": f"a weight differs by {found.difference:.1e} at most"}


def _reach(model: AttentionModel) -> dict[str, list[list[int | None]]]:
    """Return how far each layer attends, unless all attend everywhere."""
    reach = reach_by_layer(model)
    return {"reach": [[one.back, one.ahead] for one in reach]} if set(reach) != {EVERYWHERE} else {}


def _prepare(folder: OutputFolder, manifest: Manifest, sources: Mapping[RunPart, Path | None], *, fresh: bool) -> Run:
    """Make the directory ready for this run: new, or one that holds a part of it.

    A finished run of an earlier version stays one; a part of one cannot be completed.
    """
    if (folder.path / MANIFEST).exists():
        if fresh:
            _start_over(folder)
        else:
            there = Manifest.read(folder.path)
            there.check_same(manifest, folder.path)
            manifest = replace(manifest, version=there.version, sealed=there.sealed)
            old = there.version != VERSION or not there.sealed
            if old and len(Run(folder.path, there).shards_done) < there.shards:
                early = f"format version {there.version}" if there.version != VERSION else "an early release"
                found = f"a part of a run of {early}"
                raise RunError(explain(f"run {folder.path}", found=found, hint="start over with fresh=True"))
    run = Run(folder.path, manifest)
    run.check_shards()
    folder.remove_unfinished()
    manifest.write(folder.path)
    write_sources(folder.path, sources)
    folder.add(folder.path / MANIFEST, folder.path / SOURCES)
    folder.write_list()
    return run


def _start_over(folder: OutputFolder) -> None:
    """Remove a run and its null runs, and nothing that was laid beside them."""
    nulls = [path for path in folder.path.glob(f"{NULLS}/*/{'[0-9]' * 5}") if RUN_FOLDER.made(path)]
    for run in (folder.path, *nulls):
        _check_shards_alone(run)
    for path in nulls:
        _remove_null(path)
    for path in [*_shards(folder.path), *(folder.path / name for name in (PROTEINS, *RESULTS))]:
        folder.remove(path)
    folder.remove_listed(keep=[folder.path / MANIFEST])


def _remove_null(path: Path) -> None:
    """Remove a null run, and the folders that are left empty by it."""
    with locked(path):
        null = open_folder(path, RUN_FOLDER)
        null.remove_unfinished()
        _start_over(null)
        for name in (MANIFEST, FILES):
            null.remove(path / name)
    for folder in (path / SHARDS, path, path.parent, path.parent.parent):
        with suppress(OSError):  # unless something else is in it
            folder.rmdir()


def _shards(run: Path) -> list[Path]:
    return sorted((run / SHARDS).glob("[0-9]" * 5))


def _check_shards_alone(run: Path) -> None:
    """Raise RunError if a shard, which is removed as a whole, has a file in it that protlens did not write."""
    for shard in _shards(run):
        others = sorted(file.name for file in shard.iterdir() if file.name not in SHARD_FILES)
        if others:
            found = f"{others[0]} in {shard.relative_to(run)}, which protlens did not write"
            raise RunError(explain(f"run {run}", found=found, hint="move it elsewhere"))


def _relatives(run: Run, chosen: Dataset) -> Relatives:
    """Return the relatives that a finished run names, unless the dataset now names others; else search for them."""
    with suppress(RunError, ColumnNotFoundError):
        table = run.proteins().select("id", "cluster", "cluster_method")
        kept = Relatives(tuple(table["cluster"]), tuple(table["cluster_method"]))
        if table["id"].to_list() == chosen.ids and kept.follow(chosen):
            return kept
    return find_relatives(chosen)


def _write_proteins(run: Run, chosen: Dataset, relatives: Relatives, *, max_length: int) -> None:
    """Write what became of each protein, and who its relatives are."""
    reasons = read_skipped(run.path, run.shards_done)
    lengths = chosen.lengths
    residues = [0 if number in reasons else min(length, max_length) for number, length in enumerate(lengths)]
    status = [
        "skipped" if number in reasons else "cut" if kept < length else "analysed"
        for number, (kept, length) in enumerate(zip(residues, lengths, strict=True))
    ]
    rows = {
        "protein": pl.Series(range(len(lengths)), dtype=pl.Int32),
        "id": chosen.ids,
        "length": pl.Series(lengths, dtype=pl.Int32),
        "residues": pl.Series(residues, dtype=pl.Int32),
        "status": status,
        "reason": pl.Series([reasons.get(number) for number in range(len(lengths))], dtype=pl.String),
        "cluster": relatives.clusters,
        "cluster_method": relatives.methods,
    }
    write_table(pl.DataFrame(rows), run.path / PROTEINS)
    list_files(run.path, RUN_FOLDER, [run.path / PROTEINS])
