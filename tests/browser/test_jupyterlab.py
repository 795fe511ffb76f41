"""The notebook of the documentation in JupyterLab, run by its menu; asked for by ``PROTLENS_JUPYTERLAB=1``."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from browsing import coloured, picture, watch
from protlens.scene.backdrop import STYLE

pytestmark = pytest.mark.skipif(
    "PROTLENS_JUPYTERLAB" not in os.environ, reason="at times JupyterLab asks for a kernel that it has"
)

SOURCE = Path(__file__).parents[2] / "docs" / "first_look.ipynb"
TOKEN = "first-look"
LONG = 300_000
"""Milliseconds for a cell that loads torch and runs a model on a slow machine."""


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
        process.communicate(timeout=60)


def _address(runtime: Path, process: subprocess.Popen) -> str:
    for _ in range(240):
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text():
                return f"http://127.0.0.1:{json.loads(text)['port']}"
        assert process.poll() is None, process.stdout.read().decode()
        time.sleep(0.5)
    raise TimeoutError("JupyterLab did not start")


def _start_kernel(address: str) -> None:
    """Start the kernel of the notebook, so that JupyterLab on a slow machine does not ask which one it is to be."""
    asked = {"path": SOURCE.name, "name": SOURCE.name, "type": "notebook", "kernel": {"name": "python3"}}
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    request = Request(f"{address}/api/sessions", json.dumps(asked).encode(), headers)
    with urlopen(request, timeout=120) as answer:
        assert answer.status == 201


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(SOURCE, folder)
    with jupyterlab(folder) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = watch(context).page
        _start_kernel(address)
        page.goto(f"{address}/lab/tree/{SOURCE.name}?token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=LONG)
        page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=LONG)
        _run_all(page)
        page.wait_for_function(_ALL_DONE, timeout=LONG)
        yield page
        context.close()


def _run_all(page):
    """Ask for all cells by the menu until they are taken up: a kernel that has just come is at times not asked."""
    for _ in range(5):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(_BEGUN, timeout=20_000)
        except PlaywrightTimeout:
            continue
        return
    raise AssertionError("no cell was run")


_BEGUN = r"() => /\[[\d*]+\]/.test(document.querySelector('.jp-CodeCell .jp-InputArea-prompt').textContent)"
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
