"""Measuring: ratios of things done alternately in one run, and peaks of memory in a process of its own."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much longer one thing takes than another, done alternately.

    Parameters
    ----------
    median, low, high
        Of the ratios of neighbouring pairs; low and high are the quartiles.
    seconds
        Median time of the first and of the second.
    """

    median: float
    low: float
    high: float
    seconds: tuple[float, float]

    def __str__(self) -> str:
        """``1.08 (1.06 to 1.10; 2.31 s against 2.14 s)``."""
        first, second = self.seconds
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f}; {first:.3g} s against {second:.3g} s)"


Clock = Callable[[], float]


def time_ratio(
    first: Callable[[], object], second: Callable[[], object], *, pairs: int, clock: Clock = time.perf_counter
) -> Ratio:
    """Time two things alternately by a clock that tells seconds, after one call of each to warm up."""
    first(), second()
    return ratio_of([(_seconds(first, clock), _seconds(second, clock)) for _ in range(pairs)])


def ratio_of(times: Sequence[tuple[float, float]]) -> Ratio:
    """Return the ratio that the times of neighbouring pairs give."""
    ratios = sorted(a / b for a, b in times)
    low, median, high = statistics.quantiles(ratios, n=4) if len(times) > 1 else ratios * 3
    return Ratio(median, low, high, (statistics.median(a for a, _ in times), statistics.median(b for _, b in times)))


def _seconds(task: Callable[[], object], clock: Clock) -> float:
    start = clock()
    task()
    return clock() - start
