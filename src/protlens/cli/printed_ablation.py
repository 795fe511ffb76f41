"""The result of an ablation, as a few lines to read on a terminal."""

import polars as pl

from protlens.ablation.ablation_result import AblationAnalysis, each_columns, each_rows, effect_rows
from protlens.ablation.head_sets import set_label
from protlens.cli.screen import print_table
from protlens.naming import ABLATION_MEASURES, INTERVALS
from protlens.number_text import coefficient, counted, probability

_IN_PLACE = {
    "mean": "each residue attends as its protein's residues do on average",
    "zero": "a head that is left out adds nothing",
    "uniform": "each residue attends to all that it may see alike",
}
_SHOWN = 15


def print_ablation(analysis: AblationAnalysis) -> None:
    """Print what was left out and measured, what it costs, and where the files are."""
    print("\n".join(_describe(analysis)))
    tables, span = analysis.tables, INTERVALS["matched"]
    if tables.effects is not None:
        print()
        columns = ["measure", "whole", "without", "change", span, "random heads", "p"]
        print_table(f"Without {set_label(analysis.heads)}", columns, list(map(list, effect_rows(tables.effects))))
        print("\n".join(_compared(analysis, tables.effects)))
    if tables.each is not None:
        print()
        title = f"Heads whose absence costs most ({span} over clusters)"
        print_table(title, list(each_columns(tables.each)), list(map(list, each_rows(tables.each)[:_SHOWN])))
    if tables.correlations is not None:
        print("\n".join(_correlated(tables.correlations)))
    print(f"Tables, figures and what was measured of each set of heads: {analysis.folder}")


def _describe(analysis: AblationAnalysis) -> list[str]:
    lines = [
        f"{analysis.model} without heads on {counted(analysis.measured, 'held-out protein')} of {analysis.dataset}"
        f" in {counted(analysis.clusters, 'cluster')}; {_IN_PLACE[analysis.options.replace]}.",
    ]
    if analysis.without_loss:
        lines.append(f"No masked-language-model loss: {analysis.without_loss}.")
    if analysis.without_contacts:
        lines.append(f"No contacts: {analysis.without_contacts}.")
    if analysis.kept is not None:
        lines.append(f"Contacts: long range, by a regression with a weight on {counted(analysis.kept, 'head')}.")
    return lines


def _compared(analysis: AblationAnalysis, effects: pl.DataFrame) -> list[str]:
    draws = int(effects["draws"].to_numpy().max())
    lines = [
        f"p: of {counted(draws, 'random set')} of as many heads of the same layers, how many cost at least as much,"
        f" as (1 + these) / {draws + 1}."
    ]
    if analysis.kept is not None and all(layer == analysis.layers - 1 for layer, _ in analysis.heads):
        lines.append("No attention comes after the last layer: contacts that are read from all maps cannot change.")
    return lines


def _correlated(correlations: pl.DataFrame) -> list[str]:
    lines = []
    for (measure,), rows in correlations.group_by("measure", maintain_order=True):
        null = "; ".join(
            f"permuted {'over ' * (row['permuted'] == 'all heads')}{row['permuted']}"
            f" {coefficient(row['null_low'])} to {coefficient(row['null_high'])}, p {probability(row['p_value'])}"
            for row in rows.iter_rows(named=True)
        )
        heads, rho = rows["heads"][0], coefficient(rows["rho"][0])
        name = ABLATION_MEASURES[str(measure)]
        lines.append(f"Alignment and cost in {name}, {counted(heads, 'head')}: Spearman {rho} ({null}).")
    return lines
