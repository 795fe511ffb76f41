"""The shards of a finished run as fewer and larger ones, of which its file system has less to keep.

A larger shard is what the same run would have written with a larger ``shard_residues``: its files are those of its
parts, one after the other, and its sums are theirs, added. All are written beside the shards that are there,
``RUN/shards.new``; then the manifest is replaced, and then the folders change places. What a process that was killed in
between has left, the next one that writes into the run completes or removes.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from protlens.files import remove
from protlens.runs.format import NEW_SHARDS, SEAL, SHARD_FILES, SHARDS, SUMS, shard_folder
from protlens.runs.manifest import Manifest
from protlens.runs.seal import write_seal
from protlens.runs.table_files import read_table, stored_names, write_once, write_parts
from protlens.runs.totals import totals_by_layer


def join_shards(run: Path, manifest: Manifest, groups: Sequence[Sequence[int]], *, shard_residues: int) -> Manifest:
    """Replace the shards of a finished run by larger ones, and return its new manifest.

    Parameters
    ----------
    run, manifest
        The directory, to which nobody else writes, and its manifest.
    groups
        The numbers of the shards that each larger one is made of, all together each once.
    shard_residues
        With which the run would have had the larger ones.

    Raises
    ------
    RunError
        If a file is damaged.
    StorageError
        If the disk is full; the run is as it was then.
    """
    options = {**manifest.options, "shard_residues": shard_residues}
    larger = replace(manifest, options=options, shards=len(groups))
    remove(run / NEW_SHARDS)
    for number, shards in enumerate(groups):
        folder = run / NEW_SHARDS / shard_folder(run, number).name
        folder.mkdir(parents=True)
        _join(run, shards, folder)
        write_seal(folder, belongs_to=larger.fingerprint)
    larger.write(run)
    settle_shards(run, larger)
    return larger


def settle_shards(run: Path, manifest: Manifest) -> None:
    """Complete or remove what a process has left that was killed while it replaced the shards."""
    new = run / NEW_SHARDS
    if not new.is_dir():
        return
    folders = sorted(new.iterdir())
    if len(folders) == manifest.shards and all(_owner(folder) == manifest.fingerprint for folder in folders):
        remove(run / SHARDS)
        new.rename(run / SHARDS)
    else:
        remove(new)


def _owner(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / SEAL).read_text(encoding="utf-8"))["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _join(run: Path, shards: Sequence[int], folder: Path) -> None:
    for name in SHARD_FILES:
        files = [shard_folder(run, shard) / name for shard in shards]
        if name == SEAL or not files[0].is_file():
            continue
        if name == SUMS:
            write_once(_added(run, files), folder / name)
        else:
            names = stored_names(files)
            parts = (read_table(run, file, columns=list(dict.fromkeys(names.values()))) for file in files)
            write_parts(parts, names, folder / name)


def _added(run: Path, files: Sequence[Path]) -> pa.Table:
    """Return the sums of all layers, those of the files added."""
    first = read_table(run, files[0])
    totals = totals_by_layer(read_table(run, file).drop_columns("layer") for file in files)
    sums = {
        name: pa.FixedSizeListArray.from_arrays(pa.array(total), first.schema.field(name).type.list_size)
        for name, total in totals.items()
    }
    return pa.table({"layer": first["layer"], **sums})
