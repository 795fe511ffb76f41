"""A real server on a real socket, and clients that do not keep to its bounds.

Where a bound is shortened, nothing is expected to happen soon: only to happen, or not to.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn

from document_table import LIMIT, Table
from protlens.web import arrivals, connections
from protlens.web.app import create_app
from protlens.web.connections import client_of
from protlens.web.server import answer_requests, listen

PATIENCE = 60
"""Seconds after which a test gives up."""

LONG = 1000
LARGE = 50_000_000
GET = b"GET /index.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
POST = b"POST /sequences?name=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"


class Waiting(Table):
    """A table whose document ``arcs`` is large."""

    def document(self, name, parameters, /):
        if name == "arcs":
            return {"name": "x" * LARGE}
        return super().document(name, parameters)


@pytest.fixture
def table() -> Table:
    return Waiting(accepts={"bytes": LIMIT, "residues": 1000})


@pytest.fixture
def server(table, assets, monkeypatch) -> Iterator[tuple[int, set]]:
    """Start a server; give its port and its open connections."""
    started: list[uvicorn.Server] = []
    make = uvicorn.Server
    monkeypatch.setattr(uvicorn, "Server", lambda config: started.append(make(config)) or started[-1])
    with listen("127.0.0.1", 0) as listener:
        thread = Thread(target=answer_requests, args=(create_app(table, assets=assets), listener))
        thread.start()
        until(lambda: started)
        yield listener.getsockname()[1], started[0].server_state.connections
        started[0].should_exit = True
        thread.join(PATIENCE)
    assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline
        sleep(0.01)


@pytest.fixture
def connect(server) -> Iterator[Callable[..., socket.socket]]:
    """Connect, from any address of loopback, and send something."""
    with ExitStack() as opened:

        def connected(content: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
            client = socket.create_connection(("127.0.0.1", server[0]), timeout=PATIENCE, source_address=(source, 0))
            opened.enter_context(client).sendall(content)
            return client

        yield connected


def answer(client: socket.socket) -> bytes:
    """Return all that comes until the connection ends, however it ends."""
    content = b""
    with suppress(ConnectionError):
        while part := client.recv(1 << 16):
            content += part
    return content


def status(client: socket.socket) -> int:
    content = answer(client)
    return int(content.split()[1]) if content else 0


@contextmanager
def trickling(clients: list[socket.socket], part: bytes = b"x") -> Iterator[None]:
    """Let clients send a byte now and then, as long as they may."""
    ended = []

    def send() -> None:
        while not ended:
            for client in clients:
                with suppress(OSError):
                    client.sendall(part)
            sleep(0.05)

    thread = Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        ended.append(True)
        thread.join(PATIENCE)


HALF = b"GET /index.json HTTP/1.1\r\nHost: localhost\r\nX-Never: "


@pytest.mark.parametrize("half", [b"", HALF])
def test_half_open_connections_keep_nobody_out(connect, monkeypatch, half):
    """Not even one who comes from the same address."""
    monkeypatch.setattr(connections, "SECONDS", LONG)
    opened = [connect(half) for _ in range(130)]
    assert [status(connect(GET)) for _ in range(5)] == [200] * 5
    assert [status(connect(GET, "127.0.0.2")) for _ in range(5)] == [200] * 5
    assert len(opened) == 130


def test_half_open_connections_of_many_clients_keep_nobody_out(connect, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", LONG)
    opened = [connect(HALF, f"127.0.0.{2 + number % 20}") for number in range(130)]
    assert [status(connect(GET)) for _ in range(5)] == [200] * 5
    assert len(opened) == 130


def test_headers_that_trickle_in_are_cut_off(connect, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", 0.5)
    clients = [connect(b""), connect(HALF), connect(b"POST /")]
    with trickling(clients):
        assert [answer(client) for client in clients] == [b""] * 3


def test_the_second_request_of_a_connection_has_no_more_time(connect, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", 0.5)
    client = connect(GET.replace(b"Connection: close\r\n", b""))
    assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
    with suppress(ConnectionError):
        client.sendall(HALF)
    with trickling([client]):
        assert b"HTTP/1.1" not in answer(client)


def test_a_body_that_nobody_reads_holds_no_connection(connect, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", 0.5)
    client = connect(GET.replace(b"Connection: close", b"Content-Length: 100000"))
    with trickling([client]):
        assert answer(client).startswith(b"HTTP/1.1 200")


@pytest.mark.slow
def test_a_client_that_does_not_listen_is_left(connect, server, monkeypatch):
    monkeypatch.setattr(connections, "STALLED", 0.5)
    client = connect(GET.replace(b"index", b"arcs"))
    until(lambda: at_work(server))
    until(lambda: not server[1])
    assert len(answer(client)) < LARGE


def at_work(server) -> int:
    return sum(each.cycle is not None and each.deadline is None for each in list(server[1]))


@pytest.mark.slow
def test_an_answer_that_is_taken_in_slowly_is_sent_to_its_end(connect, monkeypatch):
    monkeypatch.setattr(connections, "STALLED", PATIENCE)
    monkeypatch.setattr(connections, "SECONDS", 0.2)
    client = connect(GET.replace(b"index", b"arcs"))
    content, begun = 0, monotonic()
    while part := client.recv(1 << 20):
        content += len(part)
        sleep(0.02)
    assert monotonic() - begun > 0.2
    assert content > LARGE


def test_a_client_whose_connections_are_all_at_work_is_refused_and_others_are_not(connect, server, monkeypatch):
    monkeypatch.setattr(connections, "PER_CLIENT", 3)
    monkeypatch.setattr(arrivals, "GRACE", LONG)
    busy = [connect(POST % (b"a", 5)) for _ in range(3)]
    until(lambda: at_work(server) == 3)
    assert status(connect()) == 503
    assert status(connect(GET, "127.0.0.2")) == 200
    for client in busy:
        client.sendall(b"MKTAY")
    assert [status(client) for client in busy] == [200] * 3


def test_a_browser_with_several_tabs_has_room(connect):
    assert [status(client) for client in [connect(GET) for _ in range(24)]] == [200] * 24


@pytest.mark.parametrize(
    "host",
    [b"localhost\t", b"\tlocalhost", b"localhost\r\n\t", b"localhost\r\n ", b"local\thost", b"localhost\t\r\nX: y"],
)
def test_a_host_with_a_tab_or_on_two_lines_is_refused(connect, table, host):
    client = connect(b"POST /sequences?name=a HTTP/1.1\r\nHost: " + host + b"\r\nContent-Length: 5\r\n\r\nMKTAY")
    assert status(client) == 400
    assert table.taken == []


def test_a_tab_elsewhere_is_none_of_the_host(connect, table):
    content = b">localhost\tx\nMKTAYIAK\r\n\r\nHost: a\tb"
    request = (POST % (b"a", len(content))).replace(b"\r\nConn", b"\r\nX: a\tb\r\nConn") + content
    assert status(connect(request)) == 200
    assert table.taken == [("a", content.decode())]


def test_slow_uploads_do_not_keep_others_from_theirs(connect, table, monkeypatch):
    monkeypatch.setattr(arrivals, "GRACE", LONG)
    monkeypatch.setattr(arrivals, "SECONDS", LONG)
    monkeypatch.setattr(arrivals, "IMPATIENCE", LONG)
    slow = [connect(POST % (b"slow", 1000) + b"MK") for _ in range(arrivals.PER_CLIENT)]
    with trickling(slow[:1]):
        assert status(connect(POST % (b"a", 5) + b"MKTAY", "127.0.0.2")) == 200
        assert status(connect(GET)) == 200
    assert table.taken == [("a", "MKTAY")]


def test_a_slow_upload_gives_way_to_another_of_the_same_client(connect, table, monkeypatch):
    monkeypatch.setattr(arrivals, "GRACE", LONG)
    monkeypatch.setattr(arrivals, "SECONDS", LONG)
    monkeypatch.setattr(arrivals, "IMPATIENCE", 0)
    slow = [connect(POST % (b"slow", 1000)) for _ in range(arrivals.PER_CLIENT)]
    assert status(connect(POST % (b"a", 5) + b"MKTAY")) == 200
    assert table.taken == [("a", "MKTAY")]
    assert len(slow) == arrivals.PER_CLIENT


def test_an_upload_that_trickles_in_is_ended(connect, table, monkeypatch):
    monkeypatch.setattr(arrivals, "GRACE", 0.5)
    monkeypatch.setattr(connections, "SECONDS", 2)
    clients = [connect(POST % (b"slow", 10_000)) for _ in range(2)]
    with trickling(clients):
        assert [status(client) for client in clients] == [408, 408]
    assert table.taken == []


def test_an_upload_that_comes_in_parts_is_taken(connect, table):
    client = connect(POST % (b"a", 5))
    for letter in b"MKTAY":
        sleep(0.05)
        client.sendall(bytes([letter]))
    assert status(client) == 200
    assert table.taken == [("a", "MKTAY")]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
        ("2001:db8:0:1::9", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
    ],
)
def test_who_a_client_is(address, client):
    assert client_of(address) == client
