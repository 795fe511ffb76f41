"""What was computed last, within a bound."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Values by key; the one that was not asked for the longest goes first. Only one value is made at a time.

    Parameters
    ----------
    bound
        The most that the values may weigh together; the newest stays even if it weighs more.
    weigh
        What a value weighs, 1 each by default.
    """

    def __init__(self, bound: int, *, weigh: Callable[[V], int] = lambda value: 1) -> None:
        self._bound = bound
        self._weigh = weigh
        self._values: OrderedDict[K, V] = OrderedDict()
        self._total = 0
        self._lock = RLock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, made if it is not there."""
        with self._lock:
            if key not in self._values:
                value = make()
                self._values[key] = value
                self._total += self._weigh(value)
            self._values.move_to_end(key)
            while self._total > self._bound and len(self._values) > 1:
                self._total -= self._weigh(self._values.popitem(last=False)[1])
            return self._values[key]
