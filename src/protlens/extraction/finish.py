"""What is made of a run once all shards are there: the list of its proteins and of their relatives."""

from collections.abc import Sequence
from contextlib import suppress

import polars as pl
from polars.exceptions import ColumnNotFoundError

from protlens.data.dataset import Dataset
from protlens.data.relatives import Relatives, find_relatives
from protlens.errors import RunError
from protlens.extraction.claims import claimed, claiming, remove_begun
from protlens.extraction.plan import larger_shards
from protlens.files import write_table
from protlens.folder_lock import locked
from protlens.output_folders import list_files
from protlens.runs.compaction import join_shards, settle_shards
from protlens.runs.format import MANIFEST, PLAN, PROTEINS, RUN_FOLDER, VERSION
from protlens.runs.manifest import Manifest
from protlens.runs.shard import read_skipped
from protlens.runs.store import Run

MOST_SHARDS = 100
"""Shards that a finished run keeps, but for one in each window of the plan; a folder of files each."""


def finish_run(run: Run, chosen: Dataset, relatives: Relatives | None = None) -> Run:
    """Write what became of each protein of a run, and who its relatives are, and join its shards if they are many.

    Parameters
    ----------
    run
        All of its shards are there.
    chosen
        The proteins that were chosen, in the order of their numbers.
    relatives
        Searched for if None.

    Raises
    ------
    RunError
        If shards are missing, or changed.
    DatasetError
        If MMseqs2 is needed to find relatives, and fails.
    """
    with locked(run.path, wait=-1):
        run = Run.open(run.path)  # another process may have finished it meanwhile
        settle_shards(run.path, run.manifest)
        run.check_complete()
        run.check_shards()
        _sweep(run)
        _write_proteins(run, chosen, relatives or relatives_of(run, chosen))
        return _with_fewer_shards(run, chosen.lengths)


def _with_fewer_shards(run: Run, lengths: Sequence[int]) -> Run:
    manifest = run.manifest
    if manifest.shards <= MOST_SHARDS or manifest.version != VERSION:
        return run
    larger, groups = _larger(lengths, manifest)
    plan = pl.read_parquet(run.path / PLAN)
    home = {shard: number for number, shards in enumerate(groups) for shard in shards}
    manifest = join_shards(run.path, manifest, groups, shard_residues=larger)
    write_table(plan.with_columns(pl.col("shard").replace_strict(home, return_dtype=pl.Int32)), run.path / PLAN)
    list_files(run.path, RUN_FOLDER, [run.path / MANIFEST, run.path / PLAN])
    return Run(run.path, manifest)


def _larger(lengths: Sequence[int], manifest: Manifest) -> tuple[int, list[list[int]]]:
    """Return how large shards are to be, and the numbers of those that each is made of."""
    residues, max_length = manifest.options["shard_residues"], manifest.options["max_length"]
    larger, before = residues * -(-manifest.shards // MOST_SHARDS), manifest.shards
    while True:
        groups = larger_shards(lengths, max_length, residues=residues, larger=larger)
        if len(groups) <= MOST_SHARDS or len(groups) == before:
            return larger, groups
        larger, before = 2 * larger, len(groups)


def _sweep(run: Run) -> None:
    """Remove what processes that were killed have left beside the shards."""
    with claiming(run.path) as claims:
        free = [shard for shard in claimed(run.path) if claims.take(shard)]
    for shard in set(run.shards_done) - (claimed(run.path).keys() - set(free)):
        remove_begun(run.path, shard)


def relatives_of(run: Run, chosen: Dataset) -> Relatives:
    """Return the relatives that a finished run names, unless the dataset now names others; else search for them."""
    with suppress(RunError, ColumnNotFoundError):
        table = run.proteins().select("id", "cluster", "cluster_method")
        kept = Relatives(tuple(table["cluster"]), tuple(table["cluster_method"]))
        if table["id"].to_list() == chosen.ids and kept.follow(chosen):
            return kept
    return find_relatives(chosen)


def _write_proteins(run: Run, chosen: Dataset, relatives: Relatives) -> None:
    """Write what became of each protein, and who its relatives are."""
    reasons, max_length = read_skipped(run.path, run.shards_done), run.manifest.options["max_length"]
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
