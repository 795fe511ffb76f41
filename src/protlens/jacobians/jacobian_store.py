"""Finished maps of Jacobians, and finished blocks of unfinished ones, by what they were computed from.

::

    FOLDER/KEY.safetensors                a map, float32 [residue, residue]
    FOLDER/KEY.blocks/00000.safetensors   what some positions of it gave; the folder is removed when the map is whole

A file appears whole or not at all, and carries the sha256 of its numbers. One that does not fit is computed again.
Processes may share a folder: they write the same files, at worst twice, and the first to finish removes the blocks.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
from jaxtyping import Float32
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from protlens.errors import StorageError, explain
from protlens.files import remove, replacing
from protlens.models.protocol import ModelInfo
from protlens.typing import PathInput

FORMAT = "protlens-jacobian"
VERSION = 1

Numbers = Float32[np.ndarray, "..."]

_VALUES = "values"
_LARGEST_HEADER = 4096


def jacobian_key(info: ModelInfo, *, dtype: str, kind: str, substitutes: int, sequence: str) -> str:
    """Return what a map is found by: the sha256 of all that decides what is in it, in hexadecimal digits.

    Parameters
    ----------
    info, dtype
        The model, of which the digests of weights and settings count, and what it computes in.
    kind, substitutes
        What is looked at, and how many substitutes of each residue are tried.
    sequence
        The chain.
    """
    decides = [FORMAT, VERSION, info.sha256, info.settings_sha256, dtype, kind, substitutes, sequence]
    return sha256(json.dumps(decides).encode()).hexdigest()


class JacobianStore:
    """A folder of maps, finished and unfinished, which is made when the first file is written.

    Parameters
    ----------
    folder
        Where they lie; other files in it are left alone.

    Examples
    --------
    >>> from protlens.jacobians.jacobian_store import JacobianStore
    >>> JacobianStore("jacobians").find_map("0" * 64, residues=100) is None
    True
    """

    def __init__(self, folder: PathInput) -> None:
        self.folder = Path(folder)

    def find_map(self, key: str, *, residues: int) -> Float32[np.ndarray, "residue residue"] | None:
        """Return a finished map, or None if there is none that is whole."""
        return _checked(self._map(key), (residues, residues))

    def keep_map(self, key: str, finished: Float32[np.ndarray, "residue residue"]) -> None:
        """Write a finished map, and remove its blocks.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        _write(self._map(key), finished)
        remove(self._blocks(key))

    def block(self, key: str, number: int, shape: tuple[int, ...], make: Callable[[], Numbers]) -> "StoredBlock":
        """Return a block of a map that is not finished, made if there is none that is whole.

        Parameters
        ----------
        key, number
            The map, and which of its blocks.
        shape
            What the block must have.
        make
            Computes it.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        path = self._blocks(key) / f"{number:05d}.safetensors"
        if _checked(path, shape) is None:
            _write(path, make())
        return StoredBlock(path)

    def _map(self, key: str) -> Path:
        return self.folder / f"{key}.safetensors"

    def _blocks(self, key: str) -> Path:
        return self.folder / f"{key}.blocks"


class StoredBlock:
    """A block that lies on disk, whole.

    Its numbers are not kept in memory, nor the file open, which would count as memory of the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, residues: slice | None = None) -> Numbers:
        """Return its numbers, or those at some places of its third axis, without the others.

        Raises
        ------
        StorageError
            If another process has finished the map and removed its blocks.
        """
        try:
            with safe_open(self._path, framework="numpy") as file:
                values: Numbers
                values = file.get_tensor(_VALUES) if residues is None else file.get_slice(_VALUES)[:, :, residues]
        except FileNotFoundError as error:
            asked, hint = f"block {self._path}", "run it again, which goes on from what is there"
            raise StorageError(explain(asked, found="removed by another process", hint=hint)) from error
        return values


def _write(path: Path, values: Numbers) -> None:
    with replacing(path) as beside:
        beside.write_bytes(save({_VALUES: values}, metadata={"sha256": _digest(values)}))


def _checked(path: Path, shape: tuple[int, ...]) -> Numbers | None:
    """Return the numbers of a file, None unless they are those that were written, of this shape and finite."""
    try:
        if path.stat().st_size > 4 * int(np.prod(shape)) + _LARGEST_HEADER:
            return None
        with safe_open(path, framework="numpy") as file:
            values: Numbers = file.get_tensor(_VALUES)
            digest = (file.metadata() or {}).get("sha256")
    except (OSError, SafetensorError, ValueError, TypeError):
        return None
    fits = values.shape == shape and values.dtype == np.float32 and digest == _digest(values)
    return values if fits and np.isfinite(values).all() else None


def _digest(values: Numbers) -> str:
    return sha256(np.ascontiguousarray(values).data).hexdigest()
