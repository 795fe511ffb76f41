"""A job handed to other processes of this machine, with weights that they share.

The weights lie in a file beside the job that every process maps into its memory: the system keeps one copy of them. All
else is written by cloudpickle, so that properties of a user's notebook are there too. Both files lie in a folder that
only the user can read and that goes with the run; nothing that another has written is ever read this way.
"""

import pickle
from pathlib import Path
from typing import IO, Any, TypeAlias

import cloudpickle
import torch
from torch import Tensor

from protlens.extraction.job import Job

_JOB, _WEIGHTS = "job", "weights"
_ALIGNED = 64

Stored: TypeAlias = tuple[int, torch.dtype, tuple[int, ...], tuple[int, ...], str]
"""A tensor in the file of weights: first element, type, shape, strides, and the kind of device that it belongs to."""


def write_job(job: Job, folder: Path) -> None:
    """Write a job into a folder."""
    with (folder / _JOB).open("wb") as file, (folder / _WEIGHTS).open("wb") as weights:
        _Writer(file, weights).dump(job)


def read_job(folder: Path) -> Job:
    """Return the job that this user's own process has written into a folder; its weights are mapped, not read."""
    path = folder / _WEIGHTS
    size = path.stat().st_size
    stored = torch.from_file(str(path), shared=False, size=size, dtype=torch.uint8) if size else torch.empty(0)
    with (folder / _JOB).open("rb") as file:
        job = _Reader(file, stored.untyped_storage()).load()
    assert isinstance(job, Job)
    return job


class _Writer(cloudpickle.Pickler):
    """Writes tensors to a file of their own, each piece of memory once."""

    def __init__(self, file: IO[bytes], weights: IO[bytes]) -> None:
        super().__init__(file)
        self._weights = weights
        self._starts: dict[tuple[str, int], int] = {}

    def persistent_id(self, value: object) -> Stored | None:
        if type(value) is not Tensor or value.layout != torch.strided or value.is_quantized:
            return None
        first = self._start(value) // value.element_size() + int(value.storage_offset())
        return first, value.dtype, tuple(value.shape), tuple(map(int, value.stride())), value.device.type

    def _start(self, value: Tensor) -> int:
        """Return where the memory of a tensor begins in the file, in bytes; it is written if it is not there."""
        storage: Any = value.untyped_storage()
        key = (str(value.device), storage.data_ptr())
        if key not in self._starts:
            self._weights.write(b"\0" * (-self._weights.tell() % _ALIGNED))
            self._starts[key] = self._weights.tell()
            torch.empty(0, dtype=torch.uint8).set_(storage.cpu()).numpy().tofile(self._weights)
        return self._starts[key]


class _Reader(pickle.Unpickler):
    def __init__(self, file: IO[bytes], stored: torch.UntypedStorage) -> None:
        super().__init__(file)
        self._stored = stored

    def persistent_load(self, place: Stored) -> Tensor:
        start, dtype, shape, stride, device = place
        mapped = torch.empty(0, dtype=dtype).set_(self._stored, start, shape, stride)
        return mapped if device == "cpu" else mapped.to(device)
