"""The messages and traits of the widget, without a browser."""

from collections.abc import Mapping
from typing import Any

import pytest

from protlens.errors import OptionError, PageError, UnknownNameError
from protlens.notebook.widget import PageWidget

HOSTILE = '<script>alert("1")</script>\'/'
INDEX = {
    "properties": [{"name": "contact"}, {"name": "binding_site"}],
    "modes": ["matched", "paper"],
    "model": {"layers": 2, "heads": 3},
    "accepts": {"bytes": 1, "residues": 1},
    "start": {"property": "contact", "mode": "matched", "head": "2-3", "protein": HOSTILE},
}


class Table:
    def document(self, name: str, parameters: Mapping[str, str], /) -> dict[str, Any]:
        if name == "index":
            return INDEX
        if name == "protein" and parameters["id"] not in ("one", HOSTILE):
            raise UnknownNameError(f"protein {parameters['id']!r}: not known")
        if name == "scene":
            raise ZeroDivisionError
        return {"name": name, **parameters}


@pytest.fixture
def sent(monkeypatch) -> list[tuple[dict, list[bytes]]]:
    """What widgets send, in order."""
    messages: list[tuple[dict, list[bytes]]] = []
    monkeypatch.setattr(
        PageWidget, "send", lambda self, content, buffers=None: messages.append((content, list(buffers or [])))
    )
    return messages


@pytest.fixture
def page(assets) -> PageWidget:
    return PageWidget(Table())


def ask(page: PageWidget, request: object) -> None:
    """Deliver what a browser sends."""
    page._handle_custom_msg(request, [])


def test_it_carries_the_page_and_shows_what_the_explorer_would(page):
    state = page.get_state()
    assert state["_esm"] == "export default {}"
    assert state["_css"] == "p { }"
    chosen = {name: state[name] for name in ("property", "mode", "head", "protein", "residue")}
    assert chosen == {**INDEX["start"], "residue": None}
    assert page.layout.height == "900px"


def test_what_is_chosen_comes_before_what_the_explorer_would_show(assets):
    page = PageWidget(Table(), height=500, head="1-1", property="binding_site", protein="one")
    assert (page.head, page.property, page.protein, page.mode) == ("1-1", "binding_site", "one", "matched")
    assert page.layout.height == "500px"


def test_a_document_is_answered_under_the_id_of_its_request(page, sent):
    ask(page, {"kind": "get", "id": "7", "name": "heads", "parameters": {"property": HOSTILE}})
    assert sent == [({"id": "7", "document": {"name": "heads", "property": HOSTILE}}, [])]


def test_nothing_can_be_handed_over(page, sent):
    ask(page, {"kind": "get", "id": "1", "name": "index", "parameters": {}})
    assert sent == [({"id": "1", "document": {**INDEX, "accepts": None}}, [])]


def test_an_error_is_answered_with_its_line(page, sent, capsys):
    ask(page, {"kind": "get", "id": "1", "name": "protein", "parameters": {"id": "two"}})
    assert sent == [({"id": "1", "error": "protein 'two': not known"}, [])]
    assert capsys.readouterr().err == ""


def test_a_defect_is_told_and_keeps_its_traceback(page, sent, capsys):
    ask(page, {"kind": "get", "id": "1", "name": "scene", "parameters": {}})
    assert sent == [({"id": "1", "error": "protlens failed at this; the notebook's log says more"}, [])]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_the_viewer_is_handed_over_as_it_is(page, sent, assets):
    ask(page, {"kind": "viewer", "id": "2"})
    assert sent == [({"id": "2"}, [(assets / "viewer.js").read_bytes()])]


NO_REQUESTS = [
    None,
    [],
    "get",
    {},
    {"kind": "get"},
    {"kind": "get", "id": 1, "name": "index", "parameters": {}},
    {"kind": "get", "id": "1", "name": "index", "parameters": []},
    {"kind": "x", "id": "1"},
]


@pytest.mark.parametrize("request_", NO_REQUESTS)
def test_what_is_no_request_is_not_answered(page, sent, request_):
    ask(page, request_)
    assert sent == []


def test_a_click_reaches_python(page):
    seen = []
    page.observe(lambda change: seen.append((change["name"], change["new"])), ["head", "residue", "protein"])
    page.set_state({"head": "1-2", "residue": 7, "protein": "one"})
    assert sorted(seen) == [("head", "1-2"), ("protein", "one"), ("residue", 7)]
    page.set_state({"residue": None})
    assert seen[-1] == ("residue", None)


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("head", "3-1", OptionError, "allowed: 1-1 to 2-3"),
        ("head", "1-4", OptionError, "allowed: 1-1 to 2-3"),
        ("head", "", OptionError, "LAYER-HEAD"),
        ("head", "0-1", OptionError, "LAYER-HEAD"),
        ("property", "contakt", UnknownNameError, "did you mean contact?"),
        ("mode", "papers", OptionError, "allowed: matched, paper"),
        ("protein", "two", UnknownNameError, "'two': not known"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(page, assets, name, value, error, words):
    before = getattr(page, name)
    with pytest.raises(error, match=words):
        setattr(page, name, value)
    assert getattr(page, name) == before
    with pytest.raises(error, match=words):
        PageWidget(Table(), **{name: value})


def test_a_run_without_proteins_can_be_shown(assets, monkeypatch):
    monkeypatch.setitem(INDEX, "start", {**INDEX["start"], "protein": None})
    assert PageWidget(Table()).protein is None


def test_a_page_that_was_not_built_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("protlens.page.hosting.ASSETS", tmp_path)
    with pytest.raises(PageError, match=r"page\.js"):
        PageWidget(Table())
