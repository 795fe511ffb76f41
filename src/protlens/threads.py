"""How many threads: what a process may use of the machine, and what a model gains from.

Threads that wait for each other in a loop take the cores from whoever else needs them, and a small model waits more
than it computes. The libraries beneath (OpenMP under torch, OpenBLAS under NumPy, Arrow, polars) read their settings
when they are loaded, so that a process of protlens' own, and nobody else's, sets them at its start.
"""

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

WIDTH = 256
"""Channels of a layer whose products, as wide as high, are work for one thread; see ``docs/scaling.md``."""

_PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0", "OPENBLAS_THREAD_TIMEOUT": "4"}
"""Threads that have nothing to do sleep: GNU's OpenMP, Intel's and LLVM's, OpenBLAS."""

_NUMBERS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
"""Who reads how many threads it may take where; Arrow reads OpenMP's."""

_CHOSEN = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""By these a user says how many threads torch takes."""


def cores() -> int:
    """Return how many cores this process may use: by its affinity, and by the quota of its control groups.

    Examples
    --------
    >>> from protlens.threads import cores
    >>> cores() >= 1
    True
    """
    return max(1, min([_affinity(), *map(int, _quotas(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")))]))


def threads_for(*, workers: int = 1, width: int | None = None) -> int:
    """Return how many threads each of some processes should take.

    Parameters
    ----------
    workers
        How many processes share the cores.
    width
        Channels of the model's layers, whose square tells how many threads have enough to do; None if there is no
        model.

    Examples
    --------
    >>> from protlens.threads import threads_for
    >>> threads_for(workers=1000), threads_for(width=320)
    (1, 1)
    """
    share = cores() // workers
    return max(1, share if width is None else min(share, width**2 // WIDTH**2))


def is_chosen(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the user has said how many threads torch takes."""
    return any(name in environment for name in _CHOSEN)


def settle(environment: dict[str, str] | os._Environ[str] = os.environ) -> None:
    """Set how the threads of a process of protlens' own wait, and how many there are where a quota limits them.

    To be called before NumPy, torch and the like are loaded. What the user has set stays.
    """
    limits = {"OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_THREAD_LIMIT"} if cores() < _affinity() else ()
    for name, value in (_PASSIVE | dict.fromkeys(limits, str(cores()))).items():
        environment.setdefault(name, value)


def worker_environment(threads: int) -> dict[str, str]:
    """Return what is to be set in the environment of a worker process that is to take so many threads."""
    return _PASSIVE | dict.fromkeys(_NUMBERS, str(threads))


def be_worker(threads: int = 1) -> None:
    """Make this process, which has just begun, a worker: so many threads, no say at Ctrl-C, no life after its parent.

    For the initializer of a pool that spawns its processes: whoever waits for the results is who is interrupted.
    """
    from multiprocessing import parent_process  # not above: a command that is no worker starts sooner without

    os.environ.update(worker_environment(threads))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (parent := parent_process()) is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: "BaseProcess") -> None:
    parent.join()
    os._exit(1)


def _affinity() -> int:
    count = getattr(os, "process_cpu_count", None)  # from Python 3.13 on
    if count is None and hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return (count or os.cpu_count)() or 1


def _quotas(told: Path, mounted: Path) -> Iterator[float]:
    """Yield the cores that each control group above this process grants, of version 2 and of version 1.

    Parameters
    ----------
    told
        The file in which the system names the groups of the process.
    mounted
        Where it shows them.
    """
    try:
        lines = told.read_text().splitlines()
    except OSError:  # not on Linux
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if not controllers or "cpu" in controllers.split(","):
            for root in (mounted, mounted / (controllers or "unified")):
                yield from filter(None, (_quota(folder) for folder in _upwards(root, group)))


def _upwards(root: Path, group: str) -> Iterator[Path]:
    inside = Path(group.lstrip("/"))
    return (root / folder for folder in (inside, *inside.parents))


def _quota(folder: Path) -> float | None:
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota, period = ((folder / f"cpu.cfs_{name}_us").read_text().strip() for name in ("quota", "period"))
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError):  # no limit, or no such controller
        return None
