import os
import subprocess
import sys

import pytest

from protlens import threads
from protlens.threads import cores, is_chosen, settle, threads_for, worker_environment

ONE_OF_MANY = """
import os
from protlens.threads import cores
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(cores())
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_no_more_cores_than_the_affinity():
    done = subprocess.run([sys.executable, "-c", ONE_OF_MANY], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def groups(folder, lines, files):
    (folder / "told").write_text("".join(f"{line}\n" for line in lines))
    for name, text in files.items():
        path = folder / "mounted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted(threads._quotas(folder / "told", folder / "mounted"))


def test_quotas_of_version_two_count_in_every_group_above(tmp_path):
    files = {"cpu.max": "max 100000\n", "a.slice/cpu.max": "250000 100000\n", "a.slice/b/cpu.max": "50000 10000\n"}
    assert groups(tmp_path, ["0::/a.slice/b"], {**files, "c/cpu.max": "10000 100000\n"}) == [2.5, 5.0]


def test_quotas_of_version_one(tmp_path):
    files = {
        "cpu,cpuacct/job/cpu.cfs_quota_us": "300000\n",
        "cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
        "cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    }
    assert groups(tmp_path, ["3:memory:/job", "2:cpu,cpuacct:/job", "0::/"], files) == [3.0]


def test_a_container_that_sees_its_own_group_only(tmp_path):
    assert groups(tmp_path, ["0::/docker/not-shown-here"], {"cpu.max": "150000 100000\n"}) == [1.5]


def test_a_system_without_groups(tmp_path):
    assert list(threads._quotas(tmp_path / "none", tmp_path)) == []


@pytest.mark.parametrize(("quota", "expected"), [(0.5, 1), (2.9, 2), (99.0, 8)])
def test_a_quota_is_rounded_down_to_one_at_least(monkeypatch, quota, expected):
    monkeypatch.setattr(threads, "_affinity", lambda: 8)
    monkeypatch.setattr(threads, "_quotas", lambda *_: iter([64.0, quota]))
    assert cores() == expected


@pytest.mark.parametrize(
    ("workers", "width", "expected"),
    [(1, None, 8), (3, None, 2), (9, None, 1), (1, 192, 1), (1, 320, 1), (1, 480, 3), (1, 2560, 8), (2, 2560, 4)],
)
def test_workers_share_the_cores_and_small_models_take_one(monkeypatch, workers, width, expected):
    monkeypatch.setattr(threads, "cores", lambda: 8)
    assert threads_for(workers=workers, width=width) == expected


def test_what_the_user_has_set_stays(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    monkeypatch.setattr(threads, "_affinity", lambda: 8)
    environment = {"OMP_WAIT_POLICY": "ACTIVE", "POLARS_MAX_THREADS": "7"}
    settle(environment)
    assert (environment["OMP_WAIT_POLICY"], environment["POLARS_MAX_THREADS"]) == ("ACTIVE", "7")
    assert (environment["GOMP_SPINCOUNT"], environment["OMP_THREAD_LIMIT"]) == ("0", "2")


def test_without_a_quota_only_the_waiting_is_set(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 8)
    monkeypatch.setattr(threads, "_affinity", lambda: 8)
    environment = {}
    settle(environment)
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert not any("NUM" in name or "LIMIT" in name or "MAX" in name for name in environment)


def test_a_number_in_the_environment_is_the_users_choice():
    assert is_chosen({"OMP_NUM_THREADS": "4"})
    assert is_chosen(worker_environment(2))
    assert not is_chosen({"OMP_WAIT_POLICY": "PASSIVE"})


COUNTS = """
from protlens.threads import settle
settle()
import numpy, polars, pyarrow, torch
from threadpoolctl import threadpool_info
print({torch.get_num_threads(), pyarrow.cpu_count(), polars.thread_pool_size()})
print({one["num_threads"] for one in threadpool_info()})
"""


@pytest.mark.slow
def test_all_libraries_of_a_worker_take_as_many_threads_as_it_may():
    environment = os.environ | worker_environment(1)
    done = subprocess.run([sys.executable, "-c", COUNTS], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "{1}\n{1}\n"


def test_importing_protlens_sets_nothing():
    use = "import os; before = dict(os.environ); import protlens; protlens.Dataset; print(before == dict(os.environ))"
    done = subprocess.run([sys.executable, "-c", use], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_the_command_sets_them_before_anything_heavy_is_loaded():
    use = """
import builtins, os, sys
from protlens.cli.entry import main
from protlens import threads
def seen(*args):
    print(sorted({"numpy", "torch", "polars", "pyarrow"} & set(sys.modules)))
    raise KeyboardInterrupt
threads.settle = seen
main()
"""
    done = subprocess.run([sys.executable, "-c", use], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "[]\n")
