import asyncio
import logging
import socket
import sys

import pytest

from document_table import Table
from protlens.errors import OptionError
from protlens.explorer import opening
from protlens.web import server
from protlens.web.server import listen, serve


def test_port_0_is_a_free_one():
    with listen("127.0.0.1", 0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        assert port > 0
        with socket.create_connection((host, port), timeout=5):
            pass


def test_a_port_that_is_taken_is_named():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(OptionError, match=f"port {port} of 127.0.0.1: address already in use; choose another"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["", "no.such.host.invalid", "x" * 10_000, "a..b", "127.0.0.1/x", "<b>", "é" * 70])
def test_a_host_that_is_none_is_refused(host):
    with pytest.raises(OptionError) as caught:
        listen(host, 0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(OptionError, match=f"port {port} of 127.0.0.1; allowed"):
        listen("127.0.0.1", port)


class Bound:
    """A socket that says where it is bound to."""

    def __init__(self, *place: object) -> None:
        self._place = place

    def getsockname(self) -> tuple[object, ...]:
        return self._place

    def __enter__(self) -> "Bound":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def started(monkeypatch, assets):
    """Return the address that is announced, and the application, of a server that binds to a host."""

    def start(host: str, *place: object, **options) -> tuple[str, object]:
        addresses, apps = [], []
        monkeypatch.setattr(server, "page_assets", lambda: assets)
        monkeypatch.setattr(opening, "open_run", lambda run, **given: Table(accepts=None))
        monkeypatch.setattr(server, "listen", lambda *asked: Bound(*place))
        monkeypatch.setattr(server, "answer_requests", lambda app, listener: apps.append(app))
        serve("run", host=host, port=8100, on_start=addresses.append, **options)
        return addresses[0], apps[0]

    return start


@pytest.mark.parametrize(
    ("host", "place", "address"),
    [
        ("127.0.0.1", ("127.0.0.1", 8100), "http://127.0.0.1:8100/"),
        ("localhost", ("127.0.0.1", 9), "http://localhost:9/"),
        ("::1", ("::1", 8100, 0, 0), "http://[::1]:8100/"),
    ],
)
def test_on_loopback_no_token_is_asked_for(started, host, place, address):
    said, app = started(host, *place)
    assert said == address
    assert "TokenCheck" not in str(app.user_middleware)


@pytest.mark.parametrize(
    ("host", "place", "start"),
    [
        ("0.0.0.0", ("0.0.0.0", 8100), f"http://{socket.gethostname()}:8100/?token="),
        ("::", ("::", 8100, 0, 0), f"http://{socket.gethostname()}:8100/?token="),
        ("192.168.0.7", ("192.168.0.7", 8100), "http://192.168.0.7:8100/?token="),
        ("node7", ("10.0.0.7", 8100), "http://node7:8100/?token="),
    ],
)
def test_where_others_can_reach_it_a_token_is_made(started, host, place, start):
    (said, app), (again, _) = started(host, *place), started(host, *place)
    token = said.removeprefix(start)
    assert len(token) >= 32
    assert token != again.removeprefix(start)
    assert token in str(app.user_middleware)


def test_a_token_that_was_chosen_is_asked_for_anywhere(started):
    said, app = started("127.0.0.1", "127.0.0.1", 8100, token="x" * 16)
    assert said == "http://127.0.0.1:8100/?token=" + "x" * 16
    assert "TokenCheck" in str(app.user_middleware)


def test_a_bad_token_is_refused_before_anything_is_done():
    with pytest.raises(OptionError, match="16 to 200"):
        serve("no run", token="short")


@pytest.mark.parametrize(
    ("error", "told"),
    [(ValueError(), True), (asyncio.CancelledError(), False), (None, False)],
)
def test_only_defects_are_logged(error, told):
    info = None
    if error is not None:
        try:
            raise error
        except BaseException:
            info = sys.exc_info()
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "message", None, info)
    assert server._is_defect(record) is told
