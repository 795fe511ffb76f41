import pytest

from web.test_hosts import FOREIGN, OWN

FOREIGN_ORIGINS = [
    "http://evil.example",
    "http://127.0.0.1:8101",
    "http://localhost:8100",
    "https://127.0.0.1:8100",
    "http://127.0.0.1",
    "http://127.0.0.1:8100.evil.example",
    "http://127.0.0.1:8100/",
    "null",
    "",
    "file://",
]


def addresses() -> list[tuple[str, str]]:
    return [("GET", "/"), ("GET", "/index.json"), ("GET", "/assets/page.js"), ("GET", "/x"), ("POST", "/structures")]


@pytest.mark.parametrize("host", [host for host in FOREIGN if host.isascii() and host.isprintable()])
def test_a_foreign_name_is_refused_everywhere(client, host):
    for method, path in addresses():
        answer = client.request(method, path, headers={"Host": host})
        assert answer.status_code == 421
        assert "Host" in answer.json()["error"]


@pytest.mark.parametrize("host", OWN)
def test_own_names_are_answered(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_two_names_are_refused(client):
    assert client.get("/", headers=[("Host", "127.0.0.1:8100"), ("Host", "evil.example")]).status_code == 421


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Forwarded-For"])
def test_what_a_proxy_says_changes_nothing(client, header):
    assert client.get("/", headers={header: "host=localhost", "Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize("path", ["/sequences", "/structures"])
def test_nothing_is_taken_from_another_page(client, table, path, origin):
    answer = client.post(path, content="MKTAYIAK", headers={"Origin": origin})
    assert (answer.status_code, answer.json()) == (403, {"error": "only the page of this server may ask this"})
    assert table.taken == []


@pytest.mark.parametrize("host", ["127.0.0.1:8100", "localhost:9000", "[::1]:8100"])
def test_the_own_page_may_hand_over(client, host):
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert client.post("/sequences?name=a", content="MKTAYIAK", headers=headers).json() == {"proteins": ["a"]}


def test_a_program_without_a_page_may_hand_over(client):
    assert client.post("/sequences?name=a", content="MKTAYIAK").json() == {"proteins": ["a"]}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_embeds_or_fetches_is_refused(client, site):
    for method, path in addresses():
        for mode in ("no-cors", "cors", "websocket"):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
            assert client.request(method, path, headers=headers).status_code == 403


def test_another_page_may_link_here_but_post_nothing(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/heads?head=3-2", headers=headers).status_code == 200
    assert client.post("/sequences", content="MKTAYIAK", headers=headers).status_code == 403
