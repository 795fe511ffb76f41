"""The result of contact prediction, as a few lines to read on a terminal."""

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from protlens.cli.screen import print_table
from protlens.contacts.contact_result import ContactAnalysis
from protlens.contacts.evaluation import LEARNED, REGRESSION, WITH_JACOBIAN
from protlens.heads import head_label
from protlens.naming import INTERVALS, contact_method
from protlens.number_text import bare_interval, bare_percent, counted, interval, percent, points
from protlens.pairs.residue_pairs import DIVISORS, INTER

_SHOWN = (("long", "L"), ("long", "L/5"), ("medium", "L"), ("short", "L"))
_COLUMNS = ["method", *(f"{band} P@{k} %" for band, k in _SHOWN), "against regression, long"]


def print_contacts(analysis: ContactAnalysis) -> None:
    """Print what was compared with what, and where the files are."""
    print("\n".join(_describe(analysis)))
    print()
    named = _namer(analysis)
    tested, span = counted(analysis.tested, "test protein"), INTERVALS["matched"]
    title = f"Precision of predicted contacts, mean over {tested} ({span} over proteins)"
    print_table(title, _COLUMNS, _rows(analysis.tables.summary, named))
    if len(between := analysis.tables.summary.filter(range=INTER)):
        print()
        columns = ["method", *(f"P@{k} %" for k in DIVISORS)]
        complexes = counted(between["proteins"].to_list()[0], "complex", "complexes")
        title = f"Contacts between chains, {complexes}; L: residues of the shortest chain"
        print_table(title, columns, _between(between, named))
    if (shared := analysis.tables.jacobian_summary) is not None:
        print()
        count = analysis.tables.precision.filter(pl.col("method").is_in(WITH_JACOBIAN))["protein"].n_unique()
        limit = min(analysis.options.jacobian_length, analysis.max_length)
        title = f"The same on {count} of them of up to {limit} residues, with the Jacobian"
        print_table(title, _COLUMNS, _rows(shared, named))
    print()
    print("\n".join(_spread(analysis)))
    print(f"Tables, RR files, contact maps and the split: {analysis.folder}")
    if analysis.trained:
        print(f"Regression: {analysis.folder / 'regression.safetensors'} (use it with --regression)")
        if (fusion := analysis.trained[0].fusion) is not None:
            needs = "with the Jacobian of each chain" if fusion.jacobian else "but the Jacobian got no weight"
            print(f"Fusion: {analysis.folder / 'fusion.safetensors'} (the same, {needs})")


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


def _namer(analysis: ContactAnalysis) -> Callable[[str], str]:
    """Return what names the methods, with the heads that the first draw chose."""
    if not analysis.trained:
        return contact_method
    first = analysis.trained[0]
    return partial(contact_method, best=first.best, top=len(first.top))


def _rows(summary: pl.DataFrame, named: Callable[[str], str]) -> list[list[str]]:
    rows = []
    for method in summary["method"].unique(maintain_order=True):
        cells = {(row["range"], row["k"]): row for row in summary.filter(method=method).iter_rows(named=True)}
        gap = "" if method == REGRESSION else _difference(cells[_SHOWN[0]])
        rows.append([named(method), *(_precision(cells[key]) for key in _SHOWN), gap])
    return rows


def _between(summary: pl.DataFrame, named: Callable[[str], str]) -> list[list[str]]:
    rows = []
    for method in summary["method"].unique(maintain_order=True):
        cells = {row["k"]: row for row in summary.filter(method=method).iter_rows(named=True)}
        rows.append([named(method), *(_precision(cells[k]) for k in DIVISORS)])
    return rows


def _precision(row: dict[str, Any]) -> str:
    known = row["precision"] is not None and row["ci_low"] is not None
    return bare_percent(row["precision"]) + (f" ({bare_interval(row['ci_low'], row['ci_high'])})" if known else "")


def _difference(row: dict[str, Any]) -> str:
    known = row["difference"] is not None and row["difference_low"] is not None
    ends = f" ({points(row['difference_low'])} to {points(row['difference_high'])})" if known else ""
    return points(row["difference"]) + ends


def _spread(analysis: ContactAnalysis) -> list[str]:
    if not analysis.trained:
        return []
    kept = [int((scores.regression.weights != 0).sum()) for scores in analysis.trained]
    total = analysis.trained[0].regression.weights.size
    long = analysis.tables.draws.filter(range="long", k="L")
    lines = [
        f"Over {len(kept)} draws of {analysis.options.train} training proteins, long P@L on the same test proteins:"
    ]
    for method in LEARNED:
        values = long.filter(method=method)["precision"].drop_nulls().to_numpy()
        if len(values):
            between, mean = interval(values.min(), values.max()), percent(values.mean())
            lines.append(f"  {contact_method(method)}: {between}, mean {mean}")
    heads = sorted({head_label(*scores.best) for scores in analysis.trained})
    lines.append(f"  best heads: {', '.join(heads)}; the regression kept {min(kept)} to {max(kept)} of {total} heads")
    if not kept[0]:
        lines.append(
            "  The saved regression kept none: it gives all pairs one probability, as attention told it nothing."
        )
    return lines
