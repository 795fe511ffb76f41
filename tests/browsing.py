"""A real browser: what a page asks for, what stands in it, what it draws and what it saves."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
from matplotlib.image import imread
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOFTWARE_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NO_WEBGL = ["--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"]

PATIENCE = 60_000
"""Milliseconds after which something that should appear is missing; the machines of CI are slow."""


def find_chromium() -> str:
    """Return the path of Chromium; where it is missing, skip the test and say how to get it, or fail under CI."""
    if path := shutil.which("chromium"):
        return path
    message = "Chromium is not installed: apt-get install chromium"
    return pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def launch(playwright: Playwright, flags: list[str] = SOFTWARE_WEBGL) -> Browser:
    """Start the Chromium that is installed."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*QUIET, *flags])


@dataclass
class Visit:
    """A page with what it asked the network for and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def outside(self, own: str) -> list[str]:
        """Return the requests that left the page's own origin; ``own`` is ``file`` or ``127.0.0.1:8100``."""
        return [url for url in self.requests if not _stays(url, own)]


def _stays(url: str, own: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or own in (parts.scheme, parts.netloc)


def watch(context: BrowserContext) -> Visit:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    visit = Visit(page)

    context.on("request", lambda request: visit.requests.append(request.url))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("console", lambda message: visit.errors.append(message.text) if message.type == "error" else None)
    return visit


@contextmanager
def serving(run: Path, *options: str) -> Iterator[str]:
    """Run ``protlens serve`` on a free port and give the address it prints."""
    words = ["-c", "from protlens.cli import main; main()", "serve", str(run), "--port", "0", *options]
    with subprocess.Popen([sys.executable, "-u", *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            if not (found := re.search(r"http://[\w.:\[\]/?=-]+", line)):
                raise AssertionError(f"the server said {line!r} and no address")
            yield found[0].rstrip("/")
        finally:
            process.terminate()


def show(visit: Visit, address: str, /, **state: str) -> None:
    """Open a page and wait until numbers and structure stand."""
    visit.page.goto(f"{address}/?{urlencode(state)}" if state else address)
    visit.page.wait_for_selector('#protlens-page[data-ready="true"][data-viewer-state="ready"]')
    visit.page.wait_for_selector('[data-panel="structure"][data-drawn-head]')


def wait_for_head(page: Page, label: str) -> None:
    """Wait until a head stands in all panels."""
    page.wait_for_selector(f'#protlens-page[data-head="{label}"]')
    for panel in ("structure", "map", "sequence"):
        page.wait_for_selector(f'[data-panel="{panel}"][data-drawn-head="{label}"]')


def section_of(visit: Visit, panel: str) -> Locator:
    """Return a panel."""
    return visit.page.locator(f'section[data-panel="{panel}"]')


def saved(visit: Visit, panel: str, kind: str) -> bytes:
    """Press the button of a panel that saves a kind of file, and return the file."""
    with visit.page.expect_download() as coming:
        section_of(visit, panel).get_by_role("button").filter(has_text=kind).click()
    return Path(coming.value.path()).read_bytes()


def picture(part: Locator) -> np.ndarray:
    """Return a part of the page as it looks, ``float [row, column, 3]`` from 0 to 1."""
    return imread(io.BytesIO(part.screenshot(animations="disabled")))[..., :3]


def coloured(image: np.ndarray, colour: str, *, reach: float = 0.12) -> int:
    """Return how many pixels have the hue of a colour ``#rrggbb``, whatever light falls on them."""
    wanted = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    lightest = image.max(-1)
    pure = image / np.maximum(lightest, 1e-6)[..., None]
    near = np.abs(pure - wanted / wanted.max()).max(-1) < reach
    return int((near & (lightest > 0.15)).sum())
