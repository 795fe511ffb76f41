"""The rate and the time left that progress shows."""

import pytest

from protlens.cli.pace import Pace


def shown(*seen, total):
    """Return what is said after so much was done at such times."""
    now = [0.0]
    pace = Pace(lambda: now[0])
    for now[0], done in seen:
        pace.see(done)
    return pace.words(total)


@pytest.mark.parametrize(
    ("seen", "total", "words"),
    [
        ([(2.0, 14)], 28, "7/s, 2 s left"),
        ([(5.0, 2)], 12, "2.5 s each, 25 s left"),
        ([(30.0, 2)], 2, "15 s each, 0 s left"),
        ([(10.0, 1)], 61, "10 s each, 10 min left"),
        ([(60.0, 1)], 241, "60 s each, 4 h 0 min left"),
        ([(1.0, 0)], 5, ""),
    ],
)
def test_slow_work_is_told_in_seconds_each(seen, total, words):
    assert shown(*seen, total=total) == words


def test_one_slow_batch_moves_the_time_left_a_little_and_a_lasting_change_does():
    even = [(float(second), 10 * second) for second in range(1, 61)]
    slow = [*even, (65.0, 610)]  # ten a second, then ten in five seconds
    assert shown(*even, total=1600) == "10/s, 100 s left"
    assert shown(*slow, total=1610) == "8/s, 118 s left"
    lasting = [*even, *((60.0 + 5 * step, 600 + 10 * step) for step in range(1, 41))]
    assert shown(*lasting, total=2000)[:4] == "2/s,"
