import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import FASTA, TINY, Command, process
from protlens.cli import main
from tiny_models import tiny_model_folder


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run what the installed command runs, here: it saves the seconds that loading torch takes."""

    def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["protlens", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(sys.argv, left.value.code, out, err)

    return run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a small FASTA file."""
    (tmp_path / "tiny.fasta").write_text(FASTA)
    return tmp_path


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model_folder("bert", tmp_path_factory.mktemp("models") / "bert", layers=2, heads=2)


@pytest.fixture(scope="session")
def finished(once: Callable[..., Path], bert: Path) -> Path:
    """A folder with a finished run of the small model on the small file."""

    def fill(place: Path) -> None:
        (place / "tiny.fasta").write_text(FASTA)
        shutil.copytree(bert, place / "model")
        done = process(*TINY, cwd=place)
        assert done.returncode == 0, done.stderr

    return once("finished", fill)
