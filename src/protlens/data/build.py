"""Datasets from many structure files."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from protlens.data.catalog import STRUCTURE_SUFFIXES, suffix_of
from protlens.data.copies import Copy, find_copies
from protlens.data.dataset import Dataset, rows_of
from protlens.data.dataset_file import SCHEMA
from protlens.data.identifiers import is_registered, names_by_path
from protlens.data.kept_rows import keep_rows
from protlens.data.relatives import name_relatives
from protlens.data.structures.chains import read_structure
from protlens.data.worker_pool import in_order
from protlens.errors import DatasetError, FileFormatError, explain
from protlens.typing import PathInput


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one chain of it, that was left out.

    Parameters
    ----------
    path
        The file.
    reason
        Why.
    copy
        Which chain was left out beside which, if that is why; else None.
    chain
        The id of the chain that was left out; None for a whole file.
    """

    path: Path
    reason: str
    copy: Copy | None = None
    chain: str | None = None


def build_dataset(
    paths: PathInput | Iterable[PathInput],
    *,
    name: str,
    unique: bool = True,
    workers: int = 1,
    scratch: PathInput | None = None,
) -> tuple[Dataset, list[Skipped]]:
    """Read the protein chains of many structure files into one dataset.

    A file that cannot be read is left out and told, as is a chain whose identifier an earlier file has brought. Entries
    without an identifier, with one that says nothing (``model``), or with one of no archive that several files share,
    are named after their files, and after folders where files share a name. Where relatives are left, or found, all
    proteins name a cluster (see :func:`~protlens.data.relatives.name_relatives`).

    Parameters
    ----------
    paths
        mmCIF, BinaryCIF or PDB files, or folders of them, whose files are taken by their names' endings; several, or a
        single one. Their order, and that of names in a folder, is that of the proteins.
    name
        The dataset's name.
    unique
        Of identical and nearly identical chains keep one, see :func:`~protlens.data.copies.find_copies`.
    workers
        How many processes read files; the dataset is the same.
    scratch
        A folder that holds what is read, for as long as the dataset is in use; None holds it in memory.

    Returns
    -------
    The dataset, and what was left out with its reason.

    Raises
    ------
    DatasetError
        If no file held a protein, a worker was ended from outside, or MMseqs2 is installed and fails.
    OptionError
        If there is no worker.
    StorageError
        If the disk is full.

    Examples
    --------
    >>> dataset, skipped = protlens.build_dataset("structures/7hvp.pdb.gz", name="protease")
    >>> dataset.ids, len(skipped)
    (['7HVP.A'], 1)
    >>> both, _ = protlens.build_dataset("structures/7hvp.pdb.gz", name="protease", unique=False)
    >>> both.ids
    ['7HVP.A', '7HVP.B']
    """
    skipped: list[Skipped] = []
    files = list(_files([paths] if isinstance(paths, str | os.PathLike) else paths))
    chains: list[_Chain] = []
    rows, index = keep_rows(
        _read_all(files, chains, skipped, workers=workers), None if scratch is None else Path(scratch)
    )
    origins: dict[str, Path] = {}
    numbers = np.array(list(_each_once(_named(chains), origins, skipped)), np.int64)
    if not len(numbers):
        found = skipped[0].reason if skipped else "no files"
        raise DatasetError(explain(f"dataset {name!r}", found=f"no protein in any of {len(files)} files: {found}"))
    index = index.take(pa.array(numbers)).set_column(0, SCHEMA.field("id"), pa.array([*origins]))
    dataset = Dataset.of_rows(name, rows, index, numbers)
    copies = find_copies(dataset) if unique else []
    skipped += [
        Skipped(origins[copy.id], explain(f"chain {copy.id}", found=copy.reason), copy, copy.id) for copy in copies
    ]
    left_out = {copy.id for copy in copies}
    return name_relatives(dataset.take([n for n, one in enumerate(dataset.ids) if one not in left_out])), skipped


@dataclass(frozen=True, slots=True)
class _Chain:
    """A chain that was read: its file, what the file is called, and what its entry calls it."""

    path: Path
    file: str
    entry: str
    chain: str

    def id(self, entry: str) -> str:
        return f"{entry}.{self.chain}" if self.chain else entry


def _files(paths: Iterable[PathInput]) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        held = sorted(file for file in path.rglob("*") if suffix_of(file) in STRUCTURE_SUFFIXES and file.is_file())
        if not held:
            raise DatasetError(explain(f"folder {path}", found="no structure in it", allowed=STRUCTURE_SUFFIXES))
        yield from held


def _read_all(
    files: Sequence[Path], chains: list[_Chain], skipped: list[Skipped], *, workers: int
) -> Iterator[pa.Table]:
    """Yield the rows of each file that can be read, and note its chains."""
    names = names_by_path(files)
    read = in_order(_read, zip(files, names, strict=True), workers=workers)
    for path, name, found in zip(files, names, read, strict=True):
        if isinstance(found, str):
            skipped.append(Skipped(path, found))
            continue
        for identifier, chain in zip(found["id"].to_pylist(), found["chain"].to_pylist(), strict=True):
            chains.append(_Chain(path, name, identifier.removesuffix(f".{chain}"), chain))
        yield found


def _read(path: Path, name: str) -> pa.Table | str:
    """Return the chains of a file as rows, or why it cannot be read."""
    try:
        return rows_of(read_structure(path, name=name))
    except FileFormatError as error:
        return str(error)


def _named(chains: Sequence[_Chain]) -> Iterator[tuple[_Chain, str]]:
    """Yield each chain with its id; entries of no archive that several files share are named after the files."""
    sharing: dict[str, set[str]] = {}
    for one in chains:
        sharing.setdefault(one.entry, set()).add(one.file)
    shared = {entry for entry, some in sharing.items() if len(some) > 1 and not is_registered(entry)}
    return ((one, one.id(one.file if one.entry in shared else one.entry)) for one in chains)


def _each_once(named: Iterable[tuple[_Chain, str]], origins: dict[str, Path], skipped: list[Skipped]) -> Iterator[int]:
    """Yield the places of the chains whose ids no earlier one has; ``origins`` gets their ids and files."""
    for number, (one, identifier) in enumerate(named):
        if identifier in origins:
            found = f"its id was already read from {origins[identifier]}"
            reason = explain(f"chain {identifier} of {one.path}", found=found)
            skipped.append(Skipped(one.path, reason, chain=identifier))
        else:
            origins[identifier] = one.path
            yield number
