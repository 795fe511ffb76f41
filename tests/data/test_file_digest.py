from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

import protlens.data
from protlens.data import dataset_file
from protlens.data.dataset import Dataset
from protlens.data.file_digest import is_unchanged
from protlens.data.parquet_bounds import BoundedFile
from protlens.data.protein import Annotation, Protein
from protlens.errors import FileFormatError

PROTEIN = Protein(
    id="a",
    sequence="MKT" * 20,
    tracks={"binding_site": "010" * 20},
    ca=np.arange(180, dtype=np.float32).reshape(60, 3),
    cb=np.ones((60, 3), np.float32),
    cluster="b",
    annotations=(Annotation("binding_site", "ZN", (1, 4)),),
)


@pytest.fixture
def file(tmp_path):
    Dataset("d", [PROTEIN]).write(tmp_path / "d.parquet")
    return tmp_path / "d.parquet"


def content(file):
    (protein,) = Dataset.read(file)
    return protein.annotations, protein.cluster, dict(protein.tracks), Dataset.read(file).fingerprint()


def test_a_bit_anywhere_is_refused_or_changes_nothing(file):
    whole, wanted, rng, refused = file.read_bytes(), content(file), np.random.default_rng(18), []
    for place in rng.choice(len(whole), 150, replace=False):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        file.write_bytes(changed)
        try:
            assert content(file) == wanted
        except FileFormatError as error:
            refused.append(str(error))
    assert len(refused) > 140
    assert not any("\n" in line for line in refused)


def test_a_changed_file_says_what_to_do(file):
    whole = file.read_bytes()
    place = whole.rindex(b"annotations")
    file.write_bytes(whole[:place] + b"Annotations" + whole[place + 11 :])
    with pytest.raises(FileFormatError, match=r"\(it was changed since it was written\); build it again, or fetch it"):
        Dataset.read(file)


def test_a_file_is_written_alike_each_time(file):
    before = file.read_bytes()
    Dataset.read(file, name="d").write(file)
    assert file.read_bytes() == before


def test_the_digest_lies_where_the_page_on_the_format_says(file):
    _, mark, after = file.read_bytes().rpartition(b"protlens" + sha256_of_rest(file))
    assert mark
    assert len(after) == 8 + int.from_bytes(after[-8:-4], "little")


def sha256_of_rest(file):
    whole = file.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    return sha256(whole[: footer - 40] + whole[footer:]).digest()


def test_to_other_readers_it_is_nothing(file):
    assert pl.read_parquet(file)["sequence"].to_list() == [PROTEIN.sequence]
    assert pq.read_table(file)["sequence"].to_pylist() == [PROTEIN.sequence]


def test_a_table_that_another_program_writes_anew_is_read(file):
    wanted = content(file)
    pq.write_table(pq.read_table(file).append_column("mine", [[1]]), file)
    assert content(file) == wanted


@pytest.mark.parametrize("text", [b"", b"PAR1", b"\xff" * 12, b"protlens" * 9])
def test_what_is_no_parquet_carries_none(tmp_path, text):
    (tmp_path / "a").write_bytes(text)
    assert is_unchanged(tmp_path / "a") is None


def test_the_pages_of_a_file_with_a_digest_are_not_checked_a_second_time(file, monkeypatch):
    seen = []
    monkeypatch.setattr(
        dataset_file, "BoundedFile", lambda path, *, checksums: seen.append(checksums) or BoundedFile(path)
    )
    Dataset.read(file)
    pq.write_table(pq.read_table(file), file)
    Dataset.read(file)
    assert seen == [False, True]


@pytest.mark.parametrize("name", ["pdb-mini", "ptm-mini"])
def test_the_bundled_datasets_carry_one(name):
    assert is_unchanged(Path(protlens.data.__file__).parent / "bundled" / f"{name}.parquet") is True
