"""1,500 residues, and as many heads as the largest models have."""

import pytest

import protlens
from browsing import show, wait_for_head
from tiny_models import tiny_model_folder


@pytest.fixture(scope="module")
def large(serve, data_files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    model = tiny_model_folder("esm", folder / "esm-tiny", layers=30, heads=64)
    dataset = protlens.load_dataset(data_files / "large_chain.parquet")
    options = protlens.ExtractionOptions(max_length=1500)
    protlens.analyze(model, dataset, ["contact", "secondary_structure"], out=folder / "run", options=options)
    return serve(folder / "run", "--model", str(model), "--dataset", str(data_files / "large_chain.parquet"))


def test_a_large_protein_under_many_heads_is_usable(visit, large):
    show(visit, large, threshold="0.1", arcs="100")
    page = visit.page
    assert page.locator("[data-cell]").count() == 30 * 64
    page.wait_for_selector('[data-panel="sequence"][data-residues="1500"]')
    page.locator('[data-cell="17-40"]').click()
    wait_for_head(page, "17-40")
    page.keyboard.press("ArrowRight")
    wait_for_head(page, "17-41")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
