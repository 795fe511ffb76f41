import gzip
import sys

import pytest

from protlens.errors import FileFormatError
from protlens.web import sandbox as trial
from protlens.web.sandbox import try_structure

MEGABYTE = 2**20


def refused(path, max_bytes: int = 100 * MEGABYTE) -> str:
    with pytest.raises(FileFormatError) as caught:
        try_structure(path, max_bytes=max_bytes)
    message = str(caught.value)
    assert message.startswith(f"structure {path}: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["7hvp.pdb.gz", "1a8o.bcif.gz", "1crn.cif.gz"])
def test_a_good_file_passes(data_files, name):
    try_structure(data_files / "structures" / name, max_bytes=MEGABYTE)


def test_a_refusal_is_that_of_the_reader(tmp_path):
    (tmp_path / "bad.cif").write_bytes(b"data_x\nloop_\n")
    assert "parse error" in refused(tmp_path / "bad.cif")


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    (tmp_path / "bomb.pdb.gz").write_bytes(gzip.compress(b" " * (2 * MEGABYTE + 1)))
    assert "more than 2097152 bytes" in refused(tmp_path / "bomb.pdb.gz", max_bytes=2 * MEGABYTE)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux")
def test_what_takes_too_much_memory_ends_only_the_trial(tmp_path):
    (tmp_path / "values.cif").write_bytes(b"data_x\nloop_\n_a.b\n" + b"1 " * 40_000_000)
    assert "too much memory or time" in refused(tmp_path / "values.cif")


def test_what_takes_too_much_time_is_given_up(tmp_path, monkeypatch, data_files):
    monkeypatch.setattr(trial, "SECONDS", 0.01)
    path = data_files / "structures" / "7hvp.pdb.gz"
    assert "too much memory or time" in refused(path)


def test_the_trial_does_not_import_what_lies_about(tmp_path, monkeypatch, data_files):
    (tmp_path / "gemmi.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    try_structure(data_files / "structures" / "7hvp.pdb.gz", max_bytes=MEGABYTE)
