"""Datasets from many structure files."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import DatasetError, FileFormatError, explain
from protlens.typing import PathInput


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one chain of it, that was left out, and why."""

    path: Path
    reason: str


def build_dataset(paths: PathInput | Iterable[PathInput], *, name: str) -> tuple[Dataset, list[Skipped]]:
    """Read the protein chains of many structure files into one dataset.

    A file that cannot be read is left out and told, as is a chain whose identifier an earlier file has brought.

    Parameters
    ----------
    paths
        mmCIF, BinaryCIF or PDB files, or a single one; their order is that of the proteins.
    name
        The dataset's name.

    Returns
    -------
    The dataset, and what was left out with its reason.

    Raises
    ------
    DatasetError
        If no file held a protein.
    """
    skipped: list[Skipped] = []
    files = [paths] if isinstance(paths, str | os.PathLike) else paths
    proteins = list(_read_all(map(Path, files), skipped))
    if not proteins:
        found = skipped[0].reason if skipped else "no files"
        raise DatasetError(explain(f"dataset {name!r}", found=f"no protein in any of {len(skipped)} files: {found}"))
    return Dataset(name, proteins), skipped


def _read_all(paths: Iterable[Path], skipped: list[Skipped]) -> Iterator[Protein]:
    origins: dict[str, Path] = {}
    for path in paths:
        try:
            proteins = read_structure(path)
        except FileFormatError as error:
            skipped.append(Skipped(path, str(error)))
            continue
        for protein in proteins:
            if protein.id in origins:
                found = f"its id was already read from {origins[protein.id]}"
                skipped.append(Skipped(path, explain(f"chain {protein.id} of {path}", found=found)))
            else:
                origins[protein.id] = path
                yield protein
