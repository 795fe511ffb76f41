"""The two chains of HIV protease in one input, on the page that ``protlens view --join-chains`` writes."""

import csv
import io
import re
from itertools import product

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import expect

import protlens
from browsing import saved, section_of, wait_for_head
from protlens.view_options import ViewOptions

HEAD, ARCS, HALF = "3-4", 30, 99


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, data_files):
    options = ViewOptions(head=HEAD, arcs=ARCS, threshold=0.2)
    file, out = data_files / "structures" / "7hvp.pdb.gz", tmp_path_factory.mktemp("view") / "7hvp.html"
    return protlens.view(file, out=out, options=options, join_chains=True)


@pytest.fixture
def opened(visit, drawn):
    visit.page.goto(drawn.path.as_uri())
    visit.page.wait_for_selector('#protlens-page[data-viewer-state="ready"]')
    wait_for_head(visit.page, HEAD)
    return visit


def test_arcs_between_chains_are_counted_and_named(opened, drawn):
    rows = list(csv.DictReader(io.StringIO(saved(opened, "map", "CSV").decode())))
    between = [row for row in rows if "+" in row["chain"]]
    assert 0 < len(between) < len(rows) == drawn.above
    assert sum(row["drawn"] == "true" for row in between) == drawn.between > 0
    summary = f"{ARCS} of {len(rows)} arcs drawn, of which {drawn.between} link two chains"
    expect(section_of(opened, "structure").locator(".summary")).to_contain_text(summary)
    expect(section_of(opened, "proteins").locator("[role=option]")).to_contain_text("198 residues in 2 chains")
    legend = section_of(opened, "map").locator(".legend")
    expect(legend).to_contain_text(f"where a further chain begins; {len(between)} of {len(rows)} arcs link two chains")


def test_a_residue_of_the_second_chain_has_its_name_in_all_panels(opened, drawn):
    between = drawn.tables.arcs.filter((pl.col("query") < HALF) != (pl.col("key") < HALF))
    one, other = sorted(between.select("query", "key").row(0))
    residues = opened.page.locator('[data-panel="sequence"] [role="listbox"]')
    residues.focus()
    for key in ("End", *(197 - other) * ["ArrowLeft"]):
        opened.page.keyboard.press(key)
    label = residues.locator(f'[data-residue="{other}"]').get_attribute("aria-label")
    assert re.match(rf"\w{{3}} {other - HALF + 1} B, ", label)
    listed = opened.page.locator(f'.residue-arcs[data-selected="{other}"] button.arc').all_inner_texts()
    named = [set(re.findall(r"\w{3} (\d+ \w)(?= →|,)", text)) for text in listed]
    assert {f"{one + 1} A", f"{other - HALF + 1} B"} in named
    legend = section_of(opened, "structure").locator(".legend").first
    expect(legend).to_contain_text("chains A, B, read by the model, all chains in one input")


def test_the_structure_shows_what_is_pointed_at_in_the_second_chain(opened, drawn):
    """The residue that is gone to is the one in the middle of the view."""
    key = HALF + 49
    opened.page.locator(f'[data-residue="{key}"]').click()
    section_of(opened, "structure").get_by_role("button", name="Go to residue").click()
    opened.page.wait_for_timeout(1500)
    stage = opened.page.locator(".structure .stage canvas").bounding_box()
    middle = np.array([stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2])
    readout = section_of(opened, "structure").locator(".readout")

    def pointed(shift):
        opened.page.mouse.move(*(middle + shift))
        opened.page.wait_for_timeout(100)
        return readout.inner_text()

    shifts = sorted(product(range(-40, 41, 10), repeat=2), key=np.linalg.norm)
    assert any(pointed(shift).startswith("Ile 50 B") for shift in shifts)
