import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from protlens.explorer.cache import Cache


def test_a_value_is_made_once():
    cache, made = Cache(3), []
    for _ in range(3):
        assert cache.get("a", lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_what_was_not_asked_for_the_longest_goes_first():
    cache, made = Cache(2), []

    def get(key):
        return cache.get(key, lambda: made.append(key) or key)

    for key in "abacab":
        assert get(key) == key
    assert "".join(made) == "abcb"


def test_values_are_bounded_by_what_they_weigh():
    cache, made = Cache(10, weigh=len), []
    for key in ("aaaa", "bbbb", "cc", "aaaa", "ddddd", "aaaa", "bbbb"):
        cache.get(key, lambda: made.append(key) or key)  # noqa: B023
    assert made == ["aaaa", "bbbb", "cc", "ddddd", "bbbb"]


def test_the_newest_stays_however_large():
    cache, made = Cache(3, weigh=len), []
    for _ in range(2):
        cache.get("k", lambda: made.append(1) or "far too large")
    assert made == [1]


def test_none_is_a_value():
    cache, made = Cache(2), []
    assert cache.get("a", lambda: made.append(1)) is None
    assert cache.get("a", lambda: made.append(2)) is None
    assert made == [1]


def test_what_fails_is_not_kept():
    cache = Cache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 / 0)
    assert cache.get("a", lambda: 1) == 1


def test_many_threads_make_a_value_once():
    cache, made, together = Cache(4), [], threading.Barrier(8)

    def ask():
        together.wait(10)
        return cache.get("a", lambda: made.append(1) or "value")

    with ThreadPoolExecutor(8) as pool:
        assert [future.result(10) for future in [pool.submit(ask) for _ in range(8)]] == ["value"] * 8
    assert made == [1]


def test_what_is_there_can_be_had_while_another_is_made():
    cache, started, goes_on = Cache(4), threading.Event(), threading.Event()
    cache.get("there", lambda: 1)

    def slowly():
        started.set()
        assert goes_on.wait(10)
        return 2

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(cache.get, "slow", slowly)
        assert started.wait(10)
        assert cache.get("there", lambda: None) == 1
        goes_on.set()
        assert making.result(10) == 2
