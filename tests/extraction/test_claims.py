import os
import subprocess
import sys
import time

from protlens.extraction.claims import Claims, claimed, claiming, owner_of
from protlens.runs.format import SHARDS, claim_file

HOLDER = """
import sys, time
from pathlib import Path
from protlens.extraction.claims import Claims
claims = Claims(Path(sys.argv[1]))
print(claims.take(3), flush=True)
time.sleep(100)
"""


def test_a_claim_of_a_living_process_is_respected_and_that_of_a_dead_one_taken_over(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    with claiming(tmp_path) as claims:
        assert not claims.take(3)
        assert claims.take(4)
        (who,) = {owner_of(claim) for shard, claim in claimed(tmp_path).items() if shard == 3}
        assert who.startswith(f"process {process.pid} on ")
        process.kill()
        process.communicate()
        begun = tmp_path / SHARDS / f".00003.{process.pid}-0123abcd.part"
        begun.mkdir()
        assert claims.take(3)
        assert not begun.exists()
        assert claims.token(3) in claim_file(tmp_path, 3).read_text()
    assert list((tmp_path / SHARDS).iterdir()) == []


def test_a_claim_of_a_silent_process_is_taken_over(tmp_path, monkeypatch):
    monkeypatch.setattr("protlens.extraction.claims.LEASE", 0.2)
    holder, other = Claims(tmp_path), Claims(tmp_path)
    assert holder.take(0)
    text = claim_file(tmp_path, 0).read_text()
    holder.release(0)
    claim_file(tmp_path, 0).write_text(text.replace(f"pid={os.getpid()}", "pid=1").replace("host=", "host=elsewhere-"))
    assert not other.take(0)
    for _ in range(50):
        if other.take(0):
            break
        time.sleep(0.05)
    assert other.token(0) in claim_file(tmp_path, 0).read_text()
    other.release_all()
