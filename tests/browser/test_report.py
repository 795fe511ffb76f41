"""The report, opened from disk."""

import pytest

import protlens
from browsing import show, wait_for_head


@pytest.fixture(scope="module")
def report(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "a report.html"
    protlens.write_report(run_folder, out=path)
    return path.as_uri()


def test_a_report_opens_offline_with_everything_in_it(visit, report):
    visit.page.context.set_offline(True)
    show(visit, report)
    page = visit.page
    assert int(page.locator('[data-panel="structure"]').get_attribute("data-drawn-arcs")) > 0
    assert page.locator("[data-cell]").count() == 48
    broken = page.evaluate("[...document.images].filter(image => !image.complete || !image.naturalWidth).length")
    assert page.locator("img").count() >= 5
    assert broken == 0
    assert visit.outside("file") == []


def test_another_head_and_protein_are_shown_from_the_file(visit, report):
    show(visit, report)
    page = visit.page
    page.locator('[data-cell="2-4"]').click()
    wait_for_head(page, "2-4")
    other = page.locator('[data-panel="proteins"] [role=option]').nth(2)
    name = other.get_attribute("data-protein")
    other.click()
    page.wait_for_selector(f'#protlens-page[data-protein="{name}"]')
    wait_for_head(page, "2-4")
    assert "head=2-4" in page.url.partition("#")[2]


def test_the_report_says_something_without_scripts(browser, report):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    text = page.locator("body").inner_text()
    assert "mini-bert" in text
    assert "needs JavaScript" in text or "JavaScript" in text
    assert page.locator("img").count() >= 5
    context.close()
