import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from protlens.data import parquet_bounds
from protlens.data.dataset import Dataset
from protlens.data.dataset_file import FORMAT, SCHEMA
from protlens.data.parquet_bounds import FREE, BoundedFile
from protlens.data.protein import Protein
from protlens.errors import FileFormatError

ABOUT = {"format": FORMAT, "version": "1", "name": "x"}
ROW = {"id": "a", "sequence": "MK", "tracks": [], "ca": None, "cb": None, "residue_numbers": None, "chain": ""}
ROW |= {"cluster": "", "annotations": [], "title": "", "organism": ""}


def write(path, rows, *, about=ABOUT, **options):
    table = pa.Table.from_pylist(rows, schema=SCHEMA).replace_schema_metadata(about)
    pq.write_table(table, path, compression="zstd", **options)
    return path


def refused(path) -> str:
    with pytest.raises(FileFormatError) as caught:
        Dataset.read(path)
    assert len(str(caught.value)) < 400
    return str(caught.value)


@pytest.mark.parametrize("dictionaries", [True, False])
def test_what_comes_out_is_what_was_written_whatever_wrote_it(tmp_path, dictionaries):
    note = {"track": "t", "name": "n", "residues": [0, 1]}
    ca = np.arange(6, dtype=np.float32)
    tracks = [("t", "01"), ("s", "??")]
    rows = [
        ROW | {"id": f"p{number}", "tracks": tracks, "ca": ca, "residue_numbers": ["1", "2"], "annotations": [note]}
        for number in range(50)
    ]
    dataset = Dataset.read(write(tmp_path / "a.parquet", rows, use_dictionary=dictionaries))
    assert len(dataset) == 50
    assert [table.schema for table in dataset._tables()] == [SCHEMA]
    assert (dict(dataset[49].tracks), dataset[49].residue_numbers) == (dict(tracks), ("1", "2"))
    assert dataset[49].annotations[0].residues == (0, 1)
    np.testing.assert_array_equal(dataset[49].ca.ravel(), ca)


def test_texts_that_share_a_dictionary_are_counted_before_they_are_written_out(tmp_path):
    rows = [ROW | {"id": str(number), "sequence": "M" * 1_000_000} for number in range(100)]
    path = write(tmp_path / "a.parquet", rows)
    assert path.stat().st_size < 50_000
    assert f"bytes, where a file of its size may have {FREE}" in refused(path)


def test_texts_in_lists_are_counted_too(tmp_path):
    rows = [ROW | {"residue_numbers": ["x" * 1_000_000] * 100}]
    path = write(tmp_path / "a.parquet", rows)
    assert path.stat().st_size < 50_000
    assert "it asks for 1000" in refused(path)


def test_what_packs_well_is_refused_by_the_size_that_the_file_tells(tmp_path):
    path = write(tmp_path / "a.parquet", [ROW | {"ca": np.zeros(30_000_000, np.float32)}], use_dictionary=False)
    assert path.stat().st_size < 50_000
    assert "it asks for 12000" in refused(path)


def test_a_larger_file_may_ask_for_more(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_bounds, "FREE", 0)
    path = tmp_path / "a.parquet"
    Dataset("a", [Protein(id="a", sequence="MKT" * 1000)]).write(path)
    assert BoundedFile(path).read(0).num_rows == 1
    monkeypatch.setattr(parquet_bounds, "EXPANSION", 0)
    with pytest.raises(ValueError, match="it asks for"):
        BoundedFile(path)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({b"format": b"\xff\xfe", b"version": b"1"}, "not a protlens dataset"),
        ({b"\xff": b"x", **{key.encode(): value.encode() for key, value in ABOUT.items()}}, None),
        (ABOUT | {"version": "9" * 5000}, "not a protlens dataset"),
        (ABOUT | {"version": "²"}, "not a protlens dataset"),
        (ABOUT | {"version": "2"}, "version 2; allowed: up to 1"),
    ],
)
def test_metadata_of_any_bytes_is_read_or_refused(tmp_path, about, message):
    path = write(tmp_path / "a.parquet", [ROW], about=about)
    if message is None:
        assert Dataset.read(path).ids == ["a"]
    else:
        assert message in refused(path)
