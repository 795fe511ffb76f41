import base64
import gzip
import hashlib
import json
import os
import re

import pytest
from markupsafe import Markup

from html_elements import Elements
from protlens.errors import PageError
from protlens.page import assets
from protlens.page.frozen import MAIN, document_key, pack, page_text, write_page

HOSTILE = ['<script>alert("x")</script>', "a'b\"c", "../../etc/passwd", "\N{LINE SEPARATOR}\t\\", "x" * 10_000]

PROGRAMS = {"page.js": b"export default 1;", "viewer.js": b"export const a = '</script>';", "page.css": b"a > b{}"}


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    folder = tmp_path / "assets"
    folder.mkdir()
    for name, content in PROGRAMS.items():
        (folder / name).write_bytes(content)
    monkeypatch.setattr(assets, "ASSETS", folder)
    return folder


def unpacked(text):
    return gzip.decompress(base64.b64decode(text, validate=True))


def test_the_file_carries_documents_and_programs_that_come_out_as_they_went_in(tmp_path):
    documents = {document_key("protein", {"id": name}): {"id": name} for name in HOSTILE}
    write_page(tmp_path / "page.html", {MAIN: pack(documents)}, title="t")
    carried = {
        attributes["id"]: unpacked(text)
        for attributes, text in Elements((tmp_path / "page.html").read_text("utf-8")).all("script")
        if attributes["type"] == "application/octet-stream"
    }
    assert json.loads(carried.pop(MAIN)) == documents
    assert carried == {"protlens-page-js": PROGRAMS["page.js"], "protlens-viewer-js": PROGRAMS["viewer.js"]}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_title_and_texts_around_the_page_are_text(tmp_path, hostile):
    before = Markup("<h1>{}</h1>").format(hostile)
    write_page(tmp_path / "page.html", {}, title=hostile, before=before)
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert [text for _, text in found.all("title")] == [hostile]
    assert [text for _, text in found.all("h1")] == [hostile]
    assert len(found.all("script")) == 3  # two programs and the loader


def test_the_policy_admits_the_loader_by_its_hash_and_no_network(tmp_path):
    write_page(tmp_path / "page.html", {}, title="t")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    [policy] = [a["content"] for a, _ in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    [loader] = [text for attributes, text in found.all("script") if attributes["type"] == "module"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    digest = base64.b64encode(hashlib.sha256(loader.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}' blob:"
    assert rules["default-src"] == "'none'"
    assert not re.search(r"https?:|\*|unsafe-eval|'self'", policy)
    assert "unsafe" not in rules["script-src"]


def test_the_file_names_its_language_and_says_what_to_do_without_javascript(tmp_path):
    write_page(tmp_path / "page.html", {}, title="t")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert found.all("html")[0][0]["lang"] == "en"
    assert len(found.all("noscript")) == 1
    [page] = [attributes for attributes, _ in found.all("div") if attributes.get("id") == "protlens-page"]
    assert page["data-host"] == "frozen"


def test_css_cannot_end_its_element(tmp_path, built):
    (built / "page.css").write_text("a::after{content:'</style><script>1</script>'}")
    write_page(tmp_path / "page.html", {}, title="t", style="@media (width < 9px){b::after{content:'</style>'}}")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert [text.count(r"<\/") for _, text in found.all("style")] == [2, 1]
    assert "(width < 9px)" in found.all("style")[1][1]
    assert len(found.all("script")) == 3


def test_the_licences_of_what_is_carried_are_carried_too(tmp_path, built):
    (built / "viewer-licenses.md").write_text("Permission is hereby granted <free of charge>")
    write_page(tmp_path / "page.html", {}, title="t")
    [(attributes, text)] = Elements((tmp_path / "page.html").read_text("utf-8")).all("pre")
    assert "hidden" in attributes
    assert text == "Permission is hereby granted <free of charge>"


def test_a_page_that_is_built_anew_is_carried_anew(tmp_path, built):
    before = page_text({}, title="t")
    (built / "page.js").write_bytes(b"export default 2;")
    os.utime(built / "page.js", ns=(1, 1))
    assert page_text({}, title="t") != before


def test_equal_documents_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        write_page(tmp_path / name, {MAIN: pack({"a": [1.5, None]})}, title="t")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_keys_are_json_with_sorted_parameters():
    assert document_key("heads", {"property": "contact", "mode": "paper"}) == (
        '["heads",[["mode","paper"],["property","contact"]]]'
    )
    assert document_key("protein", {"id": 'é"/<'}) == '["protein",[["id","é\\"/<"]]]'


def test_a_number_that_json_does_not_have_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"a": float("nan")})


def test_without_the_built_page_nothing_is_written(tmp_path, built):
    (built / "viewer.js").unlink()
    with pytest.raises(PageError, match=r"viewer\.js missing"):
        write_page(tmp_path / "page.html", {}, title="t")
    assert not (tmp_path / "page.html").exists()
