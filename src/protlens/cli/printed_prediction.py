"""Predicted contacts, as a few lines to read on a terminal."""

from collections.abc import Sequence

import polars as pl

from protlens.cli.screen import print_table
from protlens.contacts.cost_table import ATTENTION
from protlens.contacts.default_regressions import SHIPPED
from protlens.contacts.prediction_result import PAIR_HEADINGS, ContactPrediction, pair_cells
from protlens.contacts.tested_precision import precision_line
from protlens.data.formats.casp_rr import CUTOFF
from protlens.number_text import bare_percent, counted, listed
from protlens.pairs.residue_pairs import DIVISORS, INTER

_PAIRS = 12
"""Pairs that are printed."""

_APART = {
    "all": "6 and more",
    "short": "6 to 11",
    "medium": "12 to 23",
    "medium and long": "12 and more",
    "long": "24 and more",
    INTER: "two chains",
}
"""What the ranges of separation are called."""

_NAMED = 3
"""Proteins that a line names."""


def print_prediction(prediction: ContactPrediction) -> None:
    """Print what was predicted with what, the most probable pairs, how many of them touch, and where the files are."""
    print("\n".join(_describe(prediction)))
    print()
    pairs = prediction.tables.pairs.sort("probability", descending=True, maintain_order=True)
    if len(pairs):
        title = f"The most probable of {counted(len(pairs), 'pair')} in pairs.csv"
        print_table(title, [*PAIR_HEADINGS], [pair_cells(row) for row in pairs.head(_PAIRS).iter_rows(named=True)])
    else:
        print("No pair is more probable than the others.")
    print()
    if (precision := prediction.tables.precision) is not None:
        tested = counted(precision["protein"].n_unique(), "protein")
        within = f"a contact: {prediction.contact_atom} closer than {CUTOFF} angstrom"
        print(f"Precision where the structure is known, mean over {tested} ({within}):")
        print_table("", ["residues apart", *(f"P@{k} %" for k in DIVISORS)], _rows(precision))
        print()
    files, figures = prediction.files, [file for file in prediction.figures if file.suffix == ".png"]
    print(f"RR {'files' if len(files) > 1 else 'file'}: {files[0].parent if len(files) > 1 else files[0]}")
    print(f"Contact {'maps' if len(figures) > 1 else 'map'}: {figures[0].parent if len(figures) > 1 else figures[0]}")
    print(f"Tables: {prediction.folder}")


def _describe(prediction: ContactPrediction) -> list[str]:
    training, shipped = prediction.training, prediction.regression.parent == SHIPPED
    learned = f"learned on {counted(len(training.proteins), 'protein')} of {training.dataset}"
    lines = [
        f"Contacts of {prediction.dataset} from the {prediction.source} of {prediction.model}:"
        f" {counted(len(prediction.proteins), 'protein')}.",
        f"Regression: {'comes with protlens' if shipped else prediction.regression}, {learned}.",
    ]
    if line := precision_line(training.settings):
        lines.append(f"{line}.")
    for row in prediction.tables.costs.filter(pl.col("method") != ATTENTION).iter_rows(named=True):
        kept = f", {counted(row['kept'], 'map')} kept from before" if row["kept"] else ""
        lines.append(f"Jacobians: {counted(row['runs'], 'run')} of the model in {row['seconds']:,.0f} s{kept}.")
    if prediction.windowed:
        lines.append(f"Longer than the model's input, so read in windows: {_named(prediction.windowed)}.")
    if prediction.cut:
        read = max(prediction.proteins[name] for name in prediction.cut)
        lines.append(f"Cut after {counted(read, 'residue')}: {_named(prediction.cut)}.")
    if prediction.trained_on:
        lines.append(
            "The regression was learned on these or on relatives, so no precision is told of them:"
            f" {_named(sorted(prediction.trained_on))}."
        )
    return lines


def _named(names: Sequence[str]) -> str:
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return listed([*names[:_NAMED], *more])


def _rows(precision: pl.DataFrame) -> list[list[str]]:
    means = precision.group_by("range", "k", maintain_order=True).agg(pl.mean("precision"))
    cells = {(band, k): bare_percent(mean) for band, k, mean in means.iter_rows()}
    bands = means["range"].unique(maintain_order=True)
    return [[_APART[band], *(cells[band, k] for k in DIVISORS)] for band in bands]
