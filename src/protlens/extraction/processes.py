"""Workers on this machine, each a process of its own.

A worker is started as a program, so a script needs no guard against being run again. It is told the numbers of shards
on its standard input and answers on its standard output; when that input ends, as the process that started it is gone,
it ends. One that dies costs the shard that it worked on one of its tries, and another is started.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from signal import Signals
from threading import Thread
from typing import Any

import torch

from protlens.errors import OptionError, RunError, StorageError, explain
from protlens.extraction.engine import MOST_FAILURES, Given, OnProteins, Outcome, Work
from protlens.extraction.job import Job
from protlens.extraction.job_file import write_job
from protlens.threads import threads_for, worker_environment

_SECONDS_TO_END = 10.0
_HINT = "work in this process, without workers"


@dataclass(frozen=True, slots=True)
class Processes:
    """Works on shards in several processes of this machine: one for each GPU, or some that divide the cores.

    Parameters
    ----------
    workers
        How many, 1 or more.

    Raises
    ------
    OptionError
        If there are to be none.

    Examples
    --------
    >>> protlens.Processes(2).workers
    2
    """

    workers: int

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise OptionError(explain(f"workers {self.workers}", allowed="1 or more"))

    @contextmanager
    def start(self, job: Job, on_proteins: OnProteins) -> Iterator[Work]:
        """Yield what works on shards in other processes; see :class:`Engine`."""
        with tempfile.TemporaryDirectory(prefix="protlens-job-", ignore_cleanup_errors=True) as scratch:
            write_job(job, Path(scratch))
            pool = _Pool(Path(scratch), self.workers, on_proteins, gpus=_gpus(job))
            try:
                yield pool.work
            finally:
                pool.end()


def _gpus(job: Job) -> int:
    return torch.cuda.device_count() if job.model.device.type == "cuda" else 0


@dataclass(eq=False)
class _Process:
    """One worker, and the shard that it works on."""

    number: int
    program: "subprocess.Popen[str]"
    log: Path
    shard: int | None = None
    ready: bool = False

    def give(self, shard: int) -> None:
        self.shard = shard
        assert self.program.stdin is not None
        with suppress(OSError):  # that it is gone is told by the end of its output
            self.program.stdin.write(f"{shard}\n")
            self.program.stdin.flush()

    def end(self) -> None:
        assert self.program.stdin is not None
        with suppress(OSError):
            self.program.stdin.close()
        self.program.kill()
        self.program.wait(_SECONDS_TO_END)
        assert self.program.stdout is not None
        self.program.stdout.close()

    def why_it_died(self) -> str:
        status = self.program.wait()
        how = f"was ended by {Signals(-status).name}" if status < 0 else f"ended with status {status}"
        last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        return f"its process {how}" + (f": {last[0]}" if last else "")


class _Pool:
    def __init__(self, scratch: Path, workers: int, on_proteins: OnProteins, *, gpus: int) -> None:
        self._scratch = scratch
        self._size = workers
        self._on_proteins = on_proteins
        self._gpus = gpus
        self._heard: SimpleQueue[tuple[_Process, dict[str, Any] | None]] = SimpleQueue()
        self._processes: dict[int, _Process] = {}
        self._stillborn = 0

    def work(self, shards: Iterator[Given]) -> Iterator[Outcome]:
        while True:
            self._give(shards)
            if all(one.shard is None for one in self._processes.values()):
                return
            process, said = self._heard.get()
            if said is None:
                yield from self._after_death(process)
            elif said["shard"] is None:
                process.ready = True
            elif "proteins" in said:
                self._on_proteins(said["shard"], said["proteins"])
            elif said.get("storage"):
                raise StorageError(said["failure"])
            else:
                process.shard = None
                yield Outcome(said["shard"], said.get("failure"))

    def end(self) -> None:
        for process in self._processes.values():
            process.end()

    def _give(self, shards: Iterator[Given]) -> None:
        """Give a shard to each worker that has none; workers are started as there are shards for them."""
        for number in range(self._size):
            process = self._processes.get(number)
            if process is not None and process.shard is not None:
                continue
            given = next(shards, None)
            if given is None:
                return
            (process or self._start(number)).give(given.shard)

    def _start(self, number: int) -> _Process:
        log = self._scratch / f"worker-{number}.log"
        with log.open("w") as errors:
            program = subprocess.Popen(
                [sys.executable, "-m", "protlens.extraction.worker_process", str(self._scratch)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self._environment(number),
                start_new_session=True,
            )
        process = self._processes[number] = _Process(number, program, log)
        Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _environment(self, number: int) -> dict[str, str]:
        path = os.pathsep.join(filter(None, sys.path))
        threads = worker_environment(threads_for(workers=self._size))
        chosen = {"CUDA_VISIBLE_DEVICES": str(number % self._gpus)} if self._gpus else {}
        return {**os.environ, "PYTHONPATH": path, **threads, **chosen}

    def _listen(self, process: _Process) -> None:
        assert process.program.stdout is not None
        try:
            for line in process.program.stdout:
                self._heard.put((process, json.loads(line)))
        finally:
            self._heard.put((process, None))

    def _after_death(self, process: _Process) -> Iterator[Outcome]:
        del self._processes[process.number]
        why = process.why_it_died()
        process.end()
        self._stillborn = 0 if process.ready else self._stillborn + 1
        if self._stillborn == MOST_FAILURES:
            raise RunError(explain("worker processes", found=f"none can be started: {why}", hint=_HINT))
        if process.shard is not None:
            yield Outcome(process.shard, why)
