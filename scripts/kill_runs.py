"""Kill an analysis at random moments, complete it, and compare: no kill may change a byte of the table of heads.

python scripts/kill_runs.py --count 50 --seed 1

A process that has everything imported makes children of itself, each of which analyses some chains of pdb-mini into a
new folder: sums, tables and figures. After a random time, spread over all that an undisturbed one takes, the child gets
SIGKILL; the same command then completes the run. Printed is in which phase each kill fell; ends with status 1 if a
table of heads differs from that of the undisturbed run, or if a file is left that it does not have.
"""

import argparse
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import protlens

PROPERTIES = ["contact", "amino_acid:C"]


def analyse(out: Path) -> None:
    """Run the analysis that is killed."""
    options = protlens.ExtractionOptions(limit=6, max_length=80, shard_residues=100)
    protlens.analyze("mini-bert", "pdb-mini", PROPERTIES, out=out, options=options)


def outcome(out: Path) -> tuple[str, list[str]]:
    """Return the digest of a run's table of heads, and the names of all its files."""
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return hashlib.sha256((out / "heads.parquet").read_bytes()).hexdigest(), files


def phase(out: Path) -> str:
    """Return how far a run was that was killed."""
    if (out / "figures").is_dir():
        return "figures"
    if (out / "heads.parquet").exists() or (out / "tables").is_dir():
        return "tables"
    if (out / "proteins.parquet").exists():
        return "statistics"
    if any((out / "shards").glob("[0-9]*")):
        return "sums"
    return "first shard" if (out / "manifest.json").exists() else "start"


def _child(out: Path) -> int:
    """Start a child that analyses, and return its number."""
    child = os.fork()
    if child == 0:
        tempfile.tempdir = str(out.parent)  # what a killed process leaves of its temporary files goes with the runs
        try:
            analyse(out)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return child


def kill_runs(folder: Path, *, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Kill and complete runs; return in which phases kills fell, and what was wrong.

    Parameters
    ----------
    folder
        Where the runs are made.
    count
        How many are killed.
    seed
        Of the moments.
    """
    draw, phases, faults = random.Random(seed), Counter[str](), []
    started = time.monotonic()
    _, status = os.waitpid(_child(folder / "whole"), 0)
    took = time.monotonic() - started
    if status != 0:
        return phases, ["the undisturbed run failed"]
    whole = outcome(folder / "whole")
    for number in range(count):
        out = folder / f"killed-{number}"
        child = _child(out)
        time.sleep(draw.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        phases[phase(out)] += 1
        _, status = os.waitpid(_child(out), 0)
        if status != 0 or outcome(out) != whole:
            faults.append(f"run {number} (seed {seed}) differs after a kill among the {phase(out)}")
    return phases, faults


def main() -> None:
    """Parse the command line, kill and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        phases, faults = kill_runs(Path(folder), count=asked.count, seed=asked.seed)
    print(", ".join(f"{name} {times}" for name, times in phases.most_common()))
    print("\n".join(faults) if faults else f"{asked.count} runs are as the undisturbed one")
    sys.exit(bool(faults))


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ.setdefault(name, "1")
    main()
