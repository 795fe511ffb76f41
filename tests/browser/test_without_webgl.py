"""A browser that cannot draw in three dimensions shows everything else."""

import pytest

from browsing import NO_WEBGL, section_of, watch


@pytest.fixture
def flat(start_browser):
    browser = start_browser(NO_WEBGL)
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield watch(context)
    browser.close()


def test_everything_but_the_structure_works(flat, served):
    page = flat.page
    page.goto(served)
    page.wait_for_selector('#protlens-page[data-ready="true"][data-viewer-state="failed"]')
    assert page.evaluate("document.createElement('canvas').getContext('webgl')") is None
    assert "WebGL" in section_of(flat, "structure").inner_text()
    page.locator('[data-cell="2-4"]').click()
    for panel in ("map", "sequence"):
        page.wait_for_selector(f'[data-panel="{panel}"][data-drawn-head="2-4"]')
    assert "2-4" in section_of(flat, "numbers").inner_text()
