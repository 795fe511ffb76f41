import polars as pl
import pytest
from polars.testing import assert_frame_equal

from protlens.errors import StorageError
from protlens.table_files import write_table

TABLE = pl.DataFrame({"label": ["12-4", None], "alignment": [0.25, None], "arcs": [3, 0]})


@pytest.mark.parametrize(("name", "read"), [("heads.parquet", pl.read_parquet), ("tables/heads.csv", pl.read_csv)])
def test_a_table_is_read_back(name, read, tmp_path):
    write_table(TABLE, tmp_path / name)
    assert_frame_equal(read(tmp_path / name), TABLE)


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "heads.csv"
    write_table(TABLE, path)
    old = path.read_bytes()
    with pytest.raises(pl.exceptions.ComputeError):
        write_table(pl.DataFrame({"nested": [[1]]}), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "heads.csv").mkdir()
    with pytest.raises(StorageError, match="a folder"):
        write_table(TABLE, tmp_path / "heads.csv")
