"""What ``protlens contacts`` is to predict: a sequence, a file, a dataset, or an entry of a database."""

from pathlib import Path

from protlens.cli.screen import say
from protlens.data.catalog import DATASETS, load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.download import structure_file


def read_target(target: str, *, offline: bool = False) -> Dataset:
    """Return the proteins that a target names.

    Parameters
    ----------
    target
        A file that is there, or else a name of the catalog, a sequence of letters alone, or an entry of the PDB
        (``7hvp``) or of the AlphaFold database (``AF-P69905``).
    offline
        Take an entry from the cache or not at all.

    Raises
    ------
    FileFormatError
        If it is none of them, or a file cannot be read.
    DownloadError
        If an entry is neither in the cache nor can be fetched.
    """
    if _is_there(target) or target in DATASETS:
        return load_dataset(target)
    if target.isascii() and target.isalpha():
        return Dataset("sequence", [Protein(id="sequence", sequence=target.upper())])
    return load_dataset(structure_file(target, offline=offline, on_note=say))


def _is_there(target: str) -> bool:
    """Whether a target is a file or a folder; a long sequence is too long a name for one."""
    try:
        return Path(target).exists()
    except OSError:
        return False
