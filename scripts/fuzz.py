"""Damage what protlens reads, and count what comes of it: a result or one line, in bounded time and memory.

python scripts/fuzz.py --count 2000 --seed 1

A file of each kind that is read, a run folder, folders of contact prediction and probes, and a checkpoint of each
family stand in a temporary folder. Each trial changes one file, bytes as disks do or words and numbers as programs do,
and reads it in a process of its own, which has some memory and some time; nothing may be left beside it. What is
printed: how often each kind was read, refused, or failed, and of each failure its trial and its damage; ``--trial``
repeats one. Ends with status 1 if there is a failure.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import torch

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from damage_runs import found, make  # noqa: E402

from fuzz_targets import Target, data_targets, model_targets, outcome  # noqa: E402
from mutations import damage_one, mutated  # noqa: E402

SECONDS = 30
"""What reading something small may take of a processor; twice as much by the clock, and more where others work."""

MEMORY = 2 * 1024**3
"""Bytes of address space beside what the process began with."""

FINE = ("read", "refused")


@dataclass(frozen=True, slots=True)
class Trial:
    """One damage to one target.

    Parameters
    ----------
    kind
        The target's name.
    number, seed
        What the damage is drawn from.
    folder
        Where the damaged copy stands, alone.
    """

    kind: str
    number: int
    seed: int
    folder: Path

    @property
    def what(self) -> Path:
        """The file that says what the damage is."""
        return self.folder.with_suffix(".what")

    @property
    def came(self) -> Path:
        """The file that says what came of it."""
        return self.folder.with_suffix(".came")

    def run(self, target: Target) -> None:
        """Damage, read, and say what came of it."""
        self.folder.mkdir()
        copy = self.folder / target.whole.name
        self.what.write_text(damage_one(target.whole, copy, np.random.default_rng((self.seed, self.number)), mutated))
        before = set(self.folder.rglob("*"))
        try:
            came = outcome(target.read, copy)
        except MemoryError:
            came = "MEMORY"
        except Exception:
            came = f"TRACEBACK {traceback.format_exc(limit=-3)}"
        left = [path.name for path in set(self.folder.rglob("*")) - before if not path.is_symlink()]
        self.came.write_text(f"LEFT {left}" if came in FINE and left else came, errors="replace")


def run_targets(folder: Path) -> dict[str, Target]:
    """Return a run and the results that a report reads with it.

    They are made in a process of their own: the threads that they take would be missing in the processes of trials.
    """
    maker = multiprocessing.get_context("spawn").Process(target=make, args=(folder,))
    maker.start()
    maker.join()
    made = found(folder)
    return {
        "run": Target(folder / "run", made.read_run),
        "contacts": Target(folder / "contacts", made.read_contacts),
        "probes": Target(folder / "probes", made.read_probes),
    }


@dataclass(slots=True)
class Child:
    """The process of one trial, which writes what came of it into a file."""

    trial: Trial
    process: int
    begun: float

    @classmethod
    def start(cls, trial: Trial, target: Target) -> "Child":
        """Start it."""
        begun = monotonic()
        if process := os.fork():
            return cls(trial, process, begun)
        status = 1
        try:
            os.setsid()
            _limit_this_process()
            trial.run(target)
            status = 0
        finally:
            os._exit(status)

    def result(self) -> str | None:
        """Return what came of it, None while it runs."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        late = monotonic() - self.begun > 4 * SECONDS
        if not done and not late:
            return None
        if not done:
            os.killpg(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            return "TOO LONG"
        return self.trial.came.read_text() if self.trial.came.exists() else f"ENDED with status {status}"


def _limit_this_process() -> None:
    with Path("/proc/self/statm").open() as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    torch.set_num_threads(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def results(trials: Iterator[Trial], targets: dict[str, Target], workers: int) -> Iterator[tuple[Trial, str]]:
    """Yield what came of trials, some of which run at the same time."""
    running: list[Child] = []
    while True:
        for trial in trials:
            running.append(Child.start(trial, targets[trial.kind]))
            if len(running) >= workers:
                break
        if not running:
            return
        sleep(0.005)
        for child in list(running):
            if (result := child.result()) is not None:
                running.remove(child)
                yield child.trial, result
                shutil.rmtree(child.trial.folder, ignore_errors=True)


def main() -> int:
    """Damage and count; the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="trials in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trial", type=int, help="this one alone")
    parser.add_argument("--kinds", default="", help="only those whose names begin with one of these, joined by commas")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        targets = _targets(place, tuple(chosen.kinds.split(",")))
        kinds = list(targets)
        numbers = range(chosen.count) if chosen.trial is None else [chosen.trial]
        trials = (Trial(kinds[n % len(kinds)], n, chosen.seed, place / f"trial-{n}") for n in numbers)
        return _count(results(trials, targets, chosen.workers), kinds)


def _targets(place: Path, names: tuple[str, ...]) -> dict[str, Target]:
    targets: dict[str, Target] = {}
    groups: dict[str, Callable[[Path], dict[str, Target]]] = {
        "data": data_targets,
        "runs": run_targets,
        "models": model_targets,
    }
    for name, group in groups.items():
        (place / name).mkdir()
        targets |= group(place / name)
    return {name: target for name, target in targets.items() if name.startswith(names)}


def _count(came: Iterator[tuple[Trial, str]], kinds: list[str]) -> int:
    """Print each failure as it is seen, and a table in the end; return the status."""
    outcomes = {kind: Counter[str]() for kind in kinds}
    for trial, told in came:
        outcomes[trial.kind]["failed" if told not in FINE else told] += 1
        if told not in FINE:
            what = trial.what.read_text() if trial.what.exists() else "before it was damaged"
            print(f"--seed {trial.seed} --trial {trial.number}, {trial.kind}, {what}:\n{told}", flush=True)
    print(f"{'':28}{'read':>9}{'refused':>9}{'failed':>9}")
    for kind, counted in (*outcomes.items(), ("all", sum(outcomes.values(), Counter()))):
        if counted:
            print(f"{kind:28}{counted['read']:9}{counted['refused']:9}{counted['failed']:9}")
    return int(any(counted["failed"] for counted in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
