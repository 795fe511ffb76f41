import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from document_table import HOSTILE
from protlens.web.app import DOCUMENTS, create_app
from protlens.web.responses import PAGES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", [*PAGES, "/heads?property=<script>&head=3-2"])
def test_the_page_is_the_same_at_all_of_its_addresses(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == client.get("/").text
    assert '<div id="protlens-page" data-host="served" data-viewer="/assets/viewer.js"></div>' in answer.text


def test_a_title_is_text(client):
    text = client.get("/").text
    assert HOSTILE not in text
    assert "<title>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&#39;/../</title>" in text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_stands_at_the_address_of_its_page(client, name):
    answer = client.get(f"/{name}.json", params={"id": HOSTILE, "query": "é"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    if name != "index":
        assert answer.json() == {"name": name, "parameters": {"id": HOSTILE, "query": "é"}}


@pytest.mark.parametrize(
    "path",
    ["/", "/heads.json", "/heads.json?property=x", "/assets/page.js", "/assets/x", "/nothing", "/arcs.json?head=nan"],
)
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert not any(name.startswith("access-control") for name in headers)
    assert len(headers.get_list("content-security-policy")) == 1


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/arcs.json?head=99-99", 404, "head '99-99'; allowed: 1-1 to 2-2"),
        ("/heads.json?property=x", 400, "property 'x'; allowed: contact"),
        ("/arcs.json?head=broken", 400, "run x: it is damaged"),
        ("/nothing", 404, "Not Found"),
        ("/heads/", 404, "Not Found"),
        ("/documents.json", 404, "Not Found"),
        ("/assets/", 404, "Not Found"),
        ("/structures", 405, "Method Not Allowed"),
    ],
)
def test_an_error_is_one_line_of_json(client, path, status, error):
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_defect_says_nothing_of_itself(client):
    answer = client.get("/arcs.json?head=nan")
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "protlens failed at this; the terminal it runs in says more"},
    )


def test_a_defect_keeps_its_traceback(client_of):
    client = client_of()
    client._transport.raise_server_exceptions = True
    with pytest.raises(ValueError, match="not JSON compliant"):
        client.get("/arcs.json?head=nan")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
@pytest.mark.parametrize("path", ["/", "/heads.json", "/assets/page.js"])
def test_only_reading_is_allowed_where_nothing_is_taken(client, method, path):
    assert client.request(method, path).status_code == 405


def test_documents_are_packed_on_the_way_and_not_kept(client):
    long = "A" * 2000
    answer = client.get("/proteins.json", params={"query": long})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["parameters"]["query"] == long
    assert "content-encoding" not in client.get("/proteins.json", headers={"Accept-Encoding": "identity"}).headers


def test_other_requests_are_answered_while_many_compute(client_of, table):
    """The slow documents wait until the quick one was asked for and answered."""
    entered, answered = Event(), Event()
    plain = table.document

    def document(name, parameters):
        if name != "arcs":
            return plain(name, parameters)
        entered.set()
        return {"in_time": answered.wait(20)}

    table.document = document
    client = client_of()
    with ThreadPoolExecutor(50) as pool:
        slow = [pool.submit(client.get, "/arcs.json") for _ in range(50)]
        assert entered.wait(20)
        assert client.get("/heads.json").status_code == 200
        answered.set()
    assert {answer.result().text for answer in slow} == {'{"in_time":true}'}


def test_documents_are_written_as_they_are(client):
    assert (
        client.get("/heads.json?query=é").content
        == json.dumps(
            {"name": "heads", "parameters": {"query": "é"}}, ensure_ascii=False, separators=(",", ":")
        ).encode()
    )


def test_an_application_needs_no_server(table, assets):
    assert create_app(table, assets=assets).routes
