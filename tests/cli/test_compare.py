"""``protlens compare``: what it prints, and what it refuses."""

import pytest

from protlens.cli.commands import app
from protlens.cli.compare import compare
from protlens.errors import ProtlensError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from toy import few_proteins_suffice, toy_dataset, toy_model

pytestmark = pytest.mark.slow


@pytest.fixture
def runs(tmp_path):
    options = ExtractionOptions(threshold=0.1)
    return [
        extract(
            toy_model(name=name), toy_dataset(), ["contact", "amino_acid"], out=tmp_path / name, options=options
        ).path
        for name in ("one", "other")
    ]


def test_it_prints_heads_differences_and_pairs_within_eighty_columns(runs, tmp_path, capsys):
    with few_proteins_suffice():
        compare(runs, out=tmp_path / "out", resamples=50, shuffles=2, seed=0)
    printed = capsys.readouterr().out
    for title in ("Best heads", "other less one", "Heads matched by what they do"):
        assert title in printed
    assert "20 amino acids: in the tables alone." in printed
    lines = printed.splitlines()
    assert lines[-1] == f"Tables, figure and comparison.json: {tmp_path / 'out'}"
    assert max(len(line.rstrip()) for line in lines[:-1]) <= 80


def test_a_run_alone_is_refused(runs, tmp_path):
    with pytest.raises(ProtlensError, match="1 run; allowed: two or more"):
        compare(runs[:1], out=tmp_path / "out", resamples=50, shuffles=2, seed=0)


def test_the_command_is_there():
    assert "compare" in [command.callback.__name__ for command in app.registered_commands]
