"""Entries by their identifiers, from a server on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from protlens.data.structures import download
from protlens.data.structures.chains import read_structure
from protlens.errors import DownloadError, FileFormatError


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, bytes]]:
    """What a server that stands for both databases gives, by path; the cache is empty."""
    answers: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in answers else 404)
            self.end_headers()
            self.wfile.write(answers.get(self.path, b""))

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(download, "PDB", f"{here}/download")
        monkeypatch.setattr(download, "ALPHAFOLD", here)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.delenv("HF_HUB_OFFLINE")
        monkeypatch.chdir(tmp_path)
        yield answers
        server.shutdown()


def test_an_entry_of_the_pdb_is_fetched_once_and_said_to_be(served, data_files):
    served["/download/1CRN.cif.gz"] = (data_files / "structures" / "1crn.cif.gz").read_bytes()
    notes: list[str] = []
    first = download.structure_file("1crn.pdb", on_note=notes.append)
    assert [protein.id for protein in read_structure(first)] == ["1CRN.A"]
    served.clear()
    assert download.structure_file("pdb_00001CRN", on_note=notes.append) == first
    assert download.structure_file("1crn", offline=True) == first
    assert len(notes) == 2
    assert notes[0].startswith("1crn.pdb: fetched from 127.0.0.1:")
    assert notes[1] == f"pdb_00001CRN: read from {first}, where it was kept"


def test_a_prediction_is_found_by_its_accession(served):
    served["/api/prediction/P69905"] = json.dumps([{"cifUrl": f"{download.ALPHAFOLD}/files/new.cif"}]).encode()
    served["/files/new.cif"] = b"data_AF\n"
    kept = download.structure_file("AF-P69905-F1-model_v4.pdb")
    assert kept.name == "AF-P69905.cif"
    assert kept.read_bytes() == b"data_AF\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "it has no such entry"),
        (b"<html>", "something else than expected"),
        (b"[]", "something else than expected"),
        (b'[{"cifUrl": "http://elsewhere.example/x.cif"}]', "it points to http://elsewhere.example/x.cif"),
    ],
)
def test_what_cannot_be_fetched_is_one_line_and_leaves_nothing(served, answer, words):
    if answer is not None:
        served["/api/prediction/P69905"] = answer
    with pytest.raises(DownloadError, match=r"structure 'AF-P69905': no such file") as caught:
        download.structure_file("AF-P69905")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not [path for path in download.cache_folder().glob("*") if path.is_file()]


def test_a_server_that_is_not_there_is_named(served, monkeypatch):
    monkeypatch.setattr(download, "PDB", "http://127.0.0.1:9/download")
    with pytest.raises(DownloadError, match=r"from 127\.0\.0\.1:9 \(.*refused"):
        download.structure_file("1crn")


def test_more_than_may_be_is_refused(served, monkeypatch):
    served["/download/1CRN.cif.gz"] = bytes(11)
    monkeypatch.setattr(download, "MAX_BYTES", 10)
    with pytest.raises(DownloadError, match="larger than 10 bytes"):
        download.structure_file("1crn")


def test_offline_nothing_is_asked(served, monkeypatch):
    served["/download/1CRN.cif.gz"] = b"x"
    with pytest.raises(DownloadError, match="the network may not be asked"):
        download.structure_file("1crn", offline=True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DownloadError, match="the network may not be asked"):
        download.structure_file("1crn")


def test_a_file_that_is_there_wins_and_other_names_are_no_entries(served, tmp_path):
    Path("1crn").write_text("mine")
    assert download.structure_file("1crn") == Path("1crn")
    with pytest.raises(FileFormatError, match=r"structure mine\.pdb: no such file, nor an entry"):
        download.structure_file("mine.pdb")
