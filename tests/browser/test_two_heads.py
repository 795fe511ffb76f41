"""Two heads beside each other: in the address, turned together, in the contact map, by keyboard."""

import numpy as np
import pytest
from playwright.sync_api import expect

from browsing import coloured, picture, section_of, show

STATE = {"head": "1-7", "property": "amino_acid:W", "protein": "7HVP.A", "threshold": "0.1"}


def stages(visit):
    """Return the canvas of both structures."""
    return [visit.page.locator(".structure .stage canvas").nth(at) for at in (0, 1)]


@pytest.fixture
def two(visit, served):
    show(visit, served, **STATE, compare="3-7")
    visit.page.wait_for_selector('.scene[data-drawn-head="3-7"]')
    return visit


def test_a_second_head_is_chosen_by_keyboard_and_stands_in_the_address(visit, served):
    show(visit, served, **STATE)
    assert visit.page.locator(".structure .stage").count() == 1
    visit.page.locator("select[name=compare]").focus()
    visit.page.keyboard.type("3-7")
    visit.page.wait_for_selector('.scene[data-drawn-head="3-7"]')
    visit.page.wait_for_url("**compare=3-7**")
    section = section_of(visit, "structure")
    assert section.locator("h3").all_inner_texts() == ["Head 1-7", "Head 3-7"]
    visit.page.locator("select[name=compare]").select_option("")
    expect(visit.page.locator(".structure .stage")).to_have_count(1)
    visit.page.wait_for_url(lambda url: "compare" not in url)


def test_each_structure_has_the_arcs_of_its_own_head(two, served):
    style = two.page.request.get(f"{served}/index.json").json()["style"]
    holds, fails = ([coloured(picture(stage), style[name]) for stage in stages(two)] for name in ("holds", "fails"))
    assert holds[0] > 1000 > 50 > holds[1]
    assert fails[1] > 20 > fails[0]
    arcs = two.page.request.get(f"{served}/arcs.json?protein=7HVP.A&head=3-7").json()
    many = sum(query != key for query, key in zip(arcs["query"], arcs["key"], strict=True))
    expect(two.page.locator(".scene").nth(1)).to_contain_text(f"30 of {many} arcs drawn")
    expect(section_of(two, "map").locator(".legend")).to_contain_text(f"rings: head 3-7, {many} arcs")


def test_both_heads_are_marked_in_the_map_of_heads(two):
    grid = section_of(two, "heads").locator(".grid")
    for name, label in {"chosen": "1-7", "second": "3-7"}.items():
        frame, cell = (grid.locator(one).bounding_box() for one in (f".frame.{name}", f'[data-cell="{label}"]'))
        middles = [(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2) for one in (frame, cell)]
        assert middles[0] == pytest.approx(middles[1], abs=1)
    two.page.locator("select[name=compare]").select_option("")
    expect(grid.locator(".frame.second")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 1280, 1100])
def test_what_saves_the_structure_stands_in_one_line(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 900})
    show(visit, served, **STATE)
    buttons = section_of(visit, "structure").locator(".saves button")
    assert buttons.all_inner_texts() == ["PNG", "MVSJ", "PyMOL", "ChimeraX", "CSV"]
    assert len({buttons.nth(at).bounding_box()["y"] for at in range(5)}) == 1


@pytest.mark.parametrize("turned", [0, 1])
def test_whichever_is_turned_the_other_turns_too(two, turned):
    before = [picture(stage) for stage in stages(two)]
    two.page.locator(".structure .stage").nth(turned).focus()
    for _ in range(4):
        two.page.keyboard.press("ArrowLeft")
    two.page.wait_for_timeout(1500)
    after = [picture(stage) for stage in stages(two)]
    assert all(np.abs(one - other).mean() > 0.01 for one, other in zip(before, after, strict=True))
    grey = [np.ptp(image, axis=-1) < 0.1 for image in after]  # the cartoon, without the arcs
    dark = [(image.max(-1) < 0.8) & few for image, few in zip(after, grey, strict=True)]
    tops = [np.flatnonzero(found.any(axis=1))[[0, -1]] for found in dark]
    assert np.abs(tops[0] - tops[1]).max() <= 12


def test_a_head_that_is_not_there_is_named(visit, served):
    show(visit, served, **STATE, compare="99-1")
    expect(visit.page.locator(".notes")).to_contain_text("compare “99-1”")
    assert visit.page.locator(".structure .stage").count() == 1


def test_predicted_contacts_stand_beside_a_head_however_improbable_they_are(visit, served):
    show(visit, served, **STATE)
    visit.page.locator("select[name=compare]").select_option("contacts")
    visit.page.wait_for_selector('.scene[data-drawn-head="contacts"]')
    found = visit.page.request.get(f"{served}/arcs.json?protein=7HVP.A&head=contacts").json()
    assert max(found["weight"]) < 0.1  # less than an arc of a head has to have
    expect(visit.page.locator(".scene h3").nth(1)).to_have_text("Predicted contacts")
    expect(visit.page.locator(".scene").nth(1)).to_contain_text(f"30 of {len(found['weight'])} pairs drawn")
    expect(section_of(visit, "map").locator(".legend")).to_contain_text("rings: predicted contacts, 99 pairs")
    expect(section_of(visit, "controls")).to_contain_text("long-range precision at L/5 of this regression")
    visit.page.wait_for_url("**compare=contacts**")


def test_words_are_those_of_what_is_drawn(visit, served):
    """Arrows of a head, lines of predicted contacts, and neither where no arc is strong enough."""
    show(visit, served, **STATE, compare="contacts")
    visit.page.wait_for_selector('.scene[data-drawn-head="contacts"]')
    structure = section_of(visit, "structure")
    arrow, line = "ach arrow points to the residue that is attended to", "ach line joins two residues"
    expect(structure.locator(".summary")).to_contain_text(f"E{arrow}; e{line}")
    expect(structure.locator(".weights")).to_contain_text("weight or probability 0.1")
    weight = section_of(visit, "controls").locator("input[type=number]").first
    weight.fill("1")
    weight.press("Enter")
    expect(structure.locator(".summary")).to_contain_text(f"E{line}")
    expect(structure.locator(".summary")).not_to_contain_text("arrow")
    expect(structure.locator(".weights")).to_contain_text("probability 0.1")
    expect(structure.locator(".legend").first).to_contain_text("pairs, not")
    visit.page.locator("select[name=compare]").select_option("")
    expect(structure.locator(".summary")).to_have_text("0 of 0 arcs drawn.")
    expect(structure.locator(".weights")).to_have_count(0)


def test_two_structures_stand_on_one_line_however_long_the_words_above_them(visit, served):
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    show(visit, served, head="4-7", property="contact", protein="1ORC.A", arcs="0", compare="contacts")
    visit.page.wait_for_selector('.scene[data-drawn-head="contacts"]')
    lines = visit.page.locator(".scene .head-line")
    lines.first.evaluate("(line) => line.append('further words '.repeat(20))")
    heights = [lines.nth(at).bounding_box()["height"] for at in (0, 1)]
    tops = [visit.page.locator(".structure .stage").nth(at).bounding_box()["y"] for at in (0, 1)]
    assert heights[0] > heights[1] + 15
    assert tops[0] == tops[1]


def test_the_name_of_a_residue_in_front_is_seen_on_a_small_protein_too(visit, served):
    """Names alone are black; head 4-7 looks at one residue, which is at the front of 1ORC."""
    show(visit, served, head="4-7", property="contact", protein="1ORC.A", compare="contacts")
    visit.page.wait_for_selector('.scene[data-drawn-head="contacts"]')
    visit.page.wait_for_timeout(1500)
    black = [int((picture(stage).max(-1) < 0.03).sum()) for stage in stages(visit)]
    assert min(black) > 100
