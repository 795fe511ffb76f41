"""``--full``: measure on the shapes that the documentation quotes, and print what came out."""

import os
import platform
from collections.abc import Callable

import pytest
import torch

LINES: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--full", action="store_true", help="benchmarks: large shapes, and print the ratios")


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether to measure on large shapes."""
    return bool(request.config.getoption("--full", default=False))


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
