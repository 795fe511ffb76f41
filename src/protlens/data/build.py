"""Datasets from many structure files."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from protlens.data.catalog import STRUCTURE_SUFFIXES, suffix_of
from protlens.data.copies import Copy, find_copies
from protlens.data.dataset import Dataset
from protlens.data.identifiers import is_registered, names_by_path
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
    chain
        The id of the chain that was left out; None for a whole file.
    """

    path: Path
    reason: str
    copy: Copy | None = None
    chain: str | None = None


def build_dataset(
    paths: PathInput | Iterable[PathInput], *, name: str, unique: bool = True
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
    files = list(_files([paths] if isinstance(paths, str | os.PathLike) else paths))
    origins: dict[str, Path] = {}
    proteins = list(_each_once(_read_all(files, skipped), origins, skipped))
    if not proteins:
        found = skipped[0].reason if skipped else "no files"
        raise DatasetError(explain(f"dataset {name!r}", found=f"no protein in any of {len(files)} files: {found}"))
    copies = find_copies(proteins) if unique else []
    skipped += [
        Skipped(origins[copy.id], explain(f"chain {copy.id}", found=copy.reason), copy, copy.id) for copy in copies
    ]
    left_out = {copy.id for copy in copies}
    return name_relatives(Dataset(name, [protein for protein in proteins if protein.id not in left_out])), skipped


def _files(paths: Iterable[PathInput]) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        held = sorted(file for file in path.rglob("*") if suffix_of(file) in STRUCTURE_SUFFIXES and file.is_file())
        if not held:
            raise DatasetError(explain(f"folder {path}", found="no structure in it", allowed=STRUCTURE_SUFFIXES))
        yield from held


def _read_all(files: Sequence[Path], skipped: list[Skipped]) -> list[tuple[Path, list[Protein]]]:
    """Read the files that can be read; entries of no archive that several of them share are named after the files."""
    names = names_by_path(files)
    read: list[tuple[Path, str, list[Protein]]] = []
    for path, name in zip(files, names, strict=True):
        try:
            read.append((path, name, read_structure(path, name=name)))
        except FileFormatError as error:
            skipped.append(Skipped(path, str(error)))
    sharing: dict[str, set[str]] = {}
    for _, name, proteins in read:
        sharing.setdefault(_entry(proteins[0]), set()).add(name)
    shared = {entry for entry, some in sharing.items() if len(some) > 1 and not is_registered(entry)}
    return [
        (path, [_renamed(one, name) if _entry(one) in shared else one for one in proteins])
        for path, name, proteins in read
    ]


def _entry(protein: Protein) -> str:
    return protein.id.removesuffix(f".{protein.chain}")


def _renamed(protein: Protein, entry: str) -> Protein:
    return replace(protein, id=f"{entry}.{protein.chain}" if protein.chain else entry)


def _each_once(
    read: Iterable[tuple[Path, list[Protein]]], origins: dict[str, Path], skipped: list[Skipped]
) -> Iterator[Protein]:
    for path, proteins in read:
        for protein in proteins:
            if protein.id in origins:
                found = f"its id was already read from {origins[protein.id]}"
                reason = explain(f"chain {protein.id} of {path}", found=found)
                skipped.append(Skipped(path, reason, chain=protein.id))
            else:
                origins[protein.id] = path
                yield protein
