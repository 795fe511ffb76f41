import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from protlens import files
from protlens.errors import StorageError
from protlens.files import check_temporary_folder, remove, replacing, replacing_folder, write_table

FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / "new" / "folder" / "a.txt"
    with replacing(path) as beside:
        beside.write_text("new")
        assert not path.exists()
        assert beside.parent == path.parent, "a rename is atomic within one folder"
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize(("raised", "seen"), [(FULL, StorageError), (KeyboardInterrupt, KeyboardInterrupt)])
@pytest.mark.parametrize("moment", ["write", "flush", "rename"])
def test_the_old_file_stays_and_nothing_is_left_beside(tmp_path, monkeypatch, raised, seen, moment):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_):
        raise raised

    if moment != "write":
        monkeypatch.setattr(*{"flush": (os, "fsync"), "rename": (files.Path, "replace")}[moment], fail)
    with pytest.raises(seen), replacing(path) as beside:  # noqa: PT012
        beside.write_text("half of the n")
        if moment == "write":
            raise raised
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_says_what_to_do(tmp_path):
    with pytest.raises(StorageError) as caught, replacing(tmp_path / "a.txt"):
        raise FULL
    assert str(caught.value) == (
        f"writing {tmp_path / 'a.txt'}: No space left on device; free some space or choose another folder"
    )
    assert caught.value.__cause__ is FULL


def test_other_errors_pass_and_leave_nothing(tmp_path):
    with pytest.raises(ValueError, match="mine"), replacing(tmp_path / "a.txt") as beside:  # noqa: PT012
        beside.write_text("half")
        raise ValueError("mine")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("context", [replacing, replacing_folder])
def test_a_file_in_place_of_the_folder_is_one_line(tmp_path, context):
    (tmp_path / "file").write_text("here")
    with pytest.raises(StorageError, match=r"writing .*/file/a"), context(tmp_path / "file" / "a"):
        pytest.fail("nothing can be written there")
    assert (tmp_path / "file").read_text() == "here"


def test_a_killed_process_leaves_the_old_file(tmp_path):
    """The part that a kill leaves behind has a name of its own, which no reader looks for."""
    path = tmp_path / "a.parquet"
    path.write_text("old")
    code = f"""
import os, signal
from pathlib import Path
from protlens.files import replacing
with replacing(Path({str(path)!r})) as beside:
    beside.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    run = subprocess.run([sys.executable, "-c", code], check=False)
    assert run.returncode == -9
    assert path.read_text() == "old"
    assert list(tmp_path.glob("*.parquet")) == [path]


def test_a_folder_appears_whole(tmp_path):
    path = tmp_path / "run" / "shard"
    with replacing_folder(path) as beside:
        (beside / "a").write_text("1")
        (beside / "b").write_text("2")
        assert not path.exists()
    assert {file.name: file.read_text() for file in path.iterdir()} == {"a": "1", "b": "2"}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("raised", "seen"), [(FULL, StorageError), (KeyboardInterrupt(), KeyboardInterrupt)])
def test_a_folder_that_is_broken_off_leaves_nothing(tmp_path, raised, seen):
    with pytest.raises(seen), replacing_folder(tmp_path / "shard") as beside:  # noqa: PT012
        (beside / "a").write_text("half")
        raise raised
    assert list(tmp_path.iterdir()) == []


def test_a_device_a_pipe_and_a_folder_are_not_replaced(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.chdir(tmp_path)
    for path in (pipe, Path("/dev/null"), tmp_path, Path()):
        with pytest.raises(StorageError, match="give the name of a file"), replacing(path):
            pytest.fail("nothing may be written there")
    assert pipe.is_fifo()
    assert Path("/dev/null").is_char_device()


def test_a_file_and_a_folder_are_removed_and_what_is_not_there_is_no_error(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_text("1")
    (tmp_path / "file").write_text("1")
    for name in ("folder", "file", "nothing"):
        remove(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_link_is_removed_and_what_it_names_stays(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    remove(tmp_path / "link")
    assert list(tmp_path.iterdir()) == [tmp_path / "precious"]


def test_a_folder_that_is_removed_in_part_has_lost_its_name(tmp_path, monkeypatch):
    (tmp_path / "shards").mkdir()

    def fail(path):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.shutil, "rmtree", fail)
    with pytest.raises(StorageError, match="Permission denied"):
        remove(tmp_path / "shards")
    assert [path.match(files.UNFINISHED) for path in tmp_path.iterdir()] == [True]


def test_no_place_for_temporary_files_is_one_line(monkeypatch):
    def fail():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    check_temporary_folder()
    monkeypatch.setattr(tempfile, "gettempdir", fail)
    with pytest.raises(StorageError, match="set TMPDIR"):
        check_temporary_folder()


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


def test_a_text_that_looks_like_a_formula_is_text_in_csv(tmp_path):
    table = pl.DataFrame({"id": ["=1+1", "-2", "@x", "+y", "a=b", None, ""], "n": [-1, 2, 3, 4, 5, 6, 7]})
    write_table(table, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()[1:]
    assert lines == ["'=1+1,-1", "'-2,2", "'@x,3", "'+y,4", "a=b,5", ",6", '"",7']
    write_table(table, tmp_path / "t.parquet")
    assert pl.read_parquet(tmp_path / "t.parquet").equals(table)
