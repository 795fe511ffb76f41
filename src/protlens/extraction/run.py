"""The one entry: :func:`extract`."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from protlens.data.dataset import Dataset
from protlens.errors import OptionError, RunError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import Plan, make_plan
from protlens.extraction.worker import Worker
from protlens.files import UNFINISHED, remove, write_table
from protlens.models.protocol import AttentionModel
from protlens.properties.mask import Property
from protlens.properties.selection import write_definition
from protlens.runs.format import MANIFEST, PROTEINS, RESULTS, SHARDS, VERSION
from protlens.runs.manifest import Manifest
from protlens.runs.shard import read_skipped, write_shard
from protlens.runs.store import Run
from protlens.typing import Progress

COMPUTING = ("protlens", "torch", "transformers", "numpy", "scipy")
"""The packages whose versions a manifest records."""


def extract(
    model: AttentionModel,
    dataset: Dataset,
    properties: Sequence[Property],
    *,
    out: Path,
    options: ExtractionOptions | None = None,
    fresh: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Run:
    """Run a model over a data set and keep the sums in a run directory.

    A directory that holds part of the same run is completed; what is there is not computed again. The integers do
    not depend on batches, shards or interruptions.

    Parameters
    ----------
    model, dataset, properties
        What to analyse; the names of the properties are unique.
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
    RunError
        If the directory holds another run, or something that is not a run.
    StorageError
        If the disk is full; what was written so far stays and the run can be resumed.
    """
    options = options or ExtractionOptions()
    _check_names(properties)
    plan = make_plan(dataset, options, max_residues=model.info.max_residues)
    manifest = _manifest(model, dataset, properties, plan, options)
    run = _open_folder(out, manifest, fresh=fresh)
    done = _Progress(len(plan.chosen), on_progress)
    worker = Worker(
        model=model,
        dataset=dataset,
        plan=plan,
        properties=sorted(properties, key=lambda found: found.level == "pair"),
        bins=run.bins,
        batch_tokens=options.batch_tokens,
        on_proteins=done.advance,
    )
    finished = set(run.shards_done)
    for shard, numbers in enumerate(plan.shards):
        if shard in finished:
            done.advance(len(numbers))
        else:
            sums = worker.analyse(numbers)
            write_shard(out, shard, sums, {one: worker.skipped[one] for one in numbers if one in worker.skipped})
    _write_proteins(run, dataset, plan)
    return run


class _Progress:
    def __init__(self, total: int, report: Callable[[int, int], None]) -> None:
        self.total = total
        self.done = 0
        self.report = report

    def advance(self, proteins: int) -> None:
        self.done += proteins
        self.report(self.done, self.total)


def _check_names(properties: Sequence[Property]) -> None:
    names = [found.name for found in properties]
    if not names:
        raise OptionError(explain("properties", found="none", allowed="one or more"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OptionError(explain(f"property {twice[0]!r}", found="asked for twice"))


def _manifest(
    model: AttentionModel, dataset: Dataset, properties: Sequence[Property], plan: Plan, options: ExtractionOptions
) -> Manifest:
    kept: dict[str, Any] = asdict(options)
    del kept["batch_tokens"]
    return Manifest(
        model={**asdict(model.info), "dtype": model.dtype},
        dataset={"name": dataset.name, "fingerprint": dataset.fingerprint(), "proteins": len(dataset)},
        properties={found.name: found.level for found in properties},
        options={
            **kept,
            "max_length": plan.max_length,
            "definitions": list(map(write_definition, properties)),
        },
        versions={"python": platform.python_version(), **{name: version(name) for name in COMPUTING}},
        shards=len(plan.shards),
    )


def _open_folder(out: Path, manifest: Manifest, *, fresh: bool) -> Run:
    """Make the directory ready for this run: new, or one that holds a part of it.

    A finished run of an earlier version stays one; a part of one cannot be completed.
    """
    if out.exists() and not out.is_dir():
        raise RunError(explain(f"run {out}", found="a file", allowed="a folder"))
    if not (out / MANIFEST).exists():
        if out.exists() and any(not file.match(UNFINISHED) for file in out.iterdir()):
            found = "a folder with other files in it"
            raise RunError(explain(f"run {out}", found=found, hint="choose another with --out"))
    elif fresh:
        for name in (SHARDS, PROTEINS, *RESULTS):
            remove(out / name)
    else:
        there = Manifest.read(out)
        there.check_same(manifest, out)
        manifest = replace(manifest, version=there.version)
        if there.version != VERSION and len(Run(out, there).shards_done) < there.shards:
            found = f"a part of a run of format version {there.version}"
            raise RunError(explain(f"run {out}", found=found, hint="start over with --fresh"))
    for left in list(out.rglob(UNFINISHED)):
        remove(left)
    manifest.write(out)
    return Run(out, manifest)


def _write_proteins(run: Run, dataset: Dataset, plan: Plan) -> None:
    """Write what became of each protein."""
    reasons = read_skipped(run.path, run.shards_done)
    chosen = dataset.take(plan.chosen)
    lengths = chosen.lengths
    residues = [0 if number in reasons else min(length, plan.max_length) for number, length in enumerate(lengths)]
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
    }
    write_table(pl.DataFrame(rows), run.path / PROTEINS)
