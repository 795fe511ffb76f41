"""Damage what protlens wrote, a file at a time, and count what comes of it: no damage may give other numbers.

python scripts/damage_runs.py --count 300 --seed 1

A run, a folder of contact prediction, one of probes and a dataset file are made in a temporary folder. Each trial flips
a bit of one file, cuts its end off or lays zeros over a stretch, and reads what lies there as reports, servers and the
same command do. What is printed: how often it was refused, gave the same, gave other numbers, or ended in a traceback;
of the last two the file and the damage. Ends with status 1 if there is one of those.
"""

import argparse
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import protlens
from protlens.contacts.regression_file import load_regression
from protlens.report.contact_section import contact_section
from protlens.report.probe_section import probe_section
from protlens.stats.run_tables import read_tables

PROPERTIES = ["contact", "binding_site"]
OPTIONS = protlens.ExtractionOptions(max_length=60, keep_arcs=0.3, shard_residues=300)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fuzz_targets import LONGEST_LINE  # noqa: E402
from mutations import damage_one  # noqa: E402


@dataclass(frozen=True)
class Made:
    """What is damaged: a folder with ``run``, ``contacts``, ``probes`` and ``dataset.parquet``, and how to read it."""

    folder: Path
    model: Any
    proteins: protlens.Dataset

    def read_run(self, run: Path) -> Any:
        """Return all numbers of a run."""
        opened = protlens.Run.open(run)
        tables = read_tables(opened)
        return [
            [tables.heads, tables.controls, tables.layers, tables.profile, opened.proteins(), opened.arcs()],
            [opened.mode, opened.manifest.model, opened.manifest.dataset, opened.manifest.options],
            [opened.histogram(name) for name in PROPERTIES],
        ]

    def resume(self, run: Path) -> Any:
        """Return all numbers of a run that the same command has gone over."""
        options = {"out": run, "options": OPTIONS, "mode": "paper"}
        protlens.analyze(self.model, self.proteins, PROPERTIES, **options)
        return self.read_run(run)

    def read_contacts(self, folder: Path) -> Any:
        """Return what a report says of contact prediction, and the regression."""
        regression = load_regression(folder / "regression.safetensors", model=self.model.info)
        section = contact_section(folder, protlens.Run.open(self.folder / "run"))
        return [section.paragraphs, section.tables, regression]

    def read_probes(self, folder: Path) -> Any:
        """Return what a report says of probes."""
        section = probe_section(folder, protlens.Run.open(self.folder / "run"))
        return [section.paragraphs, section.tables]

    def read_dataset(self, file: Path) -> Any:
        """Return all proteins of a dataset file."""
        return list(protlens.Dataset.read(file))


def found(folder: Path) -> Made:
    """Return what was made in a folder."""
    return Made(folder, protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")[:24])


def make(folder: Path) -> Made:
    """Write one of each into a folder."""
    made = found(folder)
    model, proteins = made.model, made.proteins
    protlens.analyze(model, proteins, PROPERTIES, out=folder / "run", options=OPTIONS, mode="paper")
    contacts = protlens.ContactOptions(train=4, draws=1, test=4, jacobian=0, max_length=60)
    protlens.evaluate_contacts(model, proteins, out=folder / "contacts", options=contacts)
    probes = protlens.ProbeOptions(limit=12, residues=200, seeds=1, resamples=10, strengths=(0.01,))
    protlens.probe(model, proteins, ["binding_site"], out=folder / "probes", options=probes)
    proteins.write(folder / "dataset.parquet")
    return made


def same(one: Any, other: Any) -> bool:
    """Return whether two results are equal, whatever they are made of."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "equals"):
        return bool(one.equals(other))
    if slots := getattr(type(one), "__slots__", ()):
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name)) for name in slots)
    return bool(one == other)


def outcome(read: Callable[[Path], Any], place: Path, wanted: Any) -> str:
    """Return what came of reading something damaged: ``refused``, ``same``, or more words where it must not be."""
    try:
        return "same" if same(read(place), wanted) else "OTHER NUMBERS"
    except protlens.ProtlensError as error:
        line = str(error)
        return "refused" if "\n" not in line and len(line) < LONGEST_LINE else f"LONG MESSAGE {line[:200]}"
    except Exception:
        return f"TRACEBACK {traceback.format_exc(limit=-2)}"


def main() -> int:
    """Damage and count; the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="trials of each way to read")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        made = make(Path(temporary))
        ways = {
            "run": ("run", made.read_run, chosen.count),
            "run, same command": ("run", made.resume, max(1, chosen.count // 10)),
            "contacts": ("contacts", made.read_contacts, chosen.count),
            "probes": ("probes", made.read_probes, chosen.count),
            "dataset": ("dataset.parquet", made.read_dataset, chosen.count),
        }
        for way, (name, read, count) in ways.items():
            bad += _count_outcomes(way, made.folder / name, read, count=count, seed=chosen.seed)
    return int(bad > 0)


def _count_outcomes(way: str, whole: Path, read: Callable[[Path], Any], *, count: int, seed: int) -> int:
    rng, wanted, outcomes = np.random.default_rng(seed), read(whole), Counter[str]()
    for number in range(count):
        copy = whole.with_name(f"copy-{number}-{whole.name}")
        what = damage_one(whole, copy, rng)
        result = outcome(read, copy, wanted)
        outcomes[result.split(" ")[0]] += 1
        if result not in ("same", "refused"):
            print(f"  {way}: {what}: {result}")
        shutil.rmtree(copy, ignore_errors=True)
        copy.unlink(missing_ok=True)
    print(f"{way}: {dict(outcomes)}", flush=True)
    return count - outcomes["same"] - outcomes["refused"]


if __name__ == "__main__":
    sys.exit(main())
