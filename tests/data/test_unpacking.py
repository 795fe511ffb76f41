import gzip
import io

import pytest

from protlens.data import unpacking
from protlens.data.formats import text
from protlens.data.formats.fasta import read_fasta
from protlens.data.structures.chains import read_structure
from protlens.data.unpacking import FREE, unpack
from protlens.errors import FileFormatError


def unpacked(content: bytes, *, expansion: int) -> bytes:
    packed = gzip.compress(content)
    with unpack(io.BytesIO(packed), size=len(packed), expansion=expansion) as file:
        return file.read()


def test_what_is_small_unpacks_whatever_its_ratio(monkeypatch):
    monkeypatch.setattr(unpacking, "FREE", 100_000)
    assert unpacked(b"a" * 100_000, expansion=1) == b"a" * 100_000
    with pytest.raises(OSError, match="it unpacks to more than 100000 bytes, too many for its size"):
        unpacked(b"a" * 100_001, expansion=1)


def test_what_is_larger_unpacks_to_so_many_times_its_size(monkeypatch):
    monkeypatch.setattr(unpacking, "FREE", 10)
    content = b"a" * 50_000
    ratio = len(content) // len(gzip.compress(content)) + 1
    assert unpacked(content, expansion=ratio) == content
    with pytest.raises(OSError, match="too many for its size"):
        unpacked(content, expansion=ratio - 1)


@pytest.mark.parametrize("read", [read_structure, read_fasta])
def test_a_bomb_is_refused_in_a_line(tmp_path, read):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b">a\n" + (b" " * 999_999 + b"\n") * 17))
    with pytest.raises(FileFormatError, match=rf"bomb\.gz: .*it unpacks to more than {FREE} bytes") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_swiss_prot_is_within_any_file():
    assert text.MAX_RECORDS > 573_000


def test_records_are_counted(monkeypatch, tmp_path):
    monkeypatch.setattr(text, "MAX_RECORDS", 3)
    path = tmp_path / "a.fasta"
    records = "".join(f">{number}\nMKTAYIAKQRQISFVK\n" for number in range(9))
    path.write_text(records)
    assert len(read_fasta(path)) == 9
    path.write_bytes(gzip.compress(records.encode(), mtime=0))
    most = max(3, path.stat().st_size // text.RECORD_BYTES)
    with pytest.raises(FileFormatError, match=f"line {2 * most + 1}: more records; allowed: up to {most} in a file"):
        read_fasta(path)
