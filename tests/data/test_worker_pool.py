import multiprocessing
import os
import signal
import time

import pytest

from pool_work import deaf, ended, first_alone, refused, slow_first
from protlens.data.worker_pool import in_order
from protlens.errors import DatasetError, OptionError


def test_one_worker_is_this_process_and_tasks_are_taken_one_by_one():
    taken = []
    results = in_order(slow_first, ((taken.append(n) or n,) for n in range(3)), workers=1)
    assert next(results)[:2] == (0, os.getpid())
    assert taken == [0]


@pytest.mark.slow
def test_several_give_the_results_in_order_and_take_few_tasks_ahead():
    taken = []
    results = in_order(slow_first, ((taken.append(n) or n,) for n in range(40)), workers=2)
    first = next(results)
    assert len(taken) < 12
    found = [first, *results]
    assert [number for number, _, _ in found] == list(range(40))
    assert os.getpid() not in {process for _, process, _ in found}
    assert {threads for _, _, threads in found} == {"1"}


@pytest.mark.slow
def test_a_worker_that_is_ended_is_one_line():
    with pytest.raises(DatasetError, match=r"2 worker processes: one was ended from outside.*; try again with fewer"):
        list(in_order(ended, ((n,) for n in range(20)), workers=2))


@pytest.mark.slow
def test_what_a_worker_raises_is_raised_here():
    with pytest.raises(ValueError, match="number 0"):
        list(in_order(refused, ((n,) for n in range(20)), workers=2))


@pytest.mark.slow
def test_ctrl_c_reaches_no_worker_from_its_first_moment_on():
    assert all(in_order(deaf, ((n,) for n in range(20)), workers=2))
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.slow
def test_nobody_waits_for_what_was_begun_when_the_results_are_no_longer_wanted():
    results = in_order(first_alone, ((n,) for n in range(20)), workers=2)
    assert next(results) == 0
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 30
    assert not multiprocessing.active_children()


def test_no_worker_is_refused():
    with pytest.raises(OptionError, match="workers 0; allowed: 1 or more"):
        list(in_order(slow_first, [], workers=0))
