"""``protlens report``: what it prints, writes and refuses."""

import re
import shutil

import pytest

from commands import FASTA, TINY
from protlens.page import hosting as assets


@pytest.fixture
def built(tmp_path_factory, monkeypatch):
    """Stand in for the built page."""
    folder = tmp_path_factory.mktemp("assets")
    for name in assets.NAMES:
        (folder / name).write_text("/* made up */")
    monkeypatch.setattr(assets, "ASSETS", folder)


@pytest.fixture
def place(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "place")


@pytest.mark.slow
@pytest.mark.usefixtures("built")
def test_a_report_is_written_into_the_run(place, command):
    done = command("report", "run", "--model", "model", "--dataset", "tiny.fasta", cwd=place)
    assert done.returncode == 0, done.stderr
    written = place / "run" / "report.html"
    size = f"{written.stat().st_size / 1e6:.1f}"
    assert done.stdout.splitlines()[-1] == f"Written: run/report.html ({size} MB)"
    assert re.match(r"Proteins in 3-D: (none|one|two|one, two|two, one)$", done.stdout.splitlines()[-2])
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.usefixtures("built")
def test_the_command_that_analyze_prints_finds_dataset_and_model(bert, command, tmp_path):
    shutil.copytree(bert, tmp_path / "model")
    (tmp_path / "two.fasta").write_text(FASTA)
    done = command("analyze", "--model", "model", "--dataset", "two.fasta", "--out", "two-run", cwd=tmp_path)
    assert "Look at it: protlens serve two-run" in done.stdout.splitlines()
    (tmp_path / "elsewhere").mkdir()
    for folder, run in ((tmp_path, "two-run"), (tmp_path / "elsewhere", tmp_path / "two-run")):
        done = command("report", run, "--proteins", "1", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert re.match(r"Proteins in 3-D: (one|two)$", done.stdout.splitlines()[0])


@pytest.mark.slow
@pytest.mark.usefixtures("built")
def test_a_run_that_starts_over_leaves_no_old_report(place, command):
    arguments = ["--model", "model", "--dataset", "tiny.fasta", "--proteins", "0"]
    assert command("report", "run", *arguments, cwd=place).returncode == 0
    assert (place / "run" / "report.html").exists()
    assert command(*TINY, "--fresh", cwd=place).returncode == 0
    assert not (place / "run" / "report.html").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("built")
def test_every_option_is_passed_on(place, command):
    arguments = ["--model", "model", "--dataset", "tiny.fasta", "--proteins", "0", "-o", "deep/r.html"]
    done = command("report", "run", *arguments, cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Proteins in 3-D: none" in done.stdout
    assert (place / "deep" / "r.html").stat().st_size > 10_000
    assert not (place / "run" / "report.html").exists()
    for option, command_name in (("--contacts", "protlens contacts"), ("--probe", "protlens probe")):
        done = command("report", "run", *arguments, option, ".", cwd=place)
        assert done.returncode == 2
        assert f"give one that '{command_name}' wrote" in done.stderr


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "run nowhere: no manifest.json there"),
        (["run", "--dataset", "tiny.fasta", "--proteins", "13"], "proteins 13; allowed: 0 to 12"),
        (["run"], "give the dataset that the run was made with as --dataset"),
        (["run", "--dataset", "pdb-mini"], "give the dataset that the run was made with"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(place, command, arguments, words):
    done = command("report", *arguments, cwd=place)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (place / "run" / "report.html").exists()


def test_without_the_built_page_it_says_what_to_do(place, command, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", tmp_path / "none")
    done = command("report", "run", cwd=place)
    assert done.returncode == 2
    assert "it was not built when protlens was installed" in done.stderr
    assert done.stderr.count("\n") == 1
