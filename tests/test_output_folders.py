import json
import re
import socket
from contextlib import suppress

import polars as pl
import pytest

from protlens.errors import RunError
from protlens.folder_lock import LOCK
from protlens.output_folders import FILES, FolderKind, change_since_written, list_files, open_folder

KIND = FolderKind("a cake", {"cake.json": "test-cake", "old.json": "test-old-cake"})
OTHER = FolderKind("a pie", {"pie.json": "test-pie"})


def write(folder, name, content="content"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def made(folder, *names, kind=KIND):
    write(folder, next(iter(kind.markers)), json.dumps({"format": next(iter(kind.markers.values()))}))
    list_files(folder, kind, [write(folder, name) for name in names])
    return folder


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_and_an_empty_one_are_taken_and_nothing_is_written(tmp_path):
    for folder in (tmp_path / "new", tmp_path):
        with open_folder(folder, KIND):
            pass
    assert not list(tmp_path.iterdir())


def test_what_a_kill_left_is_no_other_file_and_is_removed(tmp_path):
    write(tmp_path, ".cake.json.17.part")
    open_folder(tmp_path, KIND).remove_unfinished()
    assert not list(tmp_path.iterdir())
    for foreign in (".download.part", ".thesis.tex.17.part", ".thesis.tex.17-0a1b2c3d.part"):
        path = write(tmp_path, foreign)
        with pytest.raises(RunError, match=re.escape(foreign)):
            open_folder(tmp_path, KIND)
        path.unlink()


def test_only_what_protlens_left_half_written_is_removed(tmp_path):
    made(tmp_path, "tables/a.csv")
    for left in (".cake.json.17.part", "tables/.a.csv.17.part", "tables/.b.csv.17-0a1b2c3d.part"):
        write(tmp_path, left)
    for mine in (".video.mp4.17.part", "tables/.c.csv.part"):
        write(tmp_path, mine)
    open_folder(tmp_path, KIND).remove_unfinished()
    assert names(tmp_path) == {"cake.json", FILES, "tables/a.csv", ".video.mp4.17.part", "tables/.c.csv.part"}


@pytest.mark.parametrize("marker", ["cake.json", "old.json"])
def test_a_folder_of_the_same_kind_is_taken(tmp_path, marker):
    write(tmp_path, marker, json.dumps({"format": KIND.markers[marker]}))
    write(tmp_path, "notes.txt")
    assert open_folder(tmp_path, KIND).path == tmp_path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"notes.txt": ""}, r"a folder with other files in it \(notes.txt\)"),
        (dict.fromkeys("abcd", ""), r"other files in it \(a, b, c, ...\)"),
        ({"cake.json": "{}"}, r"its cake.json is not that of a cake"),
        ({"cake.json": '{"format": "test-pie"}'}, r"its cake.json is not that of a cake"),
        ({"cake.json": "["}, r"its cake.json is damaged"),
        ({"cake.json": "[]"}, r"its cake.json is damaged"),
        (
            {"files.json": '{"format": "protlens-files", "result": "a cake", "files": []}'},
            r"files in it \(files.json\)",
        ),
    ],
)
def test_a_folder_of_something_else_is_refused_in_one_line(tmp_path, content, said):
    for name, text in content.items():
        write(tmp_path, name, text)
    with pytest.raises(RunError, match=f"{said}; allowed: a new or empty folder, or that of a cake; choose") as caught:
        open_folder(tmp_path, KIND)
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == set(content)


def test_a_folder_of_another_kind_and_a_file_are_refused(tmp_path):
    with pytest.raises(RunError, match=r"pie\.json"):
        open_folder(made(tmp_path / "pie", kind=OTHER), KIND)
    with pytest.raises(RunError, match="a file; allowed: a folder"):
        open_folder(write(tmp_path, "file"), KIND)


def test_a_damaged_marker_beside_its_list_is_still_known(tmp_path):
    made(tmp_path, "a.csv")
    write(tmp_path, "cake.json", "{")
    assert open_folder(tmp_path, KIND).path == tmp_path
    with pytest.raises(RunError):
        open_folder(tmp_path, FolderKind("a pie", KIND.markers))


def test_only_what_was_listed_is_removed(tmp_path):
    made(tmp_path, "a.csv", "figures/a.pdf", "rr/a.rr")
    mine = ["b.csv", "figures/b.pdf", "notes/a.csv"]
    for name in mine:
        write(tmp_path, name)
    folder = open_folder(tmp_path, KIND)
    folder.remove_listed("rr", "figures")
    assert names(tmp_path) == {"a.csv", *mine, "cake.json", FILES}
    assert not (tmp_path / "rr").exists()
    with folder:
        folder.remove_listed()
    assert names(tmp_path) == {*mine, "cake.json", FILES}
    assert json.loads((tmp_path / FILES).read_text())["files"] == {}


def test_a_folder_without_a_list_keeps_all_its_files(tmp_path):
    made(tmp_path, "a.csv")
    (tmp_path / FILES).unlink()
    open_folder(tmp_path, KIND).remove_listed()
    assert names(tmp_path) == {"a.csv", "cake.json"}


def test_what_is_to_be_kept_stays(tmp_path):
    made(tmp_path, "a.csv", "b.csv")
    open_folder(tmp_path, KIND).remove_listed(keep=[tmp_path / "x" / ".." / "a.csv"])
    assert names(tmp_path) == {"a.csv", "cake.json", FILES}


@pytest.mark.parametrize("name", ["../mine.txt", "/etc/hosts", "a/../../mine.txt", "", ".", "..\\mine.txt", 7, None])
def test_a_list_cannot_reach_out_of_its_folder(tmp_path, name):
    folder = made(tmp_path / "cake", "a.csv")
    mine = write(tmp_path, "mine.txt")
    content = {"format": "protlens-files", "version": 1, "result": KIND.name, "files": [name, "a.csv"]}
    write(folder, FILES, json.dumps(content))
    open_folder(folder, KIND).remove_listed()
    assert mine.exists()
    assert names(folder) == {"cake.json", FILES}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": "protlens-files", "result": "a cake", "files": 7}',
        '{"format": "protlens-files", "result": "a pie", "files": ["a.csv"]}',
    ],
)
def test_a_list_that_is_none_lists_nothing(tmp_path, content):
    made(tmp_path, "a.csv")
    write(tmp_path, FILES, content)
    open_folder(tmp_path, KIND).remove_listed()
    assert "a.csv" in names(tmp_path)


def test_a_folder_in_the_place_of_a_listed_file_stays(tmp_path):
    made(tmp_path, "a.csv").joinpath("a.csv").unlink()
    write(tmp_path, "a.csv/mine.txt")
    open_folder(tmp_path, KIND).remove_listed()
    assert "a.csv/mine.txt" in names(tmp_path)


def test_the_list_is_written_also_where_something_fails(tmp_path):
    folder = open_folder(tmp_path, KIND)
    folder.add(write(tmp_path, "a.csv"), tmp_path / "never.csv")
    with pytest.raises(KeyError), folder:
        raise KeyError
    assert json.loads((tmp_path / FILES).read_text())["files"].keys() == {"a.csv"}


def test_a_list_that_was_changed_lists_nothing_and_vouches_for_nothing(tmp_path):
    folder = made(tmp_path / "cake", "a.csv", "b.csv")
    assert change_since_written(folder / "a.csv", folder) is None
    whole = (folder / FILES).read_text()
    for changed in (whole.replace("b.csv", "c.csv"), whole[:-20], "[]"):
        mine = write(folder, "c.csv")
        (folder / FILES).write_text(changed)
        assert change_since_written(folder / "a.csv", folder) == "files.json is damaged"
        open_folder(folder, KIND).remove_listed()
        assert mine.exists()
    (folder / FILES).write_text(whole)
    assert change_since_written(folder / "a.csv", folder) is None
    write(folder, "a.csv", "other")
    assert change_since_written(folder / "a.csv", folder) == "a.csv was changed since it was written"
    (folder / FILES).unlink()
    assert change_since_written(folder / "a.csv", folder) is None


def test_an_earlier_list_without_a_checksum_is_read(tmp_path):
    folder = made(tmp_path / "cake", "a.csv")
    content = json.loads((folder / FILES).read_text())
    del content["checksum"]
    (folder / FILES).write_text(json.dumps(content))
    assert change_since_written(folder / "a.csv", folder) is None
    write(folder, "a.csv", "other")
    assert change_since_written(folder / "a.csv", folder)


def test_tables_are_written_to_read_and_to_compute_with(tmp_path):
    table = pl.DataFrame({"name": ["=a", None], "value": [0.1, 2.0]})
    with open_folder(tmp_path / "cake", KIND) as folder:
        folder.write_tables({"few": table, "none": table.clear()})
    assert names(folder.path) == {"few.csv", "few.parquet", "none.csv", "none.parquet", FILES}
    assert pl.read_parquet(folder.path / "few.parquet").equals(table)
    assert (folder.path / "few.csv").read_text() == "name,value\n'=a,0.1\n,2.0\n"
    assert change_since_written(folder.path / "few.csv", folder.path) is None
    folder.remove_listed()
    assert names(folder.path) == {FILES}


def test_an_error_while_writing_gives_the_lock_back(tmp_path):
    folder = open_folder(tmp_path / "cake", KIND)
    with suppress(ZeroDivisionError), folder:
        assert (tmp_path / "cake" / LOCK).exists()
        folder.add(write(folder.path, "a.csv"))
        raise ZeroDivisionError
    assert names(folder.path) == {"a.csv", FILES}


def test_nothing_is_listed_while_another_process_writes(tmp_path):
    folder = made(tmp_path / "cake", "a.csv")
    (folder / LOCK).write_text(f"1\n{socket.gethostname()}\n")  # a process that runs
    with pytest.raises(RunError, match="process 1 is writing into it"):
        list_files(folder, KIND, [write(folder, "b.csv")])
