"""Datasets from many structure files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import DatasetError, FileFormatError, explain


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one chain of it, that was left out, and why."""

    path: Path
    reason: str


def build_dataset(paths: Iterable[Path], *, name: str) -> tuple[Dataset, list[Skipped]]:
    """Read the protein chains of many structure files into one dataset.

    A file that cannot be read is left out and told, as is a chain whose identifier an earlier file has brought.

    Parameters
    ----------
    paths
        mmCIF, BinaryCIF or PDB files; their order is that of the proteins.
    name
        The dataset's name.

    Returns
    -------
    The dataset, and what was left out with its reason.

    Raises
    ------
    DatasetError
        If no file held a protein.

    Examples
    --------
    >>> from pathlib import Path
    >>> dataset, skipped = protlens.build_dataset([Path("structures/7hvp.pdb.gz")], name="protease")
    >>> dataset.ids, skipped
    (['7HVP.A', '7HVP.B'], [])
    """
    skipped: list[Skipped] = []
    proteins = list(_read_all(paths, skipped))
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
