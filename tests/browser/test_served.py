"""A run in the browser, as ``protlens serve`` shows it."""

import csv
import json
from urllib.parse import urlsplit
from xml.etree import ElementTree

import polars as pl
import pytest

import protlens
from browsing import saved, show, wait_for_head

PANELS = {"controls", "proteins", "upload", "heads", "numbers", "gallery", "structure", "map", "sequence"}


@pytest.fixture(scope="module")
def heads(run_folder):
    return pl.read_parquet(run_folder / "heads.parquet")


def test_a_run_is_shown_and_nothing_outside_is_asked_for(visit, served):
    show(visit, served)
    page = visit.page
    panels = {section.get_attribute("data-panel") for section in page.locator("section[data-panel]").all()}
    assert panels == PANELS
    assert page.locator("[data-cell]").count() == 6 * 8
    assert int(page.locator('[data-panel="structure"]').get_attribute("data-drawn-arcs")) > 0
    assert visit.outside(urlsplit(served).netloc) == []
    assert "60 of 302 proteins" in page.locator(".masthead").inner_text()


def test_where_there_is_no_number_none_is_shown_and_no_scale_for_one(visit, served, heads):
    some = heads.filter(~pl.col("supported"), property="contact")["label"][0]
    show(visit, served, property="contact", head=some)
    numbers = visit.page.locator('[data-panel="numbers"]')
    assert "Not supported" in numbers.inner_text()
    assert numbers.locator("dl > div", has_text="Lift").locator("dd").inner_text() == "\N{EN DASH}"
    assert visit.page.locator(".colour-bar").count() == 1
    none = heads.group_by("property").agg(pl.col("supported").any()).filter(~pl.col("supported"))["property"]
    show(visit, served, property=sorted(none)[0])
    visit.page.get_by_text("No head has enough arcs for a number.").wait_for()
    assert visit.page.locator(".colour-bar").count() == 0
    assert visit.page.locator('[data-panel="heads"] .lacking').count() == 1


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_the_numbers_of_a_head_are_those_of_the_run(visit, served, run_folder, heads, mode):
    from protlens import Run, tabulate

    table = heads if mode == "matched" else tabulate(Run.open(run_folder), mode="paper").heads
    best = table.filter(pl.col("supported"), property="secondary_structure:helix").sort("alignment").row(-1, named=True)
    show(visit, served, property="secondary_structure:helix", mode=mode, head=best["label"])
    text = visit.page.locator('[data-panel="numbers"]').inner_text().replace("\N{THIN SPACE}", " ")
    shown = [f"{100 * best[name]:#.3g}" for name in ("alignment", "background", "ci_low", "ci_high")]
    assert [number for number in shown if number not in text] == []
    assert f"{best['arcs']:,}" in text.replace("\N{NARROW NO-BREAK SPACE}", ",")


def test_the_address_carries_the_view(visit, served):
    show(visit, served, property="amino_acid:C", head="3-5", threshold="0.25")
    page = visit.page
    wait_for_head(page, "3-5")
    page.locator('[data-cell="4-6"]').click()
    wait_for_head(page, "4-6")
    page.wait_for_url("**head=4-6**")
    assert "property=amino_acid" in page.url
    assert "threshold=0.25" in page.url


def test_an_address_with_nonsense_shows_the_start_and_says_so(visit, served):
    show(visit, served, property="<script>alert(1)</script>", head="99-99", threshold="much")
    text = visit.page.locator("#protlens-page").inner_text()
    assert "99-99" in text
    assert visit.page.locator("#protlens-page").get_attribute("data-head") != "99-99"


def test_heads_are_reached_by_keyboard_alone(visit, served):
    show(visit, served, head="2-2")
    page = visit.page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-cell')"):
            break
    assert page.evaluate("document.activeElement.dataset.cell") == "2-2"
    for key, expected in {"ArrowRight": "2-3", "ArrowUp": "3-3", "Home": "3-1", "End": "3-8"}.items():
        page.keyboard.press(key)
        page.wait_for_selector(f'[data-cell="{expected}"]:focus')
        wait_for_head(page, expected)
    spoken = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "3-8" in spoken


def test_fewer_arcs_pass_a_higher_threshold(visit, served, run_folder):
    run = protlens.Run.open(run_folder)
    arcs = run.arc_counts(1, 1)
    protein = run.proteins()["id"][max(arcs, key=arcs.__getitem__)]
    show(visit, served, head="2-2", threshold="0.1", arcs="200", protein=protein)
    page = visit.page
    counts = []
    for threshold in ("0.1", "0.3", "0.6"):
        page.goto(f"{served}/?head=2-2&arcs=200&threshold={threshold}&protein={protein}")
        page.wait_for_selector('[data-panel="structure"][data-drawn-arcs]')
        counts.append(int(page.locator("#protlens-page").get_attribute("data-drawn-arcs")))
    assert counts[0] > counts[1] > counts[2] >= 0


def test_a_residue_chosen_in_the_sequence_is_told_everywhere(visit, served):
    show(visit, served)
    page = visit.page
    page.locator("[data-residue='5']").first.click()
    page.wait_for_selector('[data-selected="5"]')
    page.get_by_role("button", name="Go to residue").wait_for()


def test_a_protein_is_found_and_opened(visit, served, run_folder):
    show(visit, served)
    wanted = pl.read_parquet(run_folder / "proteins.parquet")["id"].to_list()[7]
    field = visit.page.get_by_role("combobox", name="Search proteins")
    field.fill(wanted.lower())
    field.press("Enter")  # at once, before the search is answered
    visit.page.wait_for_selector(f'#protlens-page[data-protein="{wanted}"]')


def test_a_protein_is_found_by_its_name_and_says_what_it_is(visit, served, run_folder):
    show(visit, served)
    run = protlens.Run.open(run_folder)
    data = protlens.load_dataset("pdb-mini")
    wanted = data[run.proteins()["id"].to_list()[7]]
    field = visit.page.get_by_role("combobox", name="Search proteins")
    field.fill(wanted.title.lower())
    visit.page.locator(f'[role="option"][data-protein="{wanted.id}"]').click()
    visit.page.wait_for_selector(f'#protlens-page[data-protein="{wanted.id}"]')
    about = visit.page.locator('[data-panel="proteins"] p.what')
    assert wanted.title[:30] in about.inner_text()
    assert wanted.organism[:30] in about.inner_text()


def test_both_themes_are_there(visit, served):
    show(visit, served)
    page = visit.page
    before = page.locator("#protlens-page").get_attribute("data-theme")
    first = background(page)
    page.get_by_role("button", name="colours").click()
    page.wait_for_selector(f'#protlens-page[data-theme="{({"light", "dark"} - {before}).pop()}"]')
    assert background(page) != first


def background(page):
    return page.evaluate("getComputedStyle(document.querySelector('section.panel')).backgroundColor")


def test_each_panel_is_saved_as_a_picture_and_as_a_table(visit, served):
    show(visit, served, head="2-2")
    for panel in ("heads", "map", "sequence"):
        assert ElementTree.fromstring(saved(visit, panel, "SVG")).tag.endswith("svg")
        assert saved(visit, panel, "PNG").startswith(b"\x89PNG\r\n\x1a\n")
    rows = list(csv.DictReader(saved(visit, "heads", "CSV").decode("utf-8-sig").splitlines()))
    assert [row["label"] for row in rows][:2] == ["1-1", "1-2"]
    assert len(rows) == 48


def test_the_json_of_a_view_is_at_the_same_address(visit, served, heads):
    show(visit, served)
    answer = visit.page.request.get(f"{served}/heads.json?property=contact&mode=matched")
    columns = answer.json()["columns"]
    assert columns["arcs"] == heads.filter(property="contact")["arcs"].to_list()
    json.dumps(columns, allow_nan=False)
