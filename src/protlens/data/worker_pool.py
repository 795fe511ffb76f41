"""Work on one thing after another in several processes, with results in the order of the things."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from protlens.errors import DatasetError, OptionError, explain
from protlens.threads import be_worker

T = TypeVar("T")

_AHEAD = 4
"""Things for each process that are handed out before their results are taken."""


def in_order(work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], *, workers: int) -> Iterator[T]:
    """Yield what ``work`` returns for each task, in order; with one worker, in this process.

    Parameters
    ----------
    work
        A function of a module, called with the arguments of a task.
    tasks
        Taken a few at a time.
    workers
        How many processes.

    Raises
    ------
    OptionError
        If there is no worker.
    DatasetError
        If a process was ended from outside.
    """
    if workers < 1:
        raise OptionError(explain(f"workers {workers}", allowed="1 or more"))
    if workers == 1:
        yield from (work(*task) for task in tasks)
        return
    waiting: deque[Future[T]] = deque()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=be_worker)
    try:
        for task in tasks:
            waiting.append(pool.submit(work, *task))
            if len(waiting) > _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        found, hint = "one was ended from outside, as where memory is short", "try again with fewer workers"
        raise DatasetError(explain(f"{workers} worker processes", found=found, hint=hint)) from error
    finally:
        pool.shutdown(cancel_futures=True)
