"""What was computed last, within a bound."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Values by key, for several threads; the value that was not asked for the longest goes first.

    One value is made at a time, while those that are there can be had.

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
        self._lock = Lock()
        self._making = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, made if it is not there; ``make`` must not ask this cache."""
        for value in self._there(key):
            return value
        with self._making:
            for value in self._there(key):
                return value
            made = make()
            self._keep(key, made)
            return made

    def _there(self, key: K) -> tuple[V, ...]:
        with self._lock:
            if key not in self._values:
                return ()
            self._values.move_to_end(key)
            return (self._values[key],)

    def _keep(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            self._total += self._weigh(value)
            while self._total > self._bound and len(self._values) > 1:
                _, gone = self._values.popitem(last=False)
                self._total -= self._weigh(gone)
