import json

import pytest

from protlens.errors import PageError
from protlens.page import hosting as assets
from protlens.page.hosting import NAMES, json_text, page_assets


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    for name in NAMES:
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_the_folder_of_a_built_page_is_given(folder):
    assert page_assets() == folder


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_lacks_a_file_was_not_built(folder, name):
    (folder / name).unlink()
    with pytest.raises(PageError, match=rf"not built .*\({name} missing\); install protlens from a wheel, or run"):
        page_assets()


def test_a_page_that_was_never_built_names_all_that_is_missing(folder, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", folder / "nowhere")
    with pytest.raises(PageError, match=r"page\.js, page\.css, viewer\.js missing"):
        page_assets()


def test_a_document_is_read_back():
    document = {"label": "12-4", "weight": [0.25, None], "name": "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve <b>"}
    assert json.loads(json_text(document)) == document
    assert " " not in json_text({"a": [1, 2], "b": {}})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_write_is_a_defect(value):
    with pytest.raises(ValueError, match="JSON"):
        json_text({"weight": value})
