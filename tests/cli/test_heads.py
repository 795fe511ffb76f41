"""``protlens heads``: what it prints, writes and refuses."""

import shutil

import pytest

GIVEN = ["--model", "model", "--dataset", "tiny.fasta"]


@pytest.fixture
def place(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "place")


@pytest.mark.slow
def test_one_line_a_head_of_at_most_80_columns(place, command):
    done = command("heads", "run", *GIVEN, cwd=place)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].rstrip() == "What each head of model does on tiny"
    assert [line.split()[0] for line in lines[2:7] if line.strip()] == ["1-1", "1-2", "2-1", "2-2"]
    assert all(len(line) <= 80 for line in lines)
    assert lines[-2:] == [
        "All behaviours of all heads: run/tables/behaviour.csv",
        "Poster: run/figures/head_poster.pdf (and .svg, .png)",
    ]
    assert all((place / "run" / "figures" / f"head_poster.{kind}").is_file() for kind in ("pdf", "svg", "png"))


@pytest.mark.slow
def test_filters_print_some_heads_alone(place, command):
    done = command("heads", "run", *GIVEN, "--layer", "2", cwd=place)
    assert [line.split()[0] for line in done.stdout.splitlines()[2:4]] == ["2-1", "2-2"]
    done = command("heads", "run", *GIVEN, "--behaviour", "induction", cwd=place)
    assert done.stdout.splitlines()[0] == "No head has this behaviour."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--layer", "3"], "layer 3; allowed: 1 to 2"),
        (["run", "--behaviour", "dance"], "behaviour 'dance'; allowed: offset, self"),
        (["run", "--proteins", "0"], "--proteins 0; allowed: 1 or more"),
        (["nowhere"], "run nowhere"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(place, command, arguments, words):
    done = command("heads", *arguments, cwd=place)
    assert done.returncode == 2
    assert done.stderr.startswith(f"protlens: {words}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_without_the_model_one_line_says_what_is_missing(place, command):
    shutil.rmtree(place / "model")
    (place / "run" / "sources.json").unlink(missing_ok=True)
    done = command("heads", "run", cwd=place)
    assert done.returncode == 0
    assert done.stderr.startswith("From what is in the run: model 'model' is not on this machine; give it with --model")
    assert len(done.stderr.splitlines()) == 1
