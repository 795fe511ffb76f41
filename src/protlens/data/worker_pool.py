"""Work on one thing after another in several processes, with results in the order of the things."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import current_thread, main_thread
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
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=be_worker)
    try:
        for task in tasks:
            with _ctrl_c_waits():  # a process that is just started would end with a traceback
                waiting.append(pool.submit(work, *task))
            if len(waiting) > _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        found, hint = "one was ended from outside, as where memory is short", "try again with fewer workers"
        raise DatasetError(explain(f"{workers} worker processes", found=found, hint=hint)) from error
    except BaseException:  # nobody waits for what was begun
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Let Ctrl-C wait until this is left, and reach no process that is started inside.

    A signal that one thread has blocked goes to another, and is then heard by the main thread all the same: there the
    handler waits too. Nothing is changed on Windows.
    """
    block = getattr(signal, "pthread_sigmask", None)
    if block is None:
        yield
        return
    missed: list[int] = []
    heard = signal.signal(signal.SIGINT, lambda number, _: missed.append(number)) if _is_main() else None
    blocked = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, blocked)
        if heard is not None:
            signal.signal(signal.SIGINT, heard)
        for number in missed:
            signal.raise_signal(number)


def _is_main() -> bool:
    return current_thread() is main_thread()
