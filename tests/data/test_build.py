import shutil

import pytest

from protlens.data.build import build_dataset
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError


@pytest.fixture
def files(data_files):
    return data_files / "structures"


def test_chains_of_all_files_come_in_order(files, tmp_path):
    paths = [files / "7hvp.pdb.gz", files / "1crn.cif.gz"]
    dataset, skipped = build_dataset(paths, name="mine", unique=False)
    assert (dataset.name, dataset.ids, skipped) == ("mine", ["7HVP.A", "7HVP.B", "1CRN.A"], [])
    dataset.write(tmp_path / "mine.parquet")
    assert Dataset.read(tmp_path / "mine.parquet").fingerprint() == dataset.fingerprint()


def test_copies_are_named_as_one_cluster_or_left_out_and_told(files):
    paths = [files / "7hvp.pdb.gz", files / "1crn.cif.gz"]
    dataset, _ = build_dataset(paths, name="mine", unique=False)
    assert dataset.clusters == ["7HVP.A", "7HVP.A", "1CRN.A"]
    dataset, (left,) = build_dataset(paths, name="mine")
    assert (dataset.ids, dataset.clusters) == (["7HVP.A", "1CRN.A"], ["", ""])
    assert left.path == paths[0]
    assert left.reason == "chain 7HVP.B: identical to 7HVP.A, which is kept"
    assert (left.copy.id, left.copy.kept, left.copy.identity) == ("7HVP.B", "7HVP.A", 1.0)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_kept(files, tmp_path):
    (tmp_path / "page.pdb").write_text("<html></html>")
    dataset, skipped = build_dataset([tmp_path / "page.pdb", files / "1crn.cif.gz"], name="mine")
    assert dataset.ids == ["1CRN.A"]
    (left,) = skipped
    assert left.path == tmp_path / "page.pdb"
    assert "starts with '<html>" in left.reason


def test_a_second_copy_of_a_chain_is_told(files, tmp_path):
    copy = shutil.copy(files / "1crn.cif.gz", tmp_path / "again.cif.gz")
    dataset, skipped = build_dataset([files / "1crn.cif.gz", copy], name="mine")
    assert dataset.ids == ["1CRN.A"]
    (left,) = skipped
    assert left.path == copy
    assert f"chain 1CRN.A of {copy}" in left.reason
    assert str(files / "1crn.cif.gz") in left.reason


def test_nothing_to_read_is_an_error_with_the_first_reason(tmp_path):
    (tmp_path / "empty.pdb").write_text("")
    with pytest.raises(DatasetError, match=r"no protein in any of 1 files: structure .*an empty file"):
        build_dataset([tmp_path / "empty.pdb"], name="mine")
    with pytest.raises(DatasetError, match="no files"):
        build_dataset([], name="mine")
