import subprocess
import sys
import time

import pytest

from protlens.errors import RunError
from protlens.folder_lock import LOCK, locked

HOLD = """
import sys, time
from pathlib import Path
from protlens.folder_lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "run"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_process_is_told_who_writes(holder, tmp_path):
    words = rf"run: process {holder.pid} is writing into it.*choose another folder as out=$"
    with pytest.raises(RunError, match=words), locked(tmp_path / "run"):
        pass


def test_the_lock_of_a_killed_process_is_taken_over(holder, tmp_path):
    holder.kill()
    holder.wait()
    assert (tmp_path / "run" / LOCK).exists()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with locked(tmp_path / "run"):
                break
        except RunError:
            time.sleep(0.1)
    else:
        pytest.fail("the lock stayed")
    assert not (tmp_path / "run" / LOCK).exists()


def test_one_process_may_hold_it_twice(tmp_path):
    with locked(tmp_path), locked(tmp_path):
        assert (tmp_path / LOCK).exists()
    assert not (tmp_path / LOCK).exists()
