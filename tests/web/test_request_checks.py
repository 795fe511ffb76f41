import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.web.request_checks import LOOPBACK, Hosts, hosts_of, is_loopback

OWN = ["127.0.0.1", "127.0.0.1:8100", "localhost", "LocalHost:9", "[::1]", "[::1]:8100"]
FOREIGN = [
    "",
    "evil.example",
    "evil.example:8100",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost:",
    "localhost:80:80",
    "localhost:port",
    "localhost/../",
    "localhost@evil.example",
    "evil.example@localhost",
    "::1",
    "[::1",
    "[localhost]",
    "127.1",
    "2130706433",
    "0x7f.1",
    "192.168.0.7",
    "[fe80::1]",
    " localhost",
    "localhost ",
    "localhost\r\nX: y",
    "localhost.",
    "lo\u0441alhost",
    "x" * 10_000,
]


@pytest.mark.parametrize("header", OWN)
def test_the_names_of_loopback_are_admitted_on_any_port(header):
    assert LOOPBACK.admit(header)


@pytest.mark.parametrize("header", FOREIGN)
def test_other_names_are_not(header):
    assert not LOOPBACK.admit(header)


@given(st.text(max_size=40))
def test_no_text_but_the_names_is_admitted(header):
    name = header.lower().rpartition(":")[0] if header[-1:].isdecimal() and ":" in header else header.lower()
    assert not LOOPBACK.admit(header) or name in {"127.0.0.1", "localhost", "[::1]"}


def test_a_server_for_others_answers_to_addresses_but_not_to_any_name():
    hosts = hosts_of("0.0.0.0", "0.0.0.0")
    admitted = ["192.168.0.7:8100", "[fe80::1]:8100", "localhost", socket.gethostname()]
    assert all(hosts.admit(header) for header in admitted)
    assert not any(hosts.admit(header) for header in ("evil.example", "192.168.0.7.evil.example", "[::1::2]", "1.2.3"))


def test_a_server_answers_to_the_name_it_was_given():
    assert hosts_of("Node7.cluster", "10.0.0.7").admit("node7.cluster:8100")
    assert hosts_of("127.0.0.2", "127.0.0.2").admit("127.0.0.2:8100")
    assert not hosts_of("localhost", "127.0.0.1").admit("192.168.0.7")


def test_what_is_loopback():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "192.168.0.7", "fe80::1%eth0"]))


def test_hosts_are_compared_by_value():
    assert Hosts(frozenset({"a"})) == Hosts(frozenset({"a"}))


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
