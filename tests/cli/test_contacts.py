import re

import pytest
from typer.testing import CliRunner

from planted import planted_dataset, planted_proteins
from protlens.cli.commands import app
from protlens.errors import OptionError

pytestmark = pytest.mark.slow

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contacts")
    planted_dataset(planted_proteins(10, length=40)).write(folder / "chains.parquet")
    options = ["--train", "4", "--draws", "2", "--jacobian", "1", "--jacobian-length", "45"]
    files = ["--dataset", str(folder / "chains.parquet"), "--out", str(folder / "out")]
    return folder, RUNNER.invoke(app, ["contacts", *files, *options], catch_exceptions=False)


def test_says_what_was_compared_with_what(finished):
    folder, done = finished
    assert done.exit_code == 0
    text = re.sub(r"\s+", " ", done.output)
    for part in (
        "Contacts of chains from the attention of mini-bert: learned on 4 proteins, tested on 4 others.",
        "No test protein shares a cluster",
        "best head in",  # names go on in the next line
        "mean of top",
        "regression",
        "random order",
        "closest in",
        "The same on 1 of them of up to 45 residues",
        "categorical Jacobian",
        "Over 2 draws of 4 training proteins",
    ):
        assert part in text
    assert (folder / "out" / "regression.safetensors").is_file()


def test_predicts_a_bare_sequence(finished, tmp_path):
    saved = finished[0] / "out" / "regression.safetensors"
    arguments = ["contacts", "--sequence", "mktayiakqr" * 52, "--regression", str(saved), "--out", str(tmp_path)]
    done = RUNNER.invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert "cut after 510 residues: 1" in done.output
    text = (tmp_path / "rr" / "contacts-sequence.rr").read_text()
    assert "".join(text.split("MODEL 1\n")[1].splitlines()[:11]) == ("MKTAYIAKQR" * 52)[:510]


def test_predicts_a_fasta_file(finished, tmp_path):
    (tmp_path / "some.fasta").write_text(">a\nMKTAYIAKQRQISF\n>b\nMKTAYIAKQRQ\n")
    saved = finished[0] / "out" / "regression.safetensors"
    files = ["--dataset", str(tmp_path / "some.fasta"), "--out", str(tmp_path / "out")]
    done = RUNNER.invoke(app, ["contacts", *files, "--regression", str(saved)], catch_exceptions=False)
    assert done.exit_code == 0
    assert sorted(file.name for file in (tmp_path / "out" / "rr").iterdir()) == ["contacts-a.rr", "contacts-b.rr"]


def test_a_sequence_needs_a_regression(tmp_path):
    with pytest.raises(OptionError, match=r"give its regression\.safetensors as --regression"):
        RUNNER.invoke(app, ["contacts", "--sequence", "MKT", "--out", str(tmp_path)], catch_exceptions=False)
    assert not list(tmp_path.iterdir())
