import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from divided import OnRay, extract_divided, wait_until
from protlens.errors import OptionError, RunError
from protlens.extraction.claims import claiming
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.job import Job
from protlens.extraction.plan import make_plan
from protlens.extraction.ray_engine import RayEngine, _Actor, _write
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.counts import Bins
from protlens.runs.format import shard_folder
from reference import same_counts
from toy import toy_dataset, toy_model

ray = pytest.importorskip("ray")


def _same(run, other):
    for counts, expected in zip(run.counts(), other.counts(), strict=True):
        same_counts(counts, expected)


def test_without_ray_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(OptionError, match=r'pip install "protlens\[ray\]"'):
        RayEngine()


def test_a_worker_that_does_not_see_the_run_sends_its_files_back(tmp_path):
    data, here = toy_dataset(), tmp_path / "here"
    here.mkdir()
    whole = extract_divided(tmp_path / "whole")
    job = Job(
        run=here,
        fingerprint=whole.manifest.fingerprint,
        model=toy_model(),
        dataset=data,
        plan=make_plan(data, ExtractionOptions(shard_residues=1), max_residues=None),
        properties=tuple(sorted(select_properties(data), key=lambda one: one.level == "pair")),
        bins=Bins(0.3, None),
        batch_tokens=1,
    )
    actor = _Actor(job, threads=1)
    with claiming(here) as claims:
        claims.take(1)
        assert actor.work(1, claims.token(1)) is None
        files = actor.work(2, "the claim of another machine")
    assert shard_folder(here, 1).is_dir()
    assert not shard_folder(here, 2).exists()
    _write(here, 2, files)
    for shard in (1, 2):
        for file in shard_folder(whole.path, shard).iterdir():
            assert file.read_bytes() == (shard_folder(here, shard) / file.name).read_bytes()


@pytest.mark.slow
def test_an_address_without_a_cluster_is_one_line(tmp_path):
    with pytest.raises(RunError, match="Ray cluster") as caught:
        extract_divided(tmp_path / "run", engine=RayEngine(f"127.0.0.1:{_free_port()}"))
    assert "\n" not in str(caught.value)


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _nodes():
    return sum(node["Alive"] for node in ray.nodes())


@contextmanager
def _two_nodes():
    """Yield the port of a cluster of two nodes that this process has joined, and the process of the second."""
    port, path = _free_port(), [str(Path(__file__).parents[1]), *sys.path]
    # nothing of the cluster is kept in the folder of temporary files that other tests share
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "RAY_TMPDIR": "/tmp"}
    start = [str(Path(sys.executable).parent / "ray"), "start", "--num-cpus", "1", "--disable-usage-stats", "--block"]
    head = [*start, "--head", "--node-ip-address", "127.0.0.1", "--port", str(port), "--include-dashboard", "false"]
    nodes = [subprocess.Popen(head, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)]
    try:
        wait_until(lambda: _listens(port), seconds=120)
        ray.init(address=f"127.0.0.1:{port}", log_to_driver=False, include_dashboard=False, configure_logging=False)
        joined = [*start, "--address", f"127.0.0.1:{port}"]
        nodes.append(subprocess.Popen(joined, env=environment, stdout=subprocess.DEVNULL, start_new_session=True))
        wait_until(lambda: _nodes() == 2, seconds=120)
        yield port, nodes[1]
    finally:
        ray.shutdown()
        for node in nodes:
            if node.poll() is None:
                os.killpg(node.pid, 9)  # asked to end, it would wait half a minute for work
                node.wait()


@pytest.mark.slow
def test_a_node_that_is_killed_costs_nothing(tmp_path):
    marks, data = tmp_path / "marks", toy_dataset()
    marks.mkdir()
    with _two_nodes() as (port, second):

        def kill_the_second(done, total):
            if done and second.poll() is None:
                os.killpg(second.pid, 9)
                second.wait()

        run = extract(
            OnRay(marks),
            data,
            select_properties(data),
            out=tmp_path / "run",
            options=ExtractionOptions(shard_residues=1, engine=RayEngine(f"127.0.0.1:{port}")),
            on_progress=kill_the_second,
        )
        assert second.poll() is not None
        assert len(list(marks.iterdir())) == 2
    _same(run, extract_divided(tmp_path / "whole"))
    assert not [file for file in (tmp_path / "run" / "shards").iterdir() if not file.name.isdecimal()]
