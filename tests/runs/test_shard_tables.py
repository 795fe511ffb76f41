import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from protlens.errors import RunError
from protlens.runs import shard_tables
from protlens.runs.format import shard_folder
from protlens.runs.shard_tables import read_shards


@pytest.fixture
def run(tmp_path):
    for shard in range(3):
        shard_folder(tmp_path, shard).mkdir(parents=True)
        write(tmp_path, shard, [shard * 10, shard * 10 + 1])
    return tmp_path


def write(run, shard, values):
    table = pa.table({"protein": values, "twice": [2 * value for value in values]})
    pq.write_table(table, shard_folder(run, shard) / "sums.parquet")


@pytest.mark.parametrize("whole", [0, shard_tables.WHOLE])
def test_rows_of_shards_stand_in_their_order(run, whole, monkeypatch):
    monkeypatch.setattr(shard_tables, "WHOLE", whole)
    assert read_shards(run, [2, 0], "sums.parquet")["protein"].to_pylist() == [20, 21, 0, 1]
    assert read_shards(run, [0, 1], "sums.parquet", columns=["twice"]).to_pydict() == {"twice": [0, 2, 20, 22]}
    one = read_shards(run, [0, 1, 2], "sums.parquet", rows=[("protein", "=", 11)])
    assert one.to_pydict() == {"protein": [11], "twice": [22]}


def test_a_file_that_was_written_anew_is_read_anew(run):
    assert read_shards(run, [0], "sums.parquet")["protein"].to_pylist() == [0, 1]
    write(run, 0, [7, 8, 9])
    assert read_shards(run, [0], "sums.parquet")["protein"].to_pylist() == [7, 8, 9]


def test_a_missing_file_is_named(run):
    (shard_folder(run, 1) / "sums.parquet").unlink()
    with pytest.raises(RunError, match=r"shards/00001/sums.parquet"):
        read_shards(run, [0, 1], "sums.parquet")
