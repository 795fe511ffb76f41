import os
from collections import Counter

import pytest

from protlens.runs.read_once import ReadOnce


@pytest.fixture
def files(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.txt").write_text("a")
    return [tmp_path / "a.txt", tmp_path / "folder", tmp_path / "missing"]


def test_a_value_is_made_once_and_again_when_a_file_of_it_changes(files):
    kept, made = ReadOnce(), Counter()

    def make():
        made["all"] += 1
        return made["all"]

    def write():
        files[0].write_text("bb")

    def replace():
        files[0].with_name("b.txt").write_text("cc")
        os.utime(files[0].with_name("b.txt"), ns=(files[0].stat().st_atime_ns, files[0].stat().st_mtime_ns))
        files[0].with_name("b.txt").replace(files[0])

    changes = [write, replace, (files[1] / "x").mkdir, files[2].touch, files[0].unlink]
    assert [kept.get("a", files, make) for _ in range(3)] == [1, 1, 1]
    for number, change in enumerate(changes, start=2):
        change()
        assert [kept.get("a", files, make) for _ in range(2)] == [number, number]
    assert kept.get("b", files, make) == len(changes) + 2


def test_an_error_is_not_kept(files):
    kept = ReadOnce()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", files, lambda: 1 // 0)
    assert kept.get("a", files, lambda: 1) == 1
