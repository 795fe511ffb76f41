"""A real Chromium, a real server, and a record of every request.

Chromium is Debian's. Where it is missing these tests are skipped with the way to get it; under CI they fail.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import protlens
from browsing import QUIET, SOFTWARE_WEBGL, Visit, watch


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium")
    if path is None:
        message = "Chromium is not installed: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def launch(chromium) -> Iterator[Callable[[list[str]], Browser]]:
    with sync_playwright() as playwright:
        browsers = []

        def start(flags: list[str]) -> Browser:
            browsers.append(playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *flags]))
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch) -> Browser:
    return launch(SOFTWARE_WEBGL)


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    """A page of its own; errors in it fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    visit = watch(context)
    yield visit
    context.close()
    assert visit.errors == []


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """Sixty bundled chains under the bundled model."""
    out = tmp_path_factory.mktemp("browser") / "run"
    options = protlens.ExtractionOptions(limit=60)
    protlens.analyze("mini-bert", "pdb-mini", out=out, options=options)
    return out


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Start ``protlens serve`` on a free port and return the address it prints."""
    processes = []

    def start(run: Path, *options: str) -> str:
        words = ["-c", "from protlens.cli import main; main()", "serve", str(run), "--port", "0", *options]
        process = subprocess.Popen([sys.executable, "-u", *words], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        for line in process.stdout:
            if found := re.search(r"http://[\w.:\[\]/?=-]+", line):
                return found[0].rstrip("/")
        raise AssertionError(f"the server said no address and left with {process.wait()}")

    yield start
    for process in processes:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="session")
def served(serve, run_folder) -> str:
    return serve(run_folder)
