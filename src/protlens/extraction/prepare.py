"""Makes a run directory ready: its manifest and its plan, written once, and what an earlier run has left."""

import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from protlens.data.dataset import Dataset
from protlens.errors import RunError, explain
from protlens.extraction.claims import claimed, claiming, owner_of
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.joined_input import between_chains, without_linkers
from protlens.extraction.plan import Plan
from protlens.files import write_table
from protlens.folder_lock import locked
from protlens.models.encoder import EncoderModel
from protlens.models.protocol import AttentionModel, reach_by_layer
from protlens.output_folders import FILES, OutputFolder, open_folder
from protlens.properties.mask import Property
from protlens.properties.selection import write_definition
from protlens.reach import EVERYWHERE
from protlens.runs.compaction import settle_shards
from protlens.runs.format import (
    MANIFEST,
    NEW_SHARDS,
    NULLS,
    PLAN,
    PROTEINS,
    RESULTS,
    RUN_FOLDER,
    SHARD_FILES,
    SHARDS,
    VERSION,
)
from protlens.runs.manifest import Manifest
from protlens.runs.sources import SOURCES, RunPart, write_sources
from protlens.runs.store import Run

COMPUTING = ("protlens", "torch", "transformers", "numpy", "scipy")
"""The packages whose versions a manifest records."""

DECIDING = ("threshold", "limit", "seed", "keep_arcs", "shard_residues")
"""The options that a manifest records as they are."""


def make_manifest(
    model: AttentionModel, dataset: Dataset, properties: Sequence[Property], plan: Plan, options: ExtractionOptions
) -> Manifest:
    """Return what identifies a run: the model, the proteins, the properties, and what else decides the sums."""
    kept: dict[str, Any] = {name: getattr(options, name) for name in DECIDING}
    if options.arcs_of is not None:
        kept["arcs_of"] = sorted(options.arcs_of)
    return Manifest(
        model={**asdict(model.info), "dtype": model.dtype, **_reach(model), **between_chains(model)},
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
    inner = without_linkers(model)
    found = inner.checked if isinstance(inner, EncoderModel) else None
    return {} if found is None else {"own_attention": f"a weight differs by {found.difference:.1e} at most"}


def _reach(model: AttentionModel) -> dict[str, list[list[int | None]]]:
    """Return how far each layer attends, unless all attend everywhere."""
    reach = reach_by_layer(model)
    return {"reach": [[one.back, one.ahead] for one in reach]} if set(reach) != {EVERYWHERE} else {}


def prepare_run(
    folder: OutputFolder,
    manifest: Manifest,
    plan: pl.DataFrame,
    *,
    sources: Mapping[RunPart, Path | None],
    shards: Sequence[int],
    fresh: bool,
) -> Run:
    """Make the directory ready for this run: new, or one that holds a part of it, on which others may be at work.

    A finished run of an earlier version stays one; a part of one cannot be completed.

    Parameters
    ----------
    folder
        The run directory.
    manifest, plan
        What identifies the run, and the rows of its ``plan.parquet``.
    sources
        Where model and dataset are.
    shards
        Those that this process is to work on; what is there of them is checked.
    fresh
        Start over if the directory holds a run.

    Raises
    ------
    RunError
        If it holds another run, or is to be started over while another process works on it.
    """
    if (folder.path / MANIFEST).exists():
        if fresh:
            _start_over(folder)
        else:
            there = Manifest.read(folder.path)
            settle_shards(folder.path, there)
            there.check_same(manifest, folder.path)
            manifest = replace(manifest, version=there.version, sealed=there.sealed)
            old = there.version != VERSION or not there.sealed
            if old and len(Run(folder.path, there).shards_done) < there.shards:
                early = f"format version {there.version}" if there.version != VERSION else "an early release"
                found = f"a part of a run of {early}"
                raise RunError(explain(f"run {folder.path}", found=found, hint="start over with fresh=True"))
    run = Run(folder.path, manifest)
    run.check_shards(shards)
    folder.remove_unfinished(besides=(SHARDS, NULLS))
    manifest.write(folder.path)
    write_sources(folder.path, sources)
    write_table(plan, folder.path / PLAN)
    folder.add(*(folder.path / name for name in (MANIFEST, SOURCES, PLAN)))
    folder.write_list()
    return run


def _start_over(folder: OutputFolder) -> None:
    """Remove a run and its null runs, and nothing that was laid beside them."""
    nulls = [path for path in folder.path.glob(f"{NULLS}/*/{'[0-9]' * 5}") if RUN_FOLDER.made(path)]
    for run in (folder.path, *nulls):
        _check_nobody_works(run)
        _check_shards_alone(run)
    for path in nulls:
        _remove_null(path)
    begun = (*folder.path.glob(f"{SHARDS}/*.failed"), folder.path / NEW_SHARDS)
    for path in [*_shards(folder.path), *begun, *(folder.path / name for name in (PLAN, PROTEINS, *RESULTS))]:
        folder.remove(path)
    folder.remove_unfinished(besides=(NULLS,))
    folder.remove_listed(keep=[folder.path / MANIFEST])


def _remove_null(path: Path) -> None:
    """Remove a null run, and the folders that are left empty by it."""
    with locked(path):
        null = open_folder(path, RUN_FOLDER)
        _start_over(null)
        for name in (MANIFEST, FILES):
            null.remove(path / name)
    for folder in (path / SHARDS, path, path.parent, path.parent.parent):
        with suppress(OSError):  # unless something else is in it
            folder.rmdir()


def _check_nobody_works(run: Path) -> None:
    """Raise RunError if a process works on a shard; what killed ones have left is removed."""
    with claiming(run) as claims:
        for shard, claim in claimed(run).items():
            if not claims.take(shard):
                found = f"{owner_of(claim)} works on its shard {shard}"
                raise RunError(explain(f"run {run}", found=found, hint="wait until that has ended, or end it"))


def _shards(run: Path) -> list[Path]:
    return sorted((run / SHARDS).glob("[0-9]" * 5))


def _check_shards_alone(run: Path) -> None:
    """Raise RunError if a shard, which is removed as a whole, has a file in it that protlens did not write."""
    for shard in _shards(run):
        others = sorted(file.name for file in shard.iterdir() if file.name not in SHARD_FILES)
        if others:
            found = f"{others[0]} in {shard.relative_to(run)}, which protlens did not write"
            raise RunError(explain(f"run {run}", found=found, hint="move it elsewhere"))
