import os
import pickle
import signal
import subprocess
import sys

import lmdb
import pytest

from protlens.data.formats import lmdb_values as module
from protlens.data.formats.lmdb_values import lmdb_values
from protlens.data.formats.tape import read_tape_lmdb
from protlens.errors import FileFormatError


def write(path, values):
    with lmdb.open(str(path), map_size=2**24, subdir=False) as env, env.begin(write=True) as transaction:
        for key, value in values.items():
            transaction.put(key.encode(), value)
    return path


def test_values_come_in_the_order_of_their_numbers_up_to_a_gap(tmp_path):
    values = {"num_examples": b"n", **{str(number): b"%d" % number for number in range(12)}, "13": b"", "x": b"y"}
    path = write(tmp_path / "a.lmdb", values)
    assert list(lmdb_values(path, max_bytes=5)) == [b"n", *(b"%d" % number for number in range(12))]


def test_long_values_are_refused_before_they_are_read(tmp_path):
    path = write(tmp_path / "a.lmdb", {"num_examples": b"n", "0": b"x" * 100, "1": b"x" * 101})
    values = lmdb_values(path, max_bytes=100)
    assert [next(values), next(values)] == [b"n", b"x" * 100]
    with pytest.raises(FileFormatError, match=r"a\.lmdb: damaged, or not LMDB \(key 1: 101 bytes, where up to 100"):
        next(values)


@pytest.mark.skipif(sys.platform != "linux", reason="what the system does with such a process differs")
def test_a_page_that_points_beyond_the_file_ends_only_the_process_that_reads(tmp_path, monkeypatch):
    path = write(tmp_path / "a.lmdb", {"num_examples": pickle.dumps(1), "0": b"x" * 20_000})
    content = bytearray(path.read_bytes())
    size_of_value = content.index(b"\x01\x00\x01\x000") - 4
    content[size_of_value : size_of_value + 4] = (len(content) - 4096).to_bytes(4, "little")
    path.write_bytes(content)
    ended = []

    class Noted(subprocess.Popen):
        def communicate(self, *given):
            result = super().communicate(*given)
            ended.append(self.returncode)
            return result

    monkeypatch.setattr(module.subprocess, "Popen", Noted)
    with pytest.raises(FileFormatError) as caught:
        list(read_tape_lmdb(path))
    assert str(caught.value) == f"LMDB file {path}: damaged, or not LMDB (reading it fails); copy the file again"
    assert ended[0] in (-signal.SIGBUS, -signal.SIGSEGV)


def test_whoever_stops_listening_leaves_no_process(tmp_path, monkeypatch):
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *given, **options):
            super().__init__(*given, **options)
            started.append(self)

    monkeypatch.setattr(module.subprocess, "Popen", Noted)
    values = lmdb_values(
        write(tmp_path / "a.lmdb", {"num_examples": b"n", **{str(n): os.urandom(90_000) for n in range(50)}}),
        max_bytes=2**20,
    )
    next(values)
    values.close()
    assert [process.poll() is None for process in started] == [False]
