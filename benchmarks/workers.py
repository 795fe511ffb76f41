"""``python benchmarks/workers.py``: how much faster two worker processes are than one, each with one thread.

Prints the ratio of the time for the sums of ``analyze --model mini-bert --dataset mini`` with ``--workers 1`` to that
with ``--workers 2``, in alternating turns, with and without the seconds until the first shard is begun, in which
workers import what they need.
"""

import tempfile
import time
from pathlib import Path

import protlens
from measure import ratio_of

TURNS = 3


def main() -> None:
    """Print the median ratios, their quartiles and the seconds of one worker against two."""
    turns = [(_seconds(1), _seconds(2)) for _ in range(TURNS)]
    for place, label in enumerate(("in all", "without the start")):
        print(f"{label}: {ratio_of([(one[place], two[place]) for one, two in turns])}", flush=True)


def _seconds(workers: int) -> tuple[float, float]:
    """Return how long the sums take, in all and from the first proteins on."""
    model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("mini")
    options = protlens.ExtractionOptions(engine=protlens.Processes(workers))
    begun: list[float] = []

    def note(done: int, total: int) -> None:
        if not begun:
            begun.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        protlens.extract(model, proteins, out=Path(folder) / "run", options=options, on_progress=note)
        end = time.perf_counter()
    return end - start, end - begun[0]


if __name__ == "__main__":
    main()
