"""Analyses killed at random moments, in all phases, end as an undisturbed one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "kill_runs.py"


@pytest.mark.slow
def test_no_kill_changes_a_byte(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    arguments = [sys.executable, SCRIPT, "--count", "3", "--seed", "3"]
    done = subprocess.run(arguments, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 runs are as the undisturbed one" in done.stdout
    assert list(tmp_path.iterdir()) == []
