"""The result of probing, as a few lines to read on a terminal."""

from protlens.cli.screen import print_table
from protlens.plots.probe_figures import metric_title
from protlens.probing.probe_analysis import ProbeAnalysis

_SOURCES = {"embedding": "hidden states", "attention": "attention", "attention_apc": "attention, APC"}


def print_probes(analysis: ProbeAnalysis) -> None:
    """Print the best layer of each property beside its baselines, what was compared, and where the files are."""
    columns = ["property", "probe of", "metric", "layer", "test %", "95 % interval"]
    columns += ["amino acid %", "majority %", "separation %", "sep. + amino acid %", "selectivity"]
    rows = [_row(row) for row in analysis.tables.summary.iter_rows(named=True)]
    print_table(f"Probes of {analysis.model} on {analysis.dataset}", columns, rows)
    print()
    print("\n".join(_notes(analysis)))


def _row(row: dict[str, object]) -> list[str]:
    return [
        str(row["property"]),
        _SOURCES[str(row["source"])],
        metric_title(str(row["metric"])),
        str(row["layer"]),
        _percent(row["value"]),
        f"{_percent(row['ci_low'])}-{_percent(row['ci_high'])}",
        _percent(row["amino_acid"]),
        _percent(row["majority"]),
        _percent(row["separation"]),
        _percent(row["separation_amino_acid"]),
        _percent(row["selectivity"], signed=True),
    ]


def _notes(analysis: ProbeAnalysis) -> list[str]:
    sizes = analysis.split.record()["proteins"]
    support = analysis.tables.support
    asked = support["property"].unique(maintain_order=True)
    left_out = [name for name in asked if name not in set(analysis.tables.probes["property"])]
    lines = [
        "Layer: the best on validation proteins (0: input embeddings); values: test proteins, mean over seeds.",
        f"Split by sequence cluster: {sizes['train']} training, {sizes['validation']} validation, "
        f"{sizes['test']} test proteins; no cluster in two of them.",
        "Amino acid: the same probe of the letter alone. Majority: always the commonest class (ranking: by chance). "
        "Separation: pairs closer in sequence first; with the amino acids of both residues, as training pairs touch.",
        "Selectivity: balanced accuracy less that on random labels per amino acid, in percentage points.",
    ]
    lines += [f"{name}: no probe; too few classes in training or no labels in the test" for name in left_out]
    return [*lines, f"Tables, figures and split.json: {analysis.folder}"]


def _percent(value: object, *, signed: bool = False) -> str:
    return "-" if value is None else f"{100 * value:{'+' if signed else ''}.1f}"  # type: ignore[operator]
