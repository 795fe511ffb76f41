import gzip

import pytest
from starlette.testclient import TestClient

from document_table import ORIGIN
from protlens.page.hosting import NAMES
from protlens.web.app import create_app
from protlens.web.static_files import Asset


@pytest.mark.parametrize("name", NAMES)
def test_each_built_file_is_served_whole(client, assets, name):
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 200
    assert answer.content == (assets / name).read_bytes()
    assert (
        answer.headers["content-type"]
        == ("text/css" if name.endswith("css") else "text/javascript") + "; charset=utf-8"
    )
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_client_that_does_not_unpack_gets_it_plain(client, assets):
    answer = client.get("/assets/page.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (assets / "page.js").read_bytes()


def test_what_a_browser_has_is_not_sent_again(client, assets):
    tag = client.get("/assets/page.js").headers["etag"]
    again = client.get("/assets/page.js", headers={"If-None-Match": f'W/"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/assets/page.js", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/assets/viewer.js", headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_changes_with_the_content(client_of, tmp_path, assets, table):
    for name in NAMES:
        (tmp_path / name).write_text("other")
    other = TestClient(create_app(table, assets=tmp_path), base_url=ORIGIN)
    assert other.get("/assets/page.js").headers["etag"] != client_of().get("/assets/page.js").headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
        "/assets/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/assets//etc/passwd",
        "/assets/page.js/",
        "/assets/page.js%00",
        "/assets/PAGE.JS",
        "/assets/.%5c..%5cpage.js",
        "/assets/" + "x" * 10_000,
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(path, follow_redirects=False).status_code == 404


def test_files_beside_them_are_not_served(client, assets):
    (assets / "secret.txt").write_text("secret")
    assert client.get("/assets/secret.txt").status_code == 404


def test_gzip_is_the_same_at_every_start(assets):
    one, other = Asset.read(assets / "page.js"), Asset.read(assets / "page.js")
    assert one == other
    assert gzip.decompress(one.packed) == one.plain
