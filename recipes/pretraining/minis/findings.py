"""What the heads of a trained model follow, beside those of the same shape with random weights, as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from protlens import ExtractionOptions, extract, load_model, select_properties, tabulate
from protlens.data.dataset import Dataset
from protlens.models.protocol import AttentionModel

AMINO_ACIDS = 5
"""How many amino acids are told of: those that a head follows best."""

SAMPLE = 20
"""Chains of the sample that is quickly measured again."""


@dataclass(frozen=True, slots=True)
class Source:
    """What heads are measured on.

    Parameters
    ----------
    proteins
        The chains.
    limit
        How many of them are taken, drawn as ``protlens analyze --limit`` does; None takes all.
    """

    proteins: Dataset
    limit: int | None = None

    @property
    def words(self) -> str:
        """What is measured on."""
        return f"{min(len(self.proteins), self.limit or len(self.proteins)):,} of {self.proteins.name}"


def findings(trained: Path, untrained: Path, sources: Sequence[Source]) -> str:
    """Return a table, in Markdown, of the head that follows each property best, on each source.

    Parameters
    ----------
    trained, untrained
        Folders of the model and of one of the same shape with random weights.
    sources
        Chains; all that they have labels for is measured.
    """
    lines = [
        "| chains | property | head | arcs | chains with arcs | alignment | background | lift | q | random weights |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    models = load_model(trained), load_model(untrained)
    for source in sources:
        best, without = (_best_heads(model, source) for model in models)
        lines += [_row(source, name, best[name], without[name]) for name in _told(best)]
    return "\n".join(lines)


def _best_heads(model: AttentionModel, source: Source) -> dict[str, dict[str, Any] | None]:
    """Return the row of the supported head of the highest alignment for each property, those with one first."""
    with TemporaryDirectory() as folder:
        chosen, options = select_properties(source.proteins), ExtractionOptions(limit=source.limit)
        run = extract(model, source.proteins, chosen, out=Path(folder) / "run", options=options)
        heads = tabulate(run).heads
    best = heads.filter("supported").sort("alignment", descending=True, maintain_order=True)
    rows = best.unique("property", keep="first", maintain_order=True).rows(named=True)
    found = {row["property"]: row for row in rows}
    return found | {name: None for name in heads["property"].unique(maintain_order=True) if name not in found}


def _told(best: Mapping[str, object]) -> list[str]:
    """Return the properties to tell of: all, but of amino acids those that a head follows best."""
    amino_acids = [name for name in best if name.startswith("amino_acid:")]
    return sorted(best.keys() - amino_acids) + amino_acids[:AMINO_ACIDS]


def _row(source: Source, name: str, best: dict[str, Any] | None, without: dict[str, Any] | None) -> str:
    start = f"| {source.words} | {name} "
    if best is None:
        return start + "| none has 100 arcs " + "| " * 7 + "|"
    numbers = [f"{100 * best['alignment']:.1f} %", f"{100 * best['background']:.2f} %", _number(best["lift"], ".2f")]
    told = [best["label"], f"{best['arcs']:,}", f"{best['proteins']:,}", *numbers, _number(best["q_value"], ".2g")]
    return start + "".join(f"| {cell} " for cell in [*told, _untrained(without)]) + "|"


def _untrained(row: dict[str, Any] | None) -> str:
    if row is None:
        return "no head has 100 arcs"
    return f"{row['label']}: {100 * row['alignment']:.1f} %, lift {_number(row['lift'], '.2f')}, {row['arcs']:,} arcs"


def _number(value: float | None, how: str) -> str:
    """Write a number, or that it is not defined."""
    return "\N{EN DASH}" if value is None else format(value, how)
