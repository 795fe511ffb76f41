"""Datasets from many structure files."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from protlens.data.copies import Copy, find_copies
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.relatives import name_relatives
from protlens.data.structures.chains import read_structure
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
    """

    path: Path
    reason: str
    copy: Copy | None = None


def build_dataset(
    paths: PathInput | Iterable[PathInput], *, name: str, unique: bool = True
) -> tuple[Dataset, list[Skipped]]:
    """Read the protein chains of many structure files into one dataset.

    A file that cannot be read is left out and told, as is a chain whose identifier an earlier file has brought. Where
    relatives are left, or found, all proteins name a cluster (see :func:`~protlens.data.relatives.name_relatives`).

    Parameters
    ----------
    paths
        mmCIF, BinaryCIF or PDB files, or a single one; their order is that of the proteins.
    name
        The dataset's name.
    unique
        Of identical and nearly identical chains keep one, see :func:`~protlens.data.copies.find_copies`.

    Returns
    -------
    The dataset, and what was left out with its reason.

    Raises
    ------
    DatasetError
        If no file held a protein, or MMseqs2 is installed and fails.

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
    files = [paths] if isinstance(paths, str | os.PathLike) else paths
    origins: dict[str, Path] = {}
    proteins = list(_read_all(map(Path, files), origins, skipped))
    if not proteins:
        found = skipped[0].reason if skipped else "no files"
        raise DatasetError(explain(f"dataset {name!r}", found=f"no protein in any of {len(skipped)} files: {found}"))
    copies = find_copies(proteins) if unique else []
    skipped += [Skipped(origins[copy.id], explain(f"chain {copy.id}", found=copy.reason), copy) for copy in copies]
    left_out = {copy.id for copy in copies}
    return name_relatives(Dataset(name, [protein for protein in proteins if protein.id not in left_out])), skipped


def _read_all(paths: Iterable[Path], origins: dict[str, Path], skipped: list[Skipped]) -> Iterator[Protein]:
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
