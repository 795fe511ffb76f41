"""``python benchmarks/page.py FOLDER``: how long a browser takes with the page, as JSON of seconds.

FOLDER holds ``small`` and ``large``, each a run with the dataset and the model it was made with, and a report of the
small one.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from browsing import Visit, launch, serving, show, watch

PANELS = ("numbers", "map", "sequence", "structure")
CHANGES = 8


def main(folder: Path) -> dict[str, float]:
    """Open the report, then both runs as they are served, and change heads in each."""
    seconds = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        seconds["first view from disk"] = _open(browser, (folder / "report.html").as_uri())[0]
        for size in ("small", "large"):
            run, model, data = (folder / size / name for name in ("run", "model", "data.parquet"))
            with serving(run, "--model", str(model), "--dataset", str(data)) as address:
                seconds[f"first view, {size}"], visit = _open(browser, f"{address}/?threshold=0.1&arcs=60")
                changes = [_change(visit, label) for label in _labels(visit)]
            for at, name in enumerate(("map and sequence", "structure")):
                seconds[f"{name} of another head, {size}"] = statistics.median(change[at] for change in changes)
        browser.close()
    return seconds


def _open(browser: Browser, address: str) -> tuple[float, Visit]:
    visit = watch(browser.new_context(viewport={"width": 1440, "height": 1000}))
    start = time.perf_counter()
    show(visit, address)
    return time.perf_counter() - start, visit


def _labels(visit: Visit) -> list[str]:
    cells = visit.page.locator("[data-cell]").evaluate_all("cells => cells.map(cell => cell.dataset.cell)")
    return [str(label) for label in cells[:: max(1, len(cells) // CHANGES)]][:CHANGES]


def _change(visit: Visit, label: str) -> tuple[float, float]:
    """Choose a head and return when the flat panels have it, and when the structure has."""
    start = time.perf_counter()
    visit.page.locator(f'[data-cell="{label}"]').dispatch_event("click")
    for panel in ("map", "sequence"):
        visit.page.wait_for_selector(f'[data-panel="{panel}"][data-drawn-head="{label}"]')
    flat = time.perf_counter() - start
    visit.page.wait_for_selector(f'[data-panel="structure"][data-drawn-head="{label}"]')
    return flat, time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
