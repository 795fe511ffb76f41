import gzip

import pytest

from protlens.data.formats import text
from protlens.data.formats.text import read_lines, read_text
from protlens.errors import FileFormatError


def test_lines_are_numbered_from_one_without_their_ends(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbffirst\r\n\nthird")
    assert list(read_lines(path)) == [(1, "first"), (2, ""), (3, "third")]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt"])
def test_gzip_reads_as_plain(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"one\ntwo\n"))
    assert list(read_lines(path)) == [(1, "one"), (2, "two")]
    assert read_text(path) == "one\ntwo\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt.gz", b"not gzip at all", "not gzip"),
        ("a.txt.gz", gzip.compress(b"one\n" * 1000, mtime=0)[:-20], "damaged"),
        ("a.txt.gz", gzip.compress(b"one\n" * 1000, mtime=0)[:30] + b"\xff" * 40, "damaged"),
        ("a.txt", b"\xff\xfe\x00binary", "not a text file"),
        ("a.txt", None, "does not exist"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(FileFormatError, match=message) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(FileFormatError, match="not readable"):
        list(read_lines(tmp_path))


@pytest.mark.parametrize(("limit", "value"), [("MAX_LINE", 50), ("MAX_LINES", 150), ("MAX_TEXT", 150)])
def test_a_small_file_that_expands_is_stopped(tmp_path, monkeypatch, limit, value):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress((b"a" * 40 + b"\n") * 3 + b"a" * 100_000))
    monkeypatch.setattr(text, limit, value)
    with pytest.raises(FileFormatError, match="too long"):
        read_text(path) if limit == "MAX_TEXT" else list(read_lines(path))
