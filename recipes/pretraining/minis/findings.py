"""What the heads of a trained model follow, beside those of the same shape with random weights, as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from protlens import ExtractionOptions, extract, load_model, select_properties, tabulate
from protlens.data.dataset import Dataset
from protlens.models.protocol import AttentionModel
from protlens.naming import HEAD_NUMBERS
from protlens.number_text import count, percent, probability, times
from protlens.stats.head_statistics import named_order

AMINO_ACIDS = 5
"""How many amino acids are told of: those that a head follows best."""

SAMPLE = 20
"""Chains of the sample that is quickly measured again."""


NONE = "no head with support"

_SHARES, _LIFTS, _CHANCES = (
    ("alignment", "background", "control"),
    ("lift", "control_lift"),
    ("q_value", "control_q_value"),
)


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
    """Return a table, in Markdown, of the head that is named first for each property, on each source.

    Parameters
    ----------
    trained, untrained
        Folders of the model and of one of the same shape with random weights.
    sources
        Chains; all that they have labels for is measured.
    """
    names = [HEAD_NUMBERS[name] for name in (*_SHARES, *_LIFTS, *_CHANCES)]
    header = ["chains", "property", "head", "arcs", "residues", "chains with arcs", *names, "verdict", "random weights"]
    lines = [_line(header), "|" + "---|" * len(header)]
    models = load_model(trained), load_model(untrained)
    for source in sources:
        best, without = (_best_heads(model, source) for model in models)
        lines += [_row(source, name, best[name], without[name]) for name in _told(best)]
    return "\n".join(lines)


def _best_heads(model: AttentionModel, source: Source) -> dict[str, dict[str, Any] | None]:
    """Return the row of the head that is named first for each property, the highest alignment first; None without."""
    with TemporaryDirectory() as folder:
        chosen, options = select_properties(source.proteins), ExtractionOptions(limit=source.limit)
        run = extract(model, source.proteins, chosen, out=Path(folder) / "run", options=options)
        heads = tabulate(run).heads
    first = named_order(heads.filter("supported")).unique("property", keep="first", maintain_order=True)
    rows = {row["property"]: row for row in first.sort("alignment", descending=True).rows(named=True)}
    return rows | {name: None for name in heads["property"].unique(maintain_order=True) if name not in rows}


def _told(best: Mapping[str, object]) -> list[str]:
    """Return the properties to tell of: all, but of amino acids those that a head follows best."""
    amino_acids = [name for name in best if name.startswith("amino_acid:")]
    return sorted(best.keys() - amino_acids) + amino_acids[:AMINO_ACIDS]


def _row(source: Source, name: str, best: dict[str, Any] | None, without: dict[str, Any] | None) -> str:
    place = [source.words, name]
    if best is None:
        return _line([*place, NONE, *[""] * (4 + len(_SHARES + _LIFTS + _CHANCES)), _untrained(without)])
    support = [best["label"], *(count(best[column]) for column in ("arcs", "residues", "proteins"))]
    numbers = [percent(best[column]) for column in _SHARES] + [times(best[column]) for column in _LIFTS]
    numbers += [probability(best[column]) for column in _CHANCES]
    return _line([*place, *support, *numbers, best["verdict"].replace("_", " "), _untrained(without)])


def _untrained(row: dict[str, Any] | None) -> str:
    if row is None:
        return NONE
    return f"{row['label']}: {percent(row['alignment'])}, lift {times(row['lift'])}, {count(row['arcs'])} arcs"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
