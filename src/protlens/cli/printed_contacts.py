"""The result of contact prediction, as a few lines to read on a terminal."""

from pathlib import Path

import polars as pl

from protlens.cli.screen import print_table
from protlens.contacts.contact_result import ContactAnalysis
from protlens.contacts.evaluation import BEST, JACOBIAN, RANDOM, REGRESSION, SEPARATION, STATISTICS, TOP
from protlens.data.dataset import Dataset
from protlens.extraction.plan import cut_length
from protlens.heads import head_label
from protlens.models.protocol import ModelInfo

_SHOWN = (("long", "L"), ("long", "L/5"), ("medium", "L"), ("short", "L"))
_COLUMNS = ["method", *(f"{band} P@{k} %" for band, k in _SHOWN), "against regression, long"]


def print_contacts(analysis: ContactAnalysis) -> None:
    """Print what was compared with what, and where the files are."""
    print("\n".join(_describe(analysis)))
    print()
    names = _method_names(analysis)
    title = f"Precision of predicted contacts, mean over {analysis.tested} test proteins (95 % interval over proteins)"
    print_table(title, _COLUMNS, _rows(analysis.tables.summary, names))
    if (shared := analysis.tables.jacobian_summary) is not None:
        print()
        count = analysis.tables.precision.filter(method=JACOBIAN)["protein"].n_unique()
        limit = min(analysis.options.jacobian_length, analysis.max_length)
        title = f"The same on {count} of them of up to {limit} residues, with the categorical Jacobian"
        print_table(title, _COLUMNS, _rows(shared, names))
    print()
    print("\n".join(_spread(analysis)))
    print(f"Tables, RR files, contact maps and the split: {analysis.folder}")
    if analysis.trained:
        print(f"Regression: {analysis.folder / 'regression.safetensors'} (use it with --regression)")


def print_predictions(files: list[Path], dataset: Dataset, *, info: ModelInfo, max_length: int) -> None:
    """Print how many proteins were predicted, how many were cut, and where the files are."""
    limit = cut_length(max_length, info.max_residues)
    cut = sum(length > limit for length in dataset.lengths)
    print(f"Proteins predicted by {info.name}: {len(files)}, of them cut after {limit} residues: {cut}")
    print(f"Predicted contacts: {files[0] if len(files) == 1 else files[0].parent}")


def _describe(analysis: ContactAnalysis) -> list[str]:
    options = analysis.options
    learned = f"learned on {options.train} proteins" if analysis.trained else "with a saved regression"
    lines = [
        f"Contacts of {analysis.dataset} from the attention of {analysis.model}: {learned},"
        f" tested on {analysis.tested} others.",
        "No test protein shares a cluster of similar sequence with a training protein (split.json).",
        f"A contact: {options.contact_atom} atoms closer than 8 angstrom. Range, |i-j|: short 6-11, medium 12-23,"
        " long 24 and more. Each pair counts once, ties neutrally; L is the residues read.",
    ]
    if analysis.cut:
        lines.append(f"{analysis.cut} test proteins were cut after {analysis.max_length} residues.")
    if analysis.without_cluster:
        lines.append(f"{analysis.without_cluster} proteins name no cluster: each was taken as unlike all others.")
    return lines


def _method_names(analysis: ContactAnalysis) -> dict[str, str]:
    names = {
        RANDOM: "random order",
        SEPARATION: "closest in sequence first",
        STATISTICS: "separation and amino acids, no model",
        REGRESSION: "regression over all heads",
        JACOBIAN: "categorical Jacobian, no labels",
    }
    if analysis.trained:
        first = analysis.trained[0]
        names[BEST] = f"best head in training, {head_label(*first.best)}"
        names[TOP] = f"mean of top {len(first.top)} heads in training"
    return names


def _rows(summary: pl.DataFrame, names: dict[str, str]) -> list[list[str]]:
    rows = []
    for method in summary["method"].unique(maintain_order=True):
        cells = {(row["range"], row["k"]): row for row in summary.filter(method=method).iter_rows(named=True)}
        long = cells[_SHOWN[0]]
        gap = (
            ""
            if method == REGRESSION
            else _interval(long, "difference", "difference_low", "difference_high", form="+.1f")
        )
        rows.append([names[method], *(_interval(cells[key], "precision", "ci_low", "ci_high") for key in _SHOWN), gap])
    return rows


def _interval(row: dict[str, float | None], middle: str, low: str, high: str, *, form: str = ".1f") -> str:
    if row[middle] is None:
        return "-"
    ends = [row[end] for end in (low, high)]
    known = [format(100 * end, form) for end in ends if end is not None]
    return format(100 * row[middle], form) + (f" ({' to '.join(known)})" if known else "")  # type: ignore[operator]


def _spread(analysis: ContactAnalysis) -> list[str]:
    if not analysis.trained:
        return []
    kept = [int((scores.regression.weights != 0).sum()) for scores in analysis.trained]
    total = analysis.trained[0].regression.weights.size
    long = analysis.tables.draws.filter(range="long", k="L")
    lines = [
        f"Over {len(kept)} draws of {analysis.options.train} training proteins, long P@L on the same test proteins:"
    ]
    for method in (BEST, TOP, REGRESSION, STATISTICS):
        values = 100 * long.filter(method=method)["precision"].drop_nulls().to_numpy()
        if len(values):
            lines.append(f"  {method}: {values.min():.1f} to {values.max():.1f} %, mean {values.mean():.1f} %")
    heads = sorted({head_label(*scores.best) for scores in analysis.trained})
    lines.append(f"  best heads: {', '.join(heads)}; the regression kept {min(kept)} to {max(kept)} of {total} heads")
    if not kept[0]:
        lines.append(
            "  The saved regression kept none: it gives all pairs one probability, as attention told it nothing."
        )
    return lines
