"""``python benchmarks/neighbours.py``: how much longer the sums take where two busy processes share the two cores.

Prints the ratio for the threads that protlens chooses and for two that wait in a loop, as OpenMP's do by default.
Quiet and busy turns alternate, each in a new process, on two cores; only the sums of ``analyze --limit 60 --dataset
mini`` are timed.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TURNS = 5
SPINNING = {"OMP_NUM_THREADS": "2", "GOMP_SPINCOUNT": "300000"}
"""Two threads, and how often GNU's OpenMP looks before it sleeps, if nothing is set."""


def main() -> None:
    """Print, for each choice of threads, the median ratio of neighbouring turns, and the seconds."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    free = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}
    for label, extra in {"as protlens chooses": {}, "two that spin": SPINNING}.items():
        turns = [(_seconds(free | extra), _beside_others(free | extra)) for _ in range(TURNS)]
        ratios = sorted(busy / quiet for quiet, busy in turns)
        quiet, busy = (statistics.median(each) for each in zip(*turns, strict=True))
        told = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"{label}: {told}; {busy:.1f} s beside two busy processes, {quiet:.1f} s without", flush=True)


def _beside_others(environment: Mapping[str, str]) -> float:
    with _busy_processes(2):
        return _seconds(environment)


@contextmanager
def _busy_processes(count: int) -> Iterator[None]:
    loop = f"import os\nwhile os.getppid() == {os.getpid()}: pass"  # and no longer, however this process ends
    busy = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _seconds(environment: Mapping[str, str]) -> float:
    command = [sys.executable, __file__, "sums"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def sums() -> None:
    """Print how many seconds the sums take, in a process that begins as the command does."""
    from protlens.threads import settle

    settle()
    import protlens

    model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("mini")
    options = protlens.ExtractionOptions(limit=60)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        protlens.extract(model, proteins, out=Path(folder) / "run", options=options)
        print(time.perf_counter() - start)


if __name__ == "__main__":
    sums() if sys.argv[1:] == ["sums"] else main()
