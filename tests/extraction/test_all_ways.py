"""One analysis in every way that a run can be worked on: the table of heads is the same to the byte."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from divided import extract_divided
from protlens.extraction.finish import finish_run
from protlens.extraction.processes import Processes
from protlens.extraction.ray_engine import RayEngine
from protlens.extraction.status_of_run import run_status
from protlens.stats.run_tables import tabulate, write_tables
from toy import toy_dataset

TESTS = Path(__file__).parents[1]
SLOWLY = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from divided import Slow, extract_divided
extract_divided(sys.argv[1], model=Slow())
"""


def _heads(run):
    """Return the bytes of the table of heads."""
    run.check_complete()
    write_tables(run, tabulate(run))
    return (run.path / "heads.parquet").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return _heads(extract_divided(tmp_path_factory.mktemp("whole") / "run"))


def _by(engine, out):
    reported = []
    run = extract_divided(out, engine=engine, on_progress=lambda *seen: reported.append(seen))
    assert reported[-1] == (7, 7)
    return run


def _in_two_processes(out):
    return _by(Processes(2), out)


def _in_parts(out):
    for part in (3, 1, 2):
        run = extract_divided(out, part=(part, 3))
    assert run_status(out).shards_done == 7
    assert not (out / "proteins.parquet").exists()
    return finish_run(run, toy_dataset())


def _on_a_cluster(out):
    ray = pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), *sys.path]))
        ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
        try:
            run = _by(RayEngine(), out)
            assert ray.is_initialized()  # what the user has started stays
        finally:
            ray.shutdown()
    return run


def _killed_at_random_moments(out):
    """In processes that take half a second for a shard, until one of them lives to the end."""
    draw, killed, arguments = random.Random(5), 0, [sys.executable, "-c", SLOWLY, str(out)]
    for _ in range(4):
        process, before = subprocess.Popen(arguments), len(list(out.glob("shards/[0-9]*")))
        while process.poll() is None and len(list(out.glob("shards/[0-9]*"))) == before:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 0.9))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed > 1
    return extract_divided(out)


WAYS = [_in_two_processes, _in_parts, _on_a_cluster, _killed_at_random_moments]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=[way.__name__.strip("_") for way in WAYS])
def test_every_way_gives_the_same_bytes(tmp_path, whole, way):
    assert _heads(way(tmp_path / "run")) == whole
    assert not [path for path in (tmp_path / "run" / "shards").iterdir() if not path.name.isdecimal()]
