"""How fast a step goes, and how long it will still take, in words."""

import time
from collections.abc import Callable

HALF_LIFE = 20.0
"""Seconds after which what was seen of the pace counts half: one slow batch does not throw the time that is left."""

_MINUTE = 60


class Pace:
    """The pace of a step, from how much of it is done when.

    Parameters
    ----------
    clock
        Tells the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._done = 0
        self._work = self._spent = 0.0

    def see(self, done: int) -> None:
        """Take note that so much is done now."""
        now = self._clock()
        fading = 0.5 ** ((now - self._last) / HALF_LIFE)
        self._work = self._work * fading + (done - self._done)
        self._spent = self._spent * fading + (now - self._last)
        self._last, self._done = now, done

    @property
    def seconds_each(self) -> float | None:
        """How long one takes; None before the first is done."""
        return self._spent / self._work if self._work > 0 else None

    def words(self, total: int) -> str:
        """Return the rate and the time that is left: ``"7/s, 12 s left"``, or ``"2.5 s each, 25 s left"`` if slow."""
        each = self.seconds_each
        if each is None:
            return ""
        rate = f"{1 / max(each, 1e-9):.0f}/s" if each <= 1 else f"{each:.{1 if each < 10 else 0}f} s each"
        return f"{rate}, {_duration(each * (total - self._done))} left"


def _duration(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    return f"{minutes} min" if minutes < 2 * _MINUTE else f"{minutes // _MINUTE} h {minutes % _MINUTE} min"
