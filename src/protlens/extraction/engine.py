"""How the shards of a run are worked on: in this process, in several, or on a cluster; all give the same integers.

An engine is asked to start, and is then given the numbers of shards, one whenever it asks for the next. It says of each
what became of it. Which shards are to be done, who else works on the run, what is tried again: all that is decided in
``protlens.extraction.work_off``, the same for every engine.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias, runtime_checkable

from protlens.extraction.job import Job, ShardWorker

MOST_FAILURES = 3
"""So often a shard, or the start of a worker, may fail before it is given up."""


@dataclass(frozen=True, slots=True)
class Given:
    """A shard that is given out.

    Parameters
    ----------
    shard
        Its number.
    token
        What names the claim on it, in the claim's file: a worker that finds it there writes into the same folder.
    """

    shard: int
    token: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a shard.

    Parameters
    ----------
    shard
        Its number.
    failure
        Why it is not there, in one line; None if it is.
    """

    shard: int
    failure: str | None = None


OnProteins: TypeAlias = Callable[[int, int], None]
"""Called with a shard's number and how many of its proteins were done since the last call."""

Work: TypeAlias = Callable[[Iterator[Given]], Iterator[Outcome]]
"""Takes the next shard when a worker is free, and yields the outcome of each, in any order."""


@runtime_checkable
class Engine(Protocol):
    """A way to work on the shards of a run.

    Examples
    --------
    >>> protlens.ExtractionOptions(engine=protlens.Processes(2)).engine
    Processes(workers=2)
    """

    def start(self, job: Job, on_proteins: OnProteins) -> AbstractContextManager[Work]:
        """Make workers ready; on leaving they end.

        Parameters
        ----------
        job
            What they need to know.
        on_proteins
            Called for progress.
        """


@dataclass(frozen=True, slots=True)
class InProcess:
    """Works on one shard after the other, in this process; an error ends the run.

    Examples
    --------
    >>> protlens.InProcess()
    InProcess()
    """

    @contextmanager
    def start(self, job: Job, on_proteins: OnProteins) -> Iterator[Work]:
        """Yield what works on shards here; see :class:`Engine`."""
        worker = ShardWorker(job)

        def work(shards: Iterator[Given]) -> Iterator[Outcome]:
            for given in shards:
                worker.work(given.shard, run=job.run, on_proteins=partial(on_proteins, given.shard))
                yield Outcome(given.shard)

        yield work
