"""All shards of a run, or of a part of it, worked off by one engine, beside whoever else works on the same run.

A shard that another process has claimed is waited for; should that process end without it, it is taken over. One that
fails is tried again, and given up after ``MOST_FAILURES`` times: its proteins are named, and the others go on.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain

from protlens.errors import RunError, explain, shortened
from protlens.extraction.claims import Claims, claiming
from protlens.extraction.engine import MOST_FAILURES, Engine, Given, Outcome
from protlens.extraction.job import Job, short_of_memory
from protlens.files import remove, write_json
from protlens.runs.format import failure_file, shard_folder
from protlens.runs.manifest import Manifest
from protlens.typing import Progress

POLL = 0.5
"""Seconds between two looks at the shards that others work on."""

_NAMED = 5
"""So many proteins of a shard that was given up are named."""


def work_off(job: Job, engine: Engine, shards: Sequence[int], on_progress: Progress) -> None:
    """Have all these shards written, here or by others.

    Parameters
    ----------
    job, engine
        What is to be done, and how.
    shards
        Their numbers.
    on_progress
        Called with the proteins done and the proteins in all of these shards.

    Raises
    ------
    RunError
        If shards had to be given up; all others are there.
    StorageError
        If the disk is full; what was written so far stays.
    """
    with claiming(job.run) as claims, ExitStack() as opened:
        queue = _Queue(job, shards, claims, on_progress)
        work = None
        while queue.waiting:
            offered = queue.offer()
            if (first := next(offered, None)) is None:
                if queue.waiting:
                    time.sleep(POLL)
                continue
            if work is None:
                work = opened.enter_context(engine.start(job, queue.count))
            for outcome in work(chain([first], offered)):
                queue.settle(outcome)
    queue.check()


class _Queue:
    """The shards that are to be done, and how far they are."""

    def __init__(self, job: Job, shards: Sequence[int], claims: Claims, report: Callable[[int, int], None]) -> None:
        self._job = job
        self._claims = claims
        self._report = report
        self._done = dict.fromkeys(shards, 0)
        self._proteins_done = 0
        self._proteins = sum(len(job.plan.shards[shard]) for shard in shards)
        self._again = {shard for shard in shards if self._is_there(shard) and short_of_memory(job.run, shard)}
        self._failures: dict[int, list[str]] = {}
        self.waiting = list(shards)

    def offer(self) -> Iterator[Given]:
        """Yield the shards that nobody works on, each claimed for this process."""
        if Manifest.read(self._job.run).fingerprint != self._job.fingerprint:  # finished by another, and joined
            self.waiting.clear()
        for shard in list(self.waiting):
            if self._is_finished(shard):
                self._finish(shard)
            elif self._claims.take(shard):
                if self._is_finished(shard):  # by another, after the look and before the claim
                    self._finish(shard)
                    self._claims.release(shard)
                    continue
                self.waiting.remove(shard)
                yield Given(shard, self._claims.token(shard))

    def settle(self, outcome: Outcome) -> None:
        """Take note of what became of a shard, and let others work on it."""
        shard = outcome.shard
        self._claims.release(shard)
        if outcome.failure is None:
            self._again.discard(shard)
            self._finish(shard)
            return
        self.count(shard, -self._done[shard])
        reasons = self._failures.setdefault(shard, [])
        reasons.append(outcome.failure)
        if len(reasons) < MOST_FAILURES:
            self.waiting.append(shard)
        else:
            content = {"reason": outcome.failure, "times": len(reasons), "proteins": self._names(shard)}
            write_json(failure_file(self._job.run, shard), content)

    def count(self, shard: int, proteins: int) -> None:
        """Take note of proteins that were done."""
        if proteins == 0:
            return
        self._done[shard] += proteins
        self._proteins_done += proteins
        self._report(self._proteins_done, self._proteins)

    def check(self) -> None:
        """Raise RunError if shards were given up."""
        given_up = [shard for shard, reasons in self._failures.items() if len(reasons) >= MOST_FAILURES]
        if given_up:
            shard = given_up[0]
            names = self._names(shard)
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            found = (
                f"shard {shard} failed {MOST_FAILURES} times ({shortened(self._failures[shard][-1])}), with "
                f"{', '.join(names[:_NAMED])}{more}; {len(given_up)} of {len(self._done)} shards were given up"
            )
            raise RunError(explain(f"run {self._job.run}", found=found, hint=f"protlens run retry {self._job.run}"))

    def _is_there(self, shard: int) -> bool:
        return shard_folder(self._job.run, shard).is_dir()

    def _is_finished(self, shard: int) -> bool:
        return self._is_there(shard) and shard not in self._again

    def _finish(self, shard: int) -> None:
        if shard in self.waiting:
            self.waiting.remove(shard)
        self.count(shard, len(self._job.plan.shards[shard]) - self._done[shard])
        remove(failure_file(self._job.run, shard))

    def _names(self, shard: int) -> list[str]:
        plan, ids = self._job.plan, self._job.dataset.ids
        return [ids[plan.chosen[number]] for number in plan.shards[shard]]
