"""A real Chromium, a real server, and a record of every request.

Chromium is Debian's. Where it is missing these tests are skipped with the way to get it; under CI they fail.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import protlens
from browsing import SOFTWARE_WEBGL, Visit, find_chromium, launch, serving, watch


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[[list[str]], Browser]]:
    find_chromium()
    with sync_playwright() as playwright:
        browsers = []

        def start(flags: list[str]) -> Browser:
            browsers.append(launch(playwright, flags))
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def browser(start_browser) -> Browser:
    return start_browser(SOFTWARE_WEBGL)


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    """A page of its own; errors in it fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    visit = watch(context)
    yield visit
    context.close()
    assert visit.errors == []


@pytest.fixture(scope="session")
def run_folder(once) -> Path:
    """Sixty bundled chains under the bundled model; tests leave it as it is."""
    options = protlens.ExtractionOptions(limit=60)
    return once("browser-run", lambda out: protlens.analyze("mini-bert", "pdb-mini", out=out, options=options))


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Start servers that run until the end."""
    with ExitStack() as servers:
        yield lambda run, *options: servers.enter_context(serving(run, *options))


@pytest.fixture(scope="session")
def served(serve, run_folder) -> str:
    return serve(run_folder)
