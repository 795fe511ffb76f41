"""Names that would be markup, addresses or too long elsewhere are text here."""

from dataclasses import replace

import polars as pl
import pytest

import protlens
from browsing import show

IDS = [
    "<script>alert('id')</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd?a=b&c=d#e",
    "x" * 10_000,
    "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve \N{GREEK SMALL LETTER ALPHA} 'quoted' \"twice\" `back`",
]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    chains = protlens.load_dataset("pdb-mini")
    renamed = [rename(protein, IDS[number]) for number, protein in zip(range(len(IDS)), chains, strict=False)]
    path = tmp_path_factory.mktemp("hostile") / "<b>hostile.parquet"
    protlens.Dataset("hostile", renamed).write(path)
    return path


def rename(protein, name):
    notes = (protlens.Annotation("binding_site:metal", "<script>alert('ligand')</script>", (1, 2)),)
    tracks = {**protein.tracks, "<i>mine</i>": "01" * (len(protein) // 2) + "0" * (len(protein) % 2)}
    return replace(protein, id=name, annotations=notes, tracks=tracks, chain='A"<u>')


@pytest.fixture(scope="module")
def run(dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("hostile") / "run"
    protlens.analyze("mini-bert", protlens.load_dataset(dataset), ["contact", "<i>mine</i>"], out=out)
    return out


@pytest.fixture(scope="module")
def address(serve, run, dataset):
    return serve(run, "--dataset", str(dataset))


@pytest.fixture
def alerts(visit):
    seen = []
    visit.page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    return seen


@pytest.mark.parametrize("name", IDS, ids=["script", "image", "path", "long", "unicode"])
def test_an_id_is_text_in_the_served_page(visit, alerts, address, name):
    show(visit, address, protein=name, property="<i>mine</i>")
    assert visit.page.locator("#protlens-page").get_attribute("data-protein") == name
    assert name[:20] in visit.page.locator('[data-panel="proteins"]').inner_text()
    assert (
        visit.page.locator("#protlens-page script, #protlens-page img, #protlens-page i, #protlens-page u").count() == 0
    )
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert alerts == []


def test_ids_are_text_in_the_report(visit, alerts, run, dataset, tmp_path):
    path = tmp_path / "report.html"
    protlens.write_report(run, out=path, dataset=dataset)
    show(visit, path.as_uri())
    assert visit.page.locator("b:has-text('hostile')").count() == 0
    assert "<b>hostile" in visit.page.locator("body").inner_text()
    assert alerts == []
    assert set(pl.read_parquet(run / "proteins.parquet")["id"]) == set(IDS)
