"""The result of probing, as a few lines to read on a terminal."""

from typing import Any

from protlens.cli.screen import print_table
from protlens.naming import INTERVALS, PROBE_SOURCES, metric_title, property_title
from protlens.number_text import bare_interval, bare_percent, counted, points
from protlens.probing.probe_analysis import ProbeAnalysis

_BASELINES = ("amino_acid", "majority", "separation", "separation_amino_acid")


def print_probes(analysis: ProbeAnalysis) -> None:
    """Print the best layer of each property beside its baselines, what was compared, and where the files are."""
    columns = ["property", "probe of", "metric", "layer", "test %", INTERVALS["matched"]]
    columns += [*(_narrow(f"{PROBE_SOURCES[name]} %") for name in _BASELINES), "selectivity"]
    rows = [_row(row) for row in analysis.tables.summary.iter_rows(named=True)]
    print_table(f"Probes of {analysis.model} on {analysis.dataset}", columns, rows)
    print()
    print("\n".join(_notes(analysis)))


def _narrow(title: str) -> str:
    """Return a title of several words in two lines."""
    return "\n".join(title.rsplit(" ", title.count(" ") - 1)) if title.count(" ") > 1 else title


def _row(row: dict[str, Any]) -> list[str]:
    return [
        property_title(row["property"]),
        PROBE_SOURCES[row["source"]],
        metric_title(row["metric"]),
        str(row["layer"]),
        bare_percent(row["value"]),
        bare_interval(row["ci_low"], row["ci_high"]),
        *(bare_percent(row[name]) for name in _BASELINES),
        points(row["selectivity"]),
    ]


def _notes(analysis: ProbeAnalysis) -> list[str]:
    sizes = analysis.split.record()["proteins"]
    support = analysis.tables.support
    asked = support["property"].unique(maintain_order=True)
    left_out = [name for name in asked if name not in set(analysis.tables.probes["property"])]
    lines = [
        "Layer: the best on validation proteins (0: input embeddings); values: test proteins, mean over seeds.",
        f"Split by sequence cluster: {sizes['train']} training, {sizes['validation']} validation, "
        f"{counted(sizes['test'], 'test protein')}; no cluster in two of them.",
        "Amino acid alone: the same probe of the letter. Majority: always the commonest class (ranking: by chance). "
        "Separation alone: pairs closer in sequence first; with the amino acids of both residues, as training pairs "
        "touch.",
        "Selectivity: balanced accuracy less that on random labels per amino acid, in percentage points.",
    ]
    lines += [
        f"{property_title(name)}: no probe; too few classes in training or no labels in the test" for name in left_out
    ]
    return [*lines, f"Tables, figures and split.json: {analysis.folder}"]
