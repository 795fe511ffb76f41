"""Archives of others, from a server on this machine that answers as hosts do."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from protlens.data import published_archives
from protlens.data.published_archives import ARCHIVES, archive_folder, fetch_archive
from protlens.errors import DownloadError, UnknownNameError

NAME, CONTENT = "tape-secondary-structure", bytes(range(256)) * 9000
MD5 = hashlib.md5(CONTENT).hexdigest()


class Host:
    """What the host answers: a status, the length that it announces, and its bytes."""

    def __init__(self) -> None:
        self.status, self.announced, self.content, self.asked = 200, len(CONTENT), CONTENT, 0


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked += 1
            self.send_response(host.status)
            if host.announced is not None:
                self.send_header("Content-Length", str(host.announced))
            self.end_headers()
            self.wfile.write(host.content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/archive.tar.gz"
        here = {name: replace(one, address=address, md5=MD5 if one.md5 else None) for name, one in ARCHIVES.items()}
        monkeypatch.setattr(published_archives, "ARCHIVES", here)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.delenv("HF_HUB_OFFLINE")
        yield host
        server.shutdown()


@pytest.mark.parametrize("name", [NAME, "proteinnet-casp12"])
@pytest.mark.parametrize("announced", [len(CONTENT), None])
def test_an_archive_is_fetched_once_and_its_checksum_told(host, name, announced):
    notes: list[str] = []
    host.announced = announced
    kept = fetch_archive(name, on_note=notes.append)
    assert kept.read_bytes() == CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert kept.with_name(f"{name}.tar.gz.sha256").read_text() == f"{sha256}\n"
    assert notes[0].startswith(f"{name}: fetched from 127.0.0.1:")
    told = f"its md5 is the published one, {MD5}" if name == NAME else "no checksum is published for it"
    assert notes[1] == f"{name}: {told}; sha256 {sha256}, kept beside it"
    assert fetch_archive(name, offline=True, on_note=notes.append) == kept
    assert notes[2] == f"{name}: read from {kept}, where it was kept"
    assert host.asked == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "it is not there any more"),
        ({"status": 503}, "it answered 503 Service Unavailable"),
        ({"content": CONTENT[:-1]}, f"it was cut short, after {len(CONTENT) - 1} of {len(CONTENT)} bytes"),
        ({"content": CONTENT[:-1] + b"x"}, f"not the published {MD5}"),
    ],
)
def test_what_is_not_the_archive_is_one_line_and_leaves_nothing(host, answer, words):
    for name, value in answer.items():
        setattr(host, name, value)
    with pytest.raises(DownloadError, match=f"archive '{NAME}': not to be had from http://127.0.0.1") as caught:
        fetch_archive(NAME)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(archive_folder().glob("*"))


def test_too_large_an_archive_is_given_up(host, monkeypatch):
    monkeypatch.setattr(published_archives, "LARGEST", len(CONTENT) - 1)
    host.announced = None
    with pytest.raises(DownloadError, match=f"larger than {len(CONTENT) - 1} bytes"):
        fetch_archive(NAME)
    assert not list(archive_folder().glob("*"))


def test_a_host_that_is_gone_is_one_line(host, monkeypatch):
    gone = replace(ARCHIVES[NAME], address="http://127.0.0.1:9/archive.tar.gz")
    monkeypatch.setattr(published_archives, "ARCHIVES", {NAME: gone})
    with pytest.raises(DownloadError, match="refused"):
        fetch_archive(NAME)


def test_a_kept_archive_that_changed_is_not_taken(host):
    kept = fetch_archive(NAME)
    kept.write_bytes(CONTENT[:-1])
    with pytest.raises(DownloadError, match="is not what was fetched"):
        fetch_archive(NAME)


def test_offline_nothing_is_asked(host, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for offline in (True, False):
        with pytest.raises(DownloadError, match="the network may not be asked"):
            fetch_archive(NAME, offline=offline)
    assert host.asked == 0
    with pytest.raises(UnknownNameError, match="proteinnet-casp12"):
        fetch_archive("proteinnet-casp13")
