"""The command line, run as a process, and what it leaves in a folder."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROTLENS = Path(sys.executable).with_name("protlens")
FASTA = ">one first\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ\n>two\nMKVLAAGIVGLCAKAYLVEWQHTNDPRSC\n"
ENVIRONMENT = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
TINY = ["analyze", "--model", "./model", "--dataset", "tiny.fasta", "--out", "run", "--figures", "all"]

Command = Callable[..., subprocess.CompletedProcess]


def process(*arguments: object, cwd: Path, **options) -> subprocess.CompletedProcess:
    """Run the installed command."""
    command = [str(PROTLENS), *map(str, arguments)]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT, **options}
    return subprocess.run(command, cwd=cwd, text=True, timeout=120, check=False, **settings)


def snapshot(folder: Path) -> dict[str, str]:
    """Return a digest of every file below a folder, and the folders themselves."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }
