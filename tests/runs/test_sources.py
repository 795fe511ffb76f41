import pytest

from protlens.runs.sources import SOURCES, read_source, write_sources


def test_a_part_without_a_place_keeps_what_was_remembered(tmp_path):
    write_sources(tmp_path, {"model": None, "dataset": None})
    assert list(tmp_path.iterdir()) == []
    write_sources(tmp_path, {"model": tmp_path / "model", "dataset": None})
    write_sources(tmp_path, {"model": None, "dataset": tmp_path / "a.fasta"})
    assert read_source(tmp_path, "model") == tmp_path / "model"
    assert read_source(tmp_path, "dataset") == tmp_path / "a.fasta"


@pytest.mark.parametrize(
    "content",
    [None, "", "[]", "{", "[" * 100_000, '{"dataset": "a"}', '{"format": "protlens-sources"}', "\xff"]
    + [f'{{"format": "protlens-sources", "dataset": {value}}}' for value in ("1", "null", '""', '"a\\u0000b"', "{}")],
)  # fmt: skip
def test_what_cannot_be_read_is_not_known(tmp_path, content):
    if content is not None:
        (tmp_path / SOURCES).write_bytes(content.encode("latin-1"))
    assert read_source(tmp_path, "dataset") is None
