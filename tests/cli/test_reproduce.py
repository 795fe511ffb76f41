"""``protlens reproduce``: what it prints, writes and refuses."""

import polars as pl
import pytest


@pytest.mark.slow
def test_another_model_is_set_beside_the_published_numbers_and_it_is_said(bert, command, tmp_path):
    done = command("reproduce", "tape-bert", "--model", bert, "--limit", "2", "--out", "beside", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "beside tape-bert: another model" in " ".join(done.stdout.split())
    numbers = pl.read_parquet(tmp_path / "beside" / "numbers.parquet")
    assert numbers.height == 4_410
    assert numbers["measured"].count() > 0
    again = command("reproduce", "tape-bert", "--model", bert, "--limit", "2", "--out", "beside", cwd=tmp_path)
    assert again.stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mini-bert"], "model of the paper 'mini-bert'"),
        (["tape-bert", "--limit", "0"], "--limit 0; allowed: 1 or more"),
    ],
)
def test_what_is_wrong_is_one_line(arguments, told, command, tmp_path):
    done = command("reproduce", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
