"""Take the pictures of the page for the README and docs/explorer.md, from the bundled model and data.

python scripts/write_screenshots.py

Needs Chromium, as the tests of the page do.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import protlens

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "figures"
STRUCTURE = ROOT / "tests" / "data_files" / "structures" / "7hvp.pdb.gz"
sys.path.insert(0, str(ROOT / "tests"))

from browsing import launch, section_of, serving, show, wait_for_head, watch  # noqa: E402

TRYPTOPHAN = {"protein": "7HVP.A", "property": "binding_site", "head": "1-7", "threshold": "0.2"}
CONTACT = {"protein": "7HVP.A", "property": "contact", "head": "3-7", "threshold": "0.1"}
SETTLED = 1500
"""Milliseconds after which the last frame stands."""


def main() -> None:
    """Analyse, serve, report, and look at each."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run, report, view = (Path(folder) / name for name in ("run", "report.html", "view.html"))
        protlens.analyze(out=run)
        protlens.write_report(run, out=report)
        options = protlens.ViewOptions(head="1-7", property="binding_site")
        protlens.view(STRUCTURE, out=view, options=options)
        browser = launch(playwright)
        with serving(run) as address:
            take(browser, address, "explorer", size=(1440, 1180), **TRYPTOPHAN)
            take(browser, address, "explorer-dark", size=(1440, 1180), scheme="dark", **CONTACT)
        take(browser, report.as_uri(), "report", size=(1200, 1000))
        take(browser, view.as_uri(), "structure", size=(1440, 1180), panel="structure")
        browser.close()


def take(
    browser: Browser,
    address: str,
    name: str,
    *,
    size: tuple[int, int],
    scheme: str = "light",
    panel: str | None = None,
    **state: str,
) -> None:
    """Keep what a window shows, or one panel of it."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    visit = watch(context)
    show(visit, address, **state)
    wait_for_head(visit.page, visit.page.locator("#protlens-page").get_attribute("data-head"))
    visit.page.wait_for_timeout(SETTLED)
    seen = section_of(visit, panel) if panel else visit.page
    seen.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    context.close()


if __name__ == "__main__":
    main()
