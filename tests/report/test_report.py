import base64
import gzip
import json
import re
import shutil
import socket

import polars as pl
import pytest

from hostile import DATASET, IDS, MODEL
from html_elements import Elements
from protlens.errors import OptionError, PageError, RunError
from protlens.explorer.opening import open_run
from protlens.folder_lock import LOCK
from protlens.naming import property_title
from protlens.number_text import percent
from protlens.page import hosting as assets
from protlens.page.single_file import FEATURED_ARCS, MAIN, document_key, strongest
from protlens.report import report as write
from protlens.report.finding_lines import finding_lines
from protlens.report.findings import ReportVerdict, find, is_amino_acid, strongest_first
from protlens.report.report import write_report
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from toy import few_proteins_suffice

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def explorer(made, model, dataset):
    return open_run(made.run.path, model=model, dataset=dataset)


@pytest.fixture(scope="module")
def report(made, model, dataset, built, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    with few_proteins_suffice(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "ASSETS", built)
        return write_report(made.run.path, out=out, model=model, dataset=dataset)


@pytest.fixture(scope="module")
def page(report):
    return Elements(report.path.read_text("utf-8"))


@pytest.fixture
def undrawn(monkeypatch):
    """Leave out what takes long, the figures."""
    monkeypatch.setattr(write, "sections", lambda *_, **__: [])


def carried(page):
    return {
        attributes["id"]: json.loads(gzip.decompress(base64.b64decode(text)))
        for attributes, text in page.all("script")
        if re.fullmatch(r"protlens-(main|protein-\d+)", attributes.get("id", ""))
    }


def test_documents_thaw_to_what_the_explorer_gives(report, page, explorer):
    documents = carried(page)
    main = documents.pop(MAIN)
    groups = main.pop("groups")
    assert tuple(groups) == report.proteins
    heads = explorer.document("heads", {"property": "contact", "mode": "matched"})["columns"]["label"]
    for name, element in groups.items():
        thawed = documents.pop(element)
        for document, parameters in [
            ("protein", {"id": name}),
            ("scene", {"protein": name}),
            *(("arcs", {"protein": name, "head": head}) for head in heads),
        ]:
            whole = json.loads(json.dumps(explorer.document(document, parameters)))
            plain = strongest(whole, FEATURED_ARCS) if document == "arcs" else whole
            assert thawed.pop(document_key(document, parameters)) == plain
        assert not thawed
    assert not documents
    assert main[document_key("index", {})]["modes"] == ["matched"]
    for property in explorer.run.manifest.properties:
        parameters = {"property": property, "mode": "matched"}
        assert main[document_key("heads", parameters)] == explorer.document("heads", parameters)


def test_the_page_starts_with_the_first_finding_and_its_protein(report, page):
    index = carried(page)[MAIN]['["index",[]]']
    assert index["start"]["protein"] == report.proteins[0]
    assert index["accepts"] is None
    first = strongest_first([one for one in find(report.tables) if not is_amino_acid(one)])[0]
    assert (index["start"]["property"], index["start"]["head"]) == (first.name, first.best["label"])


def test_the_first_line_of_the_terminal_stands_open_and_the_others_are_in_words(report, made, page):
    lines = finding_lines(made.run, report.tables)
    assert len(lines) > 1
    said = [text for _, text in page.all("p")]
    begin = said.index(lines[0])
    assert said[begin : begin + len(lines)] == lines
    folded = [text for attributes, text in page.all("details") if "open" not in attributes]
    [words] = [text for text in folded if text.strip().startswith("In words")]
    assert [line in words for line in lines] == [False] + [True] * (len(lines) - 1)


def test_each_property_is_a_row_of_numbers_as_text(report, page):
    others = [one for one in find(report.tables) if not is_amino_acid(one)]
    first = strongest_first(others)[0]
    rows = [text for attributes, text in page.all("tr") if attributes.get("class") in ReportVerdict.__args__]
    assert len(rows) == len(find(report.tables))
    expected = (property_title(first.name), first.best["label"], percent(first.best["alignment"]), "interval")
    assert all(part in rows[0] for part in expected)
    strips = [attributes for attributes, _ in page.all("table") if attributes.get("class") == "strip"]
    assert [one["role"] for one in strips] == ["table"] * 2
    assert all(text for _, text in page.all("title"))


def test_the_first_finding_is_mapped_once_more_in_small_beside_its_verdict(report, page):
    first = strongest_first([one for one in find(report.tables) if not is_amino_acid(one)])[0]
    lead, *others = (image["alt"] for image, _ in page.all("img"))
    assert lead.startswith(f"Heat map of alignment with {property_title(first.name)}")
    assert f"framed: head {first.best['label']}," in lead
    assert lead not in others
    [link] = [text for attributes, text in page.all("a") if attributes.get("class") == "jump"]
    assert link == f"See it in 3-D: head {first.best['label']} on {report.proteins[0]}"


def test_hostile_names_are_text(report, page):
    text = report.path.read_text("utf-8")
    assert set(IDS) & set(report.proteins)
    assert not page.all("i")
    assert not page.all("b")
    assert all(image["src"].startswith("data:image/png;base64,") for image, _ in page.all("img"))
    assert not any(name.startswith("on") for _, attributes, _ in page.found for name in attributes)
    assert MODEL in page.all("h1")[0][1]
    assert DATASET in page.all("header")[0][1]
    assert "<script>alert" not in text


def test_nothing_is_loaded_from_elsewhere(page):
    for tag, attributes, _ in page.found:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name) or ""
            assert value.startswith(("data:", "#")) or not value, (tag, value)
    assert not any("url(" in text or "@import" in text for _, text in page.all("style"))


def test_links_lead_to_headings_of_the_report(page):
    ids = [attributes["id"] for _, attributes, _ in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"].removeprefix("#") for attributes, _ in page.all("a")]
    assert len(links) >= 5
    assert set(links) <= set(ids)
    labelled = [attributes["aria-labelledby"] for _, attributes, _ in page.found if "aria-labelledby" in attributes]
    assert set(labelled) <= set(ids)


def test_every_figure_says_what_is_seen_and_every_table_has_a_caption(page):
    assert len(page.all("img")) == len(page.all("figcaption")) > 10
    assert all(len(image["alt"]) > 20 for image, _ in page.all("img"))
    assert len(page.all("table")) == len(page.all("caption"))


def test_the_answer_comes_before_the_page_and_the_page_before_the_tables(page):
    order = [attributes.get("id") for tag, attributes, _ in page.found if tag in ("h2", "div") and "id" in attributes]
    assert order[:4] == ["found", "look", "protlens-page", "part-1"]


def test_the_tables_of_the_report_are_those_of_the_run(made, page):
    contact = made.tables.heads.filter(pl.col("supported"), property="contact")
    texts = [text for _, text in page.all("table")]
    [every] = [text for text in texts if "The best head of each property" in text]
    for name in ("Contact", "Binding site", "Secondary structure: helix"):
        assert name in every
    best = contact.sort("alignment", descending=True).row(0, named=True)
    assert f"{100 * best['alignment']:.1f} %" in " ".join(texts)


@pytest.mark.usefixtures("undrawn")
def test_a_run_is_reported_in_the_mode_of_its_table(made, model, dataset, tmp_path):
    run = Run(shutil.copytree(made.run.path, tmp_path / "run"), made.run.manifest)
    write_tables(run, tabulate(run, mode="paper"))
    report = write_report(run.path, model=model, dataset=dataset, proteins=0)
    assert report.path == run.path / "report.html"
    page = Elements(report.path.read_text("utf-8"))
    assert "paper mode" in page.all("header")[0][1]
    assert "Counted as published" in " ".join(text for _, text in page.all("li"))
    assert carried(page)[MAIN]['["index",[]]']["start"]["mode"] == "paper"


@pytest.mark.usefixtures("undrawn")
def test_without_tables_the_report_is_the_same(made, model, dataset, tmp_path):
    report = write_report(made.run.path, out=tmp_path / "first.html", model=model, dataset=dataset)
    path = shutil.copytree(made.run.path, tmp_path / "bare")
    for name in ("heads.parquet", "heads.csv"):
        (path / name).unlink()
    shutil.rmtree(path / "tables")
    again = write_report(path, out=tmp_path / "again.html", model=model, dataset=dataset)
    assert again.path.read_bytes() == report.path.read_bytes()


@pytest.mark.usefixtures("undrawn")
def test_as_many_proteins_as_asked_for(made, model, dataset, tmp_path):
    out = tmp_path / "two.html"
    report = write_report(made.run.path, out=out, model=model, dataset=dataset, proteins=2)
    assert len(report.proteins) == 2
    assert len(carried(Elements(out.read_text("utf-8")))) == 3
    with pytest.raises(OptionError, match="proteins 13; allowed: 0 to 12"):
        write_report(made.run.path, out=out, model=model, dataset=dataset, proteins=13)


@pytest.mark.usefixtures("undrawn")
def test_without_the_model_the_report_says_so(made, dataset, tmp_path):
    report = write_report(made.run.path, out=tmp_path / "r.html", dataset=dataset)
    assert report.note is not None
    assert "not on this machine" in report.note
    page = Elements(report.path.read_text("utf-8"))
    assert "Arcs cannot be shown: " in page.all("main")[0][1]
    for documents in carried(page).values():
        assert not any(key.startswith('["arcs"') for key in documents)


def test_without_the_built_page_one_clear_line(made, model, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    with pytest.raises(PageError, match=r"viewer\.js missing"):
        write_report(made.run.path, out=tmp_path / "r.html", model=model, dataset=dataset)
    assert not list(tmp_path.glob("*.html"))


def test_an_unfinished_run_is_refused(made, model, dataset, tmp_path):
    path = shutil.copytree(made.run.path, tmp_path / "run")
    shutil.rmtree(path / "shards" / "00000")
    with pytest.raises(RunError, match="0 of 1 shards"):
        write_report(path, model=model, dataset=dataset)


@pytest.mark.usefixtures("undrawn")
def test_no_report_is_written_into_a_run_that_another_process_writes(made, model, dataset, tmp_path):
    run = shutil.copytree(made.run.path, tmp_path / "run")
    (run / LOCK).write_text(f"1\n{socket.gethostname()}\n")  # a process that runs
    with pytest.raises(RunError, match="process 1 is writing into it"):
        write_report(run, model=model, dataset=dataset, proteins=0)
    assert not (run / "report.html").exists()
    assert write_report(run, model=model, dataset=dataset, proteins=0, out=tmp_path / "a.html").path.exists()


def test_labels_and_numbers_are_not_broken_and_names_stay_text():
    assert write._whole("Head 12-4: <b>") == 'Head <span class="label">12-4</span>: &lt;b&gt;'
    assert write._whole("67.6 % (q = 5e-13)").count('<span class="label">') == 2
