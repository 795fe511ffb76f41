"""The report at three widths, in light and in dark: nothing overflows, no word is broken, no picture glares."""

import numpy as np
import pytest

import protlens
from browsing import PATIENCE, picture, show, watch

WIDTHS = (390, 768, 1440)

BROKEN = """[...document.querySelectorAll(".report :is(th, td, p, li, dt, dd, h1, h2, h3, a)")].flatMap((element) => {
  const shown = element.checkVisibility() ? [...element.childNodes] : [];
  const texts = shown.filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.flatMap((text) => [...text.data.matchAll(/[A-Za-z]{3,20}/g)].flatMap((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const lines = [...range.getClientRects()].filter((line) => line.width > 1);
    const tops = new Set(lines.map((line) => Math.round(line.top)));
    return tops.size > 1 ? [word[0]] : [];
  }));
})"""
"""Words of up to twenty letters that stand on more than one line."""

OUTSIDE = """[...document.querySelectorAll(".report :is(p, li, svg, img, summary, a, table)")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width && !element.closest(".scroll, .unseen, pre") && (box.left < -1 || box.right > window.innerWidth + 1);
}).map((element) => element.outerHTML.slice(0, 120))"""
"""What reaches over an edge of the window and is in no box that scrolls."""


UNFOLD = "(open) => document.querySelectorAll('.report details').forEach((one) => (one.open = open))"


@pytest.fixture(scope="module")
def report(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("layout") / "report.html"
    protlens.write_report(run_folder, out=path, proteins=1)
    return path.as_uri()


@pytest.fixture
def opened(browser, report):
    contexts = []

    def opened(width, theme="light", **options):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, color_scheme=theme, **options))
        visit = watch(contexts[-1])
        show(visit, report)
        return visit.page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_no_word_is_broken(opened, width):
    page = opened(width)
    for unfolded in (False, True):
        page.evaluate(
            "(open) => document.querySelectorAll('.report details').forEach((one) => (one.open = open))", unfolded
        )
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(BROKEN) == []


def test_a_phone_is_not_scrolled_for_ever(opened):
    page = opened(390)
    assert page.evaluate("document.documentElement.scrollHeight") < 16_000
    rows = page.locator(".strip tbody tr")
    assert max(row.bounding_box()["height"] for row in rows.all() if row.is_visible()) < 110


def test_numbers_are_seen_beside_the_names_on_a_phone_and_names_stay_while_they_are_scrolled(opened):
    page = opened(390)
    table = page.get_by_role("region", name="The best head of each property, the findings first")
    name = table.locator("tbody th").nth(1)
    assert name.bounding_box()["width"] < 160
    before = name.bounding_box()["x"]
    table.evaluate("(box) => (box.scrollLeft = 300)")
    assert table.evaluate("(box) => box.scrollLeft") == 300
    assert abs(name.bounding_box()["x"] - before) < 2


def test_the_first_screen_has_every_verdict_the_map_and_the_way_to_the_structure(opened):
    page = opened(1440)
    for name in (".strip >> nth=0", ".seen img", ".jump"):
        box = page.locator(name).first.bounding_box()
        assert box["y"] + box["height"] < 900, name
    page.locator(".jump").click()
    page.wait_for_function(
        """() => document.querySelector('[data-panel="structure"]').getBoundingClientRect().top < 600""",
        timeout=PATIENCE,
    )
    assert page.locator("#protlens-page").get_attribute("data-ready") == "true"


@pytest.mark.parametrize("width", [1180, 1200, 1320, 1440])
def test_verdicts_and_map_stand_beside_each_other_and_not_upon(opened, width):
    page = opened(width)
    strip, seen = (page.locator(name).first.bounding_box() for name in (".strip", ".seen"))
    assert strip["x"] + strip["width"] <= seen["x"]
    assert abs(strip["y"] - seen["y"]) < 120


def test_marks_stand_where_their_numbers_say(opened):
    page = opened(1440)
    plot = page.locator(".strip tbody .plot").first
    share = float(plot.locator("title").text_content().split()[0])
    ticks = page.locator(".strip >> nth=0").locator("thead text")
    first, last = (ticks.nth(number).bounding_box() for number in (0, ticks.count() - 1))
    left, right = (box["x"] + box["width"] / 2 for box in (first, last))
    dot = plot.locator("circle").bounding_box()
    end = float(ticks.last.text_content().removesuffix(" %"))
    assert abs(dot["x"] + dot["width"] / 2 - (left + (right - left) * share / end)) < 1.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_are_as_bright_as_what_is_around_them(opened, theme):
    page = opened(1440, theme)
    image = picture(page.locator(".seen img").first)
    ground = float(np.median(image[4:12, 40:-40]))
    assert ground > 0.95 if theme == "light" else ground < 0.15
    blue = image[..., 2] - image[..., 0]
    assert np.quantile(blue, 0.99) > 0.2
    assert np.quantile(blue, 0.05) > -0.1


def test_the_page_s_own_switch_turns_the_pictures_and_paper_is_light(opened):
    page = opened(1440)
    page.get_by_role("button", name="Use dark colours").click()
    turned = "getComputedStyle(document.querySelector('.seen img')).filter"
    page.wait_for_function(f"{turned} !== 'none'")
    page.emulate_media(media="print")
    assert page.evaluate(turned) == "none"
    assert page.locator(".folds .cautions li").first.bounding_box()["height"] > 0


def test_dark_is_the_same_however_it_is_chosen_and_paper_is_light(opened):
    colours = """['body', '.report h2', '.report a', '.verdict', '.seen img'].map((name) => {
      const { backgroundColor, color, borderTopColor, filter } = getComputedStyle(document.querySelector(name));
      return [backgroundColor, color, borderTopColor, filter].join();
    })"""
    switched, preferred = opened(1440), opened(1440, "dark")
    light, dark = (page.evaluate(colours) for page in (switched, preferred))
    assert all(one != other for one, other in zip(light, dark, strict=True))
    for page, name, wanted in ((switched, "dark", dark), (preferred, "light", light)):
        page.get_by_role("button", name=f"Use {name} colours").click()
        page.wait_for_selector(f'#protlens-page[data-theme="{name}"]')
        assert page.evaluate(colours) == wanted
    for page in (switched, preferred):
        page.emulate_media(media="print")
        assert page.evaluate(colours) == light


def test_the_verdicts_are_a_table_for_a_screen_reader_on_a_phone_too(opened):
    page = opened(390)
    row = page.get_by_role("table").first.get_by_role("row").nth(1)
    assert row.get_by_role("cell").count() == 5
    assert row.get_by_role("rowheader").count() == 1
    assert "interval" in page.get_by_role("table").first.get_by_role("img").first.locator("title").text_content()
