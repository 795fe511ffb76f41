import os
import subprocess
import sys

import pytest

from protlens.errors import RunError
from protlens.extraction.claims import Claims
from protlens.folder_lock import LOCK, locked
from protlens.lock_files import SILENCE
from protlens.runs.format import claim_file

PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}

END = """
import os, signal, sys, time
from pathlib import Path
from protlens.extraction.claims import Claims
from protlens.folder_lock import locked

made = os.open

def ended(path, *given, **more):
    file = made(path, *given, **more)
    if str(path).endswith((".lock", ".claim")):
        {end}
    return file

os.open = ended
with locked(Path(sys.argv[1])) if sys.argv[2] == "folder" else Claims(Path(sys.argv[1])).take(3):
    {then}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "raise KeyboardInterrupt"])
@pytest.mark.parametrize("what", ["folder", "claim"])
def test_a_lock_that_a_process_made_and_did_not_sign_is_taken_over(tmp_path, end, what):
    run = tmp_path / "run"
    run.mkdir()
    code = END.format(end=end, then="pass")
    assert subprocess.run([sys.executable, "-c", code, run, what], capture_output=True, check=False).returncode != 0
    file = run / LOCK if what == "folder" else claim_file(run, 3)
    assert file.read_text() == "", "the process was to end before it wrote its name"
    if what == "folder":
        with locked(run):
            assert file.read_text().startswith(f"{os.getpid()}\n")
    else:
        claims = Claims(run)
        assert claims.take(3)
        assert claims.token(3) in file.read_text()
        claims.release_all()
    assert not file.exists()


def test_one_that_waits_without_an_end_takes_it_over_too(tmp_path):
    (tmp_path / LOCK).touch()
    with locked(tmp_path, wait=-1.0):
        assert (tmp_path / LOCK).stat().st_size > 1


def test_a_lock_that_its_process_signs_late_is_respected(tmp_path):
    """What a process writes that slept in between takes the place of the letter."""
    code = END.format(
        end=f"sys.stdout.write('made'); sys.stdout.flush(); time.sleep({SILENCE + 0.7})",
        then="print('held', flush=True); sys.stdin.read()",
    )
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path, "folder"], **PIPES, text=True)
    try:
        assert process.stdout.read(4) == "made"
        with pytest.raises(RunError, match=f"process {process.pid} is writing"), locked(tmp_path):
            pass
        assert process.stdout.readline() == "held\n"
    finally:
        process.communicate("")
    assert not (tmp_path / LOCK).exists()
