"""The notebook of the documentation in JupyterLab, run by its menu."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from browsing import coloured, picture, watch
from protlens.scene.backdrop import STYLE

pytest.importorskip("jupyterlab")

SOURCE = Path(__file__).parents[2] / "docs" / "first_look.ipynb"
TOKEN = "first-look"
LONG = 300_000
"""Milliseconds for a cell that loads torch and runs a model on a slow machine."""

SHORT = 10_000
"""Milliseconds for what is asked for again if it does not come."""


@contextmanager
def jupyterlab(folder: Path):
    """Run JupyterLab over a folder, with nothing of the user's own, and yield its address with the token."""
    private = {name: str(folder / ".jupyter" / name) for name in ("config", "data", "runtime")}
    environment = {**os.environ, **{f"JUPYTER_{name.upper()}_DIR": path for name, path in private.items()}}
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    options += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield _address(Path(private["runtime"]), process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _address(runtime: Path, process: subprocess.Popen) -> str:
    for _ in range(240):
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text():
                return f"http://127.0.0.1:{json.loads(text)['port']}"
        assert process.poll() is None, process.stdout.read().decode()
        time.sleep(0.5)
    raise TimeoutError("JupyterLab did not start")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(SOURCE, folder)
    with jupyterlab(folder) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = watch(context).page
        page.goto(f"{address}/lab/tree/{SOURCE.name}?token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=LONG)
        _run_all(page)
        yield page
        context.close()


def _run_all(page):
    """Run all cells by the menu.

    On a slow machine JupyterLab asks for a kernel before it knows which it has, at any moment until it has one. Without
    one, or with one that just came, no cell is taken up or none is finished. So what it asks is answered, and all cells
    are asked for again.
    """
    dialog, asked, end = page.locator(".jp-Dialog .jp-mod-accept"), False, time.monotonic() + LONG / 1000
    while not page.evaluate(_ALL_DONE):
        assert time.monotonic() < end, "not all cells were run"
        try:
            if dialog.count():
                asked = False
                dialog.first.click(timeout=SHORT)
            elif not asked or not page.evaluate(_BEGUN):
                page.keyboard.press("Escape")  # a menu that was left open
                page.get_by_role("menuitem", name="Run", exact=True).click(timeout=SHORT)
                page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=SHORT)
                asked = True
                page.wait_for_function(_BEGUN, timeout=SHORT)
        except PlaywrightTimeout:
            continue
        page.wait_for_timeout(1000)


_BEGUN = r"""() => {
  const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')];
  return prompts.some(one => /\[[\d*]+\]/.test(one.textContent));
}"""
_ALL_DONE = """() => {
  const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(one => one.textContent);
  return prompts.length === 8 && prompts.every(text => /\\[\\d+\\]/.test(text));
}"""


def test_no_cell_fails_and_each_shows_something(lab):
    assert lab.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert lab.locator(".jp-CodeCell .jp-OutputArea-child").count() >= 8


def test_the_figures_are_seen(lab):
    figures = lab.locator(".jp-RenderedImage img")
    assert figures.count() == 3
    assert all(figures.nth(number).evaluate("image => image.naturalWidth") > 400 for number in range(3))


def test_the_page_stands_in_its_cell_with_arcs_on_the_structure(lab):
    lab.locator(".jp-CodeCell", has_text="page = protlens.show").scroll_into_view_if_needed()
    lab.wait_for_selector('.protlens[data-head="6-5"][data-viewer-state="ready"]', timeout=LONG)
    lab.wait_for_selector('[data-panel="structure"][data-drawn-head="6-5"]', timeout=LONG)
    assert coloured(picture(lab.locator('[data-panel="structure"] canvas').first), STYLE["holds"]) > 50
