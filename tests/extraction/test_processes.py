import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from divided import Deadly, extract_divided
from protlens.errors import OptionError, RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.job import Job
from protlens.extraction.job_file import read_job, write_job
from protlens.extraction.plan import make_plan
from protlens.extraction.processes import Processes
from protlens.extraction.run import extract
from protlens.models.load import load_model
from protlens.properties.pair import Contact
from protlens.runs.counts import Bins
from protlens.runs.store import Run
from reference import same_counts
from toy import toy_dataset, toy_model


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_its_shard_tried_again(tmp_path):
    marks, data = tmp_path / "marks", toy_dataset()
    marks.mkdir()
    options = ExtractionOptions(shard_residues=1, engine=Processes(1))
    run = extract(toy_model(), data, [Deadly(marks, 2)], out=tmp_path / "run", options=options)
    assert len(list(marks.iterdir())) == 2
    run.check_complete()


@pytest.mark.slow
def test_a_shard_that_kills_each_worker_is_given_up(tmp_path):
    marks, data = tmp_path / "marks", toy_dataset()
    marks.mkdir()
    options = ExtractionOptions(shard_residues=1, engine=Processes(1))
    with pytest.raises(RunError, match=r"failed 3 times \(its process was ended by SIGKILL\), with toy3"):
        extract(toy_model(), data, [Deadly(marks, 9)], out=tmp_path / "run", options=options)
    assert len(Run.open(tmp_path / "run").shards_done) == 6


@pytest.mark.slow
def test_workers_that_cannot_start_are_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RunError, match="worker processes: none can be started") as caught:
        extract_divided(tmp_path / "run", engine=Processes(1))
    assert "\n" not in str(caught.value)


SCRIPT = """
import sys
from pathlib import Path
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.processes import Processes
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from divided import Slow
from toy import toy_dataset
data = toy_dataset()
extract(Slow(), data, select_properties(data), out=Path(sys.argv[1]),
        options=ExtractionOptions(shard_residues=1, engine=Processes(2)))
"""


@pytest.mark.slow
def test_workers_end_with_the_process_that_started_them(tmp_path):
    out = tmp_path / "run"
    here = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([here, *sys.path]), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, out], env=environment)
    deadline = time.monotonic() + 120
    while not (out / "shards" / "00000").is_dir() and time.monotonic() < deadline:
        time.sleep(0.05)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    assert len(children) == 2
    process.kill()
    process.wait()
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    run = extract_divided(out)
    for counts, expected in zip(run.counts(), extract_divided(tmp_path / "whole").counts(), strict=True):
        same_counts(counts, expected)


def test_a_job_goes_through_files_and_its_weights_are_mapped(tmp_path):
    model, data = load_model("mini-bert"), toy_dataset()
    options = ExtractionOptions()
    job = Job(
        run=tmp_path,
        fingerprint="",
        model=model,
        dataset=data,
        plan=make_plan(data, options, max_residues=510),
        properties=(Contact(),),
        bins=Bins(0.3, None),
        batch_tokens=1,
    )
    write_job(job, tmp_path)
    there = read_job(tmp_path)
    assert (there.plan, there.dataset.fingerprint()) == (job.plan, data.fingerprint())
    mine, theirs = model.weights(), there.model.weights()
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    assert len({values.untyped_storage().data_ptr() for values in theirs.values()}) == 1
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1.1 * sum(v.nbytes for v in mine.values()) + 10**5


def test_there_is_at_least_one_worker():
    with pytest.raises(OptionError, match="workers 0"):
        Processes(0)


def test_threads_are_not_left_behind(tmp_path):
    before = threading.active_count()
    extract_divided(tmp_path / "run")
    assert threading.active_count() <= before + 1
