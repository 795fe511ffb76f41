"""What is told of a training at each report, and the log that keeps it."""

import json
import math
from pathlib import Path
from typing import Any

from minis.contacts import contact_signal
from minis.training import Training
from protlens.data.dataset import Dataset
from protlens.files import replacing


class Log:
    """Reports as lines of JSON.

    Parameters
    ----------
    path
        The file; it may hold the reports of an interrupted training.
    steps
        Where training goes on; reports beyond that are dropped, as they will come again.
    """

    def __init__(self, path: Path, *, steps: int) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.reports = [report for line in lines if (report := json.loads(line))["steps"] <= steps]
        self._write()

    def add(self, report: dict[str, Any]) -> None:
        """Keep a report."""
        self.reports.append(report)
        self._write()

    def _write(self) -> None:
        with replacing(self._path) as beside:
            beside.write_text("".join(json.dumps(report) + "\n" for report in self.reports), "utf-8")


def make_report(training: Training, model: Path, proteins: Dataset | None, *, per_second: float) -> dict[str, Any]:
    """Return what is told of a training.

    Parameters
    ----------
    training
        At a step where its loss since the last report is to be taken.
    model
        Its export.
    proteins
        Chains to measure contacts on; None leaves that out.
    per_second
        How many residues were trained on, lately.
    """
    progress = training.progress
    loss = training.validation_loss()
    if not math.isfinite(loss):
        raise RuntimeError(f"the loss is {loss} after {progress.steps} steps; take a lower learning rate")
    report = {
        "steps": progress.steps,
        "residues": progress.residues,
        "minutes": progress.seconds / 60,
        "residues_per_second": per_second,
        "used": min(1.0, training.used),
        "learning_rate": training.learning_rate,
        "training_loss": training.take_training_loss(),
        "validation_loss": loss,
        "validation_perplexity": math.exp(loss),
    }
    if proteins is not None:
        report |= contact_signal(model, proteins, device=training.device.type)
    return report


def describe(report: dict[str, Any]) -> str:
    """Return a report as one line."""
    words = [
        f"{100 * report['used']:3.0f} %",
        f"step {report['steps']}",
        f"{report['residues'] / 1e6:.2f} M residues",
        f"{report['residues_per_second']:.0f}/s",
        f"loss {report['training_loss']:.4f}",
        f"held out {report['validation_loss']:.4f} ({report['validation_perplexity']:.2f})",
    ]
    if "precision" in report:
        words.append(f"contacts {100 * report['precision']:.1f} % ({report['precision_head']})")
    if report.get("lift") is not None:
        words.append(f"lift {report['lift']:.2f} ({report['lift_head']}, {report['lift_arcs']} arcs)")
    return ", ".join(words)
