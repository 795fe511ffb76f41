"""Train one of the small models that come with protlens.

    python recipes/pretraining/train.py mini-bert --fasta swissprot.fasta.gz --minutes 60 --out mini-bert-run

The same command goes on where an interrupted run stopped. README.md says what is written to the folder.
"""

import argparse
import json
import platform
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import torch
from minis.architectures import Shape
from minis.contacts import sample
from minis.export import export, write_card
from minis.report import Log, describe, make_report
from minis.schedule import Budget
from minis.sequences import Sequences, read_sequences
from minis.settings import SHAPES, Settings, defaults
from minis.training import Training

from protlens.data.catalog import load_dataset
from protlens.files import replacing

_OPTIONS: dict[Any, dict[str, Any]] = {
    int: {"type": int},
    float: {"type": float},
    str: {},
    bool: {"action": argparse.BooleanOptionalAction},
    tuple[int, ...]: {"type": int, "nargs": "+"},
}
"""How a setting of a type is given on the command line."""


def main(arguments: list[str] | None = None) -> int:
    """Train, report and export; return 0 if training is finished, or the number of the signal that ended it early."""
    options = _parser().parse_args(arguments)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    settings = _settings(options, device)
    out: Path = options.out
    _keep_settings(out / "settings.json", settings)
    training = Training(settings, _sequences(options, settings), device=device)
    if (out / "checkpoint.pt").exists():
        training.restore(out / "checkpoint.pt")
    stopped = _watch_signals()
    _train(training, options, stop=lambda: bool(stopped))
    training.save(out / "checkpoint.pt")
    return stopped[0] if training.used < 1 else 0


def _train(training: Training, options: argparse.Namespace, *, stop: Callable[[], bool]) -> None:
    out, log = options.out, Log(options.out / "log.jsonl", steps=training.progress.steps)
    proteins = sample(load_dataset(options.chains), options.chains_limit) if options.chains_limit else None
    chains = f"{len(proteins)} chains of {options.chains}" if proteins else "no chains"
    about = {"data": f"{training.data} of {options.fasta.name}", "machine": _machine(training.device), "chains": chains}
    begin, residues = time.perf_counter(), training.progress.residues
    for _ in training.run(stop=stop):
        per_second = (training.progress.residues - residues) / (time.perf_counter() - begin)
        export(training, out / "model")
        report = make_report(training, out / "model", proteins, per_second=per_second)
        log.add(report)
        print(describe(report), flush=True)
        write_card(out / "model", options.name, training, log.reports, about=about)
        training.save(out / "checkpoint.pt")
        begin, residues = time.perf_counter(), training.progress.residues


def _settings(options: argparse.Namespace, device: torch.device) -> Settings:
    base = defaults(options.name, device)
    budget = Budget(minutes=options.minutes, steps=options.steps)
    return replace(
        base, **_given(options, Settings), shape=replace(base.shape, **_given(options, Shape)), budget=budget
    )


def _given(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """Return the fields of a kind of settings that were given as options."""
    values = {field.name: getattr(options, field.name, None) for field in fields(kind)}
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if v is not None}


def _keep_settings(path: Path, settings: Settings) -> None:
    """Write the settings, or see to it that an interrupted run had the same."""
    content = settings.as_json()
    if not path.exists():
        with replacing(path) as beside:
            beside.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        return
    found = json.loads(path.read_text("utf-8"))
    if other := [
        f"{name} {found.get(name)} there, {content[name]} now" for name in content if found.get(name) != content[name]
    ]:
        raise SystemExit(f"{path.parent} holds a run with other settings: {'; '.join(other)}; choose another --out")


def _sequences(options: argparse.Namespace, settings: Settings) -> Sequences:
    path: Path = options.out / "sequences.npz"
    if not path.exists():
        read_sequences(options.fasta, least_cluster=settings.least_cluster).write(path)
    return Sequences.read(path)


def _watch_signals() -> list[int]:
    """Return a list that the first interruption is put into; the second one ends the program at once."""
    received: list[int] = []

    def receive(number: int, _: Any) -> None:
        received.append(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, receive)
    return received


def _machine(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads, name = torch.get_num_threads(), torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
    return f"{threads} {'thread' if threads == 1 else 'threads'} of {name}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=list(SHAPES))
    parser.add_argument("--fasta", type=Path, required=True, help="sequences; headers may name a cluster, c50=NAME")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--minutes", type=float, help="time budget")
    parser.add_argument("--steps", type=int, help="budget of updates, instead or as well")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="a GPU if there is one")
    parser.add_argument("--chains", default="pdb-mini", help="dataset with structures to measure contacts on")
    parser.add_argument("--chains-limit", type=int, default=20, help="how many of them at each report; 0 for none")
    settings = parser.add_argument_group("settings", "what they mean, and their defaults, stands in minis/settings.py")
    for field in [*fields(Shape), *fields(Settings)]:
        if field.type in _OPTIONS and field.name != "family":
            settings.add_argument(f"--{field.name.replace('_', '-')}", default=None, **_OPTIONS[field.type])
    return parser


if __name__ == "__main__":
    sys.exit(main())
