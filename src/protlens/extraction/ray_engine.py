"""Workers on a cluster, each an actor of Ray Core.

Actors are asked for by what the cluster has, one for each GPU or for some cores, and more as it grows. A shard is given
to one that is ready; one that is lost, with its machine or alone, costs its shard one of its tries. A worker that finds
the claim of its shard in the run directory shares the disk, and writes there; any other sends its files back.
"""

import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protlens.errors import OptionError, RunError, explain
from protlens.extraction.engine import MOST_FAILURES, Given, OnProteins, Outcome, Work
from protlens.extraction.job import Job, ShardWorker
from protlens.extraction.worker_process import in_one_line
from protlens.files import remove, replacing_folder
from protlens.runs.format import claim_file, shard_folder

_LOOK = 5.0
"""Seconds after which the cluster is looked at again, for machines that came."""

_SECONDS_TO_CONNECT = 10.0

_PATIENCE = 300.0
"""Seconds to wait for the first worker to be ready."""


@dataclass(frozen=True, slots=True)
class RayEngine:
    """Works on shards with Ray: on this machine, or on the cluster that it is told.

    Parameters
    ----------
    address
        Of the cluster; ``auto`` for the one that this machine belongs to, None for a new one on this machine alone.
    threads
        Cores for each worker, where the model does not run on a GPU.

    Raises
    ------
    OptionError
        If Ray is not installed, or there are to be no cores.

    Examples
    --------
    >>> protlens.RayEngine("auto").threads  # doctest: +SKIP
    1
    """

    address: str | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise OptionError(explain(f"threads {self.threads}", allowed="1 or more"))
        _ray()

    @contextmanager
    def start(self, job: Job, on_proteins: OnProteins) -> Iterator[Work]:
        """Yield what works on shards on the cluster; see :class:`Engine`."""
        ray = _ray()
        ours = not ray.is_initialized()
        if ours:
            try:
                _check_reachable(self.address)
                ray.init(
                    address=self.address or "local",
                    log_to_driver=False,
                    include_dashboard=False,
                    configure_logging=False,
                )
            except (OSError, ValueError, RuntimeError) as error:
                hint = "start one with 'ray start', or leave the address out"
                asked = f"Ray cluster {self.address or 'on this machine'!r}"
                raise RunError(explain(asked, found=in_one_line(error), hint=hint)) from error
        cluster = _Cluster(job, self.threads, on_proteins)
        try:
            yield cluster.work
        finally:
            cluster.end()
            if ours:
                ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        hint = 'pip install "protlens[ray]"'
        raise OptionError(explain("engine 'ray'", found="Ray is not installed", hint=hint)) from error
    return ray


def _check_reachable(address: str | None) -> None:
    """Raise OSError if nothing listens at an address of the form ``host:port``; Ray itself asks again for minutes."""
    host, colon, port = (address or "").rpartition(":")
    if colon and port.isdecimal() and "/" not in host:
        with socket.create_connection((host, int(port)), timeout=_SECONDS_TO_CONNECT):
            pass


class _Actor:
    """What runs on the cluster: one worker, and how it hands over what it wrote."""

    def __init__(self, job: Job, threads: int) -> None:
        import torch

        torch.set_num_threads(threads)
        self._job = job
        self._worker = ShardWorker(job)

    def ready(self) -> None:
        """Return when the worker can be given shards."""

    def work(self, shard: int, token: str) -> Mapping[str, bytes] | None:
        """Write a shard and return None, or return its files where this machine does not see the run directory."""
        if _sees(self._job.run, shard, token):
            self._worker.work(shard, run=self._job.run)
            return None
        with tempfile.TemporaryDirectory(prefix="protlens-shard-") as scratch:
            self._worker.work(shard, run=Path(scratch))
            return {file.name: file.read_bytes() for file in shard_folder(Path(scratch), shard).iterdir()}


def _sees(run: Path, shard: int, token: str) -> bool:
    try:
        return token in claim_file(run, shard).read_text(encoding="utf-8")
    except OSError:
        return False


class _Cluster:
    """The workers that a cluster has, those that it is asked for, and the shards that they work on."""

    def __init__(self, job: Job, threads: int, on_proteins: OnProteins) -> None:
        self._ray = _ray()
        self._run = job.run
        self._sizes = [len(numbers) for numbers in job.plan.shards]
        self._gpu = job.model.device.type == "cuda"
        self._threads = threads
        self._on_proteins = on_proteins
        self._job = self._ray.put(job)
        needs = {"num_gpus": 1} if self._gpu else {"num_cpus": threads}
        self._kind = self._ray.remote(_Actor).options(**needs)
        self._coming: dict[Any, Any] = {}
        self._idle: list[Any] = []
        self._busy: dict[Any, tuple[Any, int]] = {}
        self._stillborn = 0

    def work(self, shards: Iterator[Given]) -> Iterator[Outcome]:
        waited = 0.0
        while True:
            self._ask_for_workers()
            self._give(shards)
            if not self._busy and (self._idle or not self._coming):
                return  # a free worker was given nothing: there is nothing left
            done, _ = self._ray.wait([*self._coming, *self._busy], timeout=_LOOK)
            waited = 0.0 if done or self._busy else waited + _LOOK
            if waited > _PATIENCE:
                raise RunError(explain("Ray cluster", found=f"no worker was ready within {_PATIENCE:.0f} s"))
            for one in done:
                if one in self._coming:
                    self._welcome(one)
                else:
                    yield self._settle(one)

    def end(self) -> None:
        for actor in [*self._coming.values(), *self._idle, *(actor for actor, _ in self._busy.values())]:
            self._ray.kill(actor)
        # A later cluster of this process may call its workers by the same names, which a handle left here would end.
        for held in (self._coming, self._idle, self._busy):
            held.clear()

    def _ask_for_workers(self) -> None:
        """Ask for as many workers as the cluster has room for, unless one after the other died before it was ready."""
        if self._stillborn >= MOST_FAILURES:
            return
        there = self._ray.cluster_resources()
        room = int(there.get("GPU", 0)) if self._gpu else int(there.get("CPU", 0)) // self._threads
        for _ in range(max(room, 1) - len(self._coming) - len(self._idle) - len(self._busy)):
            actor = self._kind.remote(self._job, self._threads)
            self._coming[actor.ready.remote()] = actor

    def _give(self, shards: Iterator[Given]) -> None:
        while self._idle and (given := next(shards, None)) is not None:
            actor = self._idle.pop()
            self._busy[actor.work.remote(given.shard, given.token)] = actor, given.shard

    def _welcome(self, ready: Any) -> None:
        actor = self._coming.pop(ready)
        try:
            self._ray.get(ready)
        except self._ray.exceptions.RayError as error:
            self._stillborn += 1
            if self._stillborn >= MOST_FAILURES and not self._idle and not self._busy:
                raise RunError(
                    explain("Ray cluster", found=f"a worker cannot be made: {in_one_line(error)}")
                ) from error
            return
        self._stillborn = 0
        self._idle.append(actor)

    def _settle(self, done: Any) -> Outcome:
        actor, shard = self._busy.pop(done)
        try:
            files = self._ray.get(done)
        except self._ray.exceptions.RayTaskError as error:
            self._idle.append(actor)
            return Outcome(shard, in_one_line(error.cause or error))
        except self._ray.exceptions.RayError as error:
            self._stillborn = 0  # there is room for another one
            return Outcome(shard, f"its worker was lost ({type(error).__name__})")
        if files is not None:
            _write(self._run, shard, files)
        self._idle.append(actor)
        self._on_proteins(shard, self._sizes[shard])
        return Outcome(shard)


def _write(run: Path, shard: int, files: Mapping[str, bytes]) -> None:
    """Write a shard that was sent back."""
    remove(shard_folder(run, shard))
    with replacing_folder(shard_folder(run, shard)) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)
