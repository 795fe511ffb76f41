"""``protlens run`` and the options that divide a run: what they print, write and refuse."""

import shutil

import pytest

from protlens.cli.options import chosen_engine, part_of
from protlens.errors import OptionError
from protlens.extraction.processes import Processes
from protlens.runs.store import Run

TINY = ["analyze", "--model", "model", "--dataset", "tiny.fasta", "--out", "parts"]


@pytest.fixture(scope="module")
def place(finished, tmp_path_factory):
    return shutil.copytree(finished, tmp_path_factory.mktemp("parts") / "place")


@pytest.mark.slow
def test_parts_and_their_end_give_the_table_of_one_command(place, command):
    assert command(*TINY, "--shard", "2/2", cwd=place).returncode == 0
    status = command("run", "status", "parts", cwd=place)
    assert status.returncode == 1
    assert "parts: 0 of 1 shard done, 0 of 2 proteins" in status.stdout
    assert "1 shard waiting: protlens run retry parts" in status.stdout
    early = command("run", "finish", "parts", cwd=place)
    assert early.returncode == 2
    assert "0 of 1 shards are there" in early.stderr
    retried = command("run", "retry", "parts", cwd=place)
    assert retried.returncode == 0, retried.stderr
    assert "all shards are there: protlens run finish parts" in retried.stdout
    done = command("run", "finish", "parts", cwd=place)
    assert done.returncode == 0, done.stderr
    assert (place / "parts" / "heads.parquet").read_bytes() == (place / "run" / "heads.parquet").read_bytes()
    assert command("run", "status", "parts", cwd=place).returncode == 0


@pytest.mark.slow
def test_a_part_cannot_start_over(place, command):
    done = command(*TINY, "--shard", "1/2", "--fresh", cwd=place)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:-1] == ["reading tiny.fasta", "loading model"]


@pytest.mark.parametrize("asked", ["3", "0/4", "5/4", "1/0", "a/b", "-1/3"])
def test_a_part_that_cannot_be_is_refused(asked):
    with pytest.raises(OptionError, match="--shard"):
        part_of(asked)


def test_a_part_is_read_or_that_of_a_slurm_array(monkeypatch):
    assert part_of(None) is None
    assert part_of("3/16") == (3, 16)
    with pytest.raises(OptionError, match="no Slurm array"):
        part_of("auto")
    for name, value in {"ID": "7", "COUNT": "8", "MIN": "0"}.items():
        monkeypatch.setenv(f"SLURM_ARRAY_TASK_{name}", value)
    assert part_of("auto") == (8, 8)


def test_options_of_engines_that_do_not_go_together_are_refused():
    assert chosen_engine(None, None, None) is None
    assert chosen_engine(2, None, None) == Processes(2)
    with pytest.raises(OptionError, match="no engine"):
        chosen_engine(None, None, "auto")
    with pytest.raises(OptionError, match="--workers 2"):
        chosen_engine(2, "ray", None)


@pytest.mark.slow
def test_chains_of_an_entry_are_read_together(tmp_path, command, data_files):
    structure = str(data_files / "structures" / "7hvp.pdb.gz")
    assert command("dataset", "build", structure, "--all", "-o", "two.parquet", cwd=tmp_path).returncode == 0
    asked = ["--dataset", "two.parquet", "--properties", "contact", "--figures", "none", "--out", "run"]
    done = command("analyze", *asked, "--join-chains", "--linker", "10", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = Run.open(tmp_path / "run")
    assert run.proteins()["id"].to_list() == ["7HVP.A+B"]
    assert run.manifest.model["linker"] == 10
    assert list(run.manifest.properties) == ["contact", "contact:inter"]
    assert run.property_counts("contact:inter").pairs.tolist() == [2 * 99 * 99]
