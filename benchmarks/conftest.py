"""``--full``: measure on the shapes that the documentation quotes, and print what came out."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import torch

from measure import Ratio, time_ratio

LINES: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--full", action="store_true", help="benchmarks: large shapes, and print the ratios")
    parser.addoption("--pairs", type=int, default=15, help="benchmarks: alternating runs of both sides, with --full")
    parser.addoption(
        "--processor-time", action="store_true", help="benchmarks: what one thread computes, beside other work"
    )


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether to measure on large shapes."""
    return bool(request.config.getoption("--full", default=False))


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Iterator[Callable[..., Ratio]]:
    """Time two things alternately, by the clock on all threads, or by what one thread has computed."""
    busy, threads = request.config.getoption("--processor-time", default=False), torch.get_num_threads()
    if busy:
        torch.set_num_threads(1)
    clock = time.process_time if busy else time.perf_counter
    full, pairs = (request.config.getoption(name, default=0) for name in ("--full", "--pairs"))
    yield partial(time_ratio, pairs=pairs if full else 1, clock=clock)
    torch.set_num_threads(threads)


@pytest.fixture
def report() -> Callable[[str], None]:
    """Keep a line for the end of the run."""
    return LINES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the lines after a full run."""
    if config.getoption("--full", default=False):
        terminalreporter.section(f"measured: {platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}")
        for line in LINES:
            terminalreporter.write_line(line)
