"""What a reproduction gives back."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.analysis import Analysis
from protlens.glance import Glance, Shown
from protlens.naming import property_title
from protlens.number_text import NOTHING, coefficient, percent
from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ReproductionTables(TableSet):
    """The tables of a reproduction.

    Parameters
    ----------
    numbers
        Every published number: ``kind, property, layer, head, rank, source, metric, published, accuracy, measured,
        difference, arcs, note``; shares in percent, layers and heads from zero. ``note``: why there is no difference.
    summary
        One row for each property that was measured: how the heads agree, and the best ones of both.

    Examples
    --------
    >>> list(protlens.ReproductionTables.__annotations__)
    ['numbers', 'summary']
    """

    numbers: pl.DataFrame
    summary: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reproduction(Shown):
    """The published numbers of one model, and the measured ones.

    Parameters
    ----------
    folder
        The folder with all files.
    tables
        The tables.
    figures
        The files of the figure.
    paper_model
        The model whose published numbers were compared.
    model
        The name of the model that was measured.
    same_shape
        Whether that has the architecture, layers and heads of the paper's model. Weights cannot be told from numbers.
    analyses
        The runs, with their own tables and figures.
    notes
        What was measured on what, and what was not; a sentence each.

    Examples
    --------
    >>> few = protlens.ReproductionOptions(limit=2)
    >>> reproduction = protlens.reproduce("tape-bert", model="mini-bert", out="other-model", options=few)
    >>> reproduction.same_shape
    False
    """

    folder: Path
    tables: ReproductionTables
    figures: tuple[Path, ...]
    paper_model: str
    model: str
    same_shape: bool
    analyses: tuple[Analysis, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """What was compared with what, in one line."""
        if self.same_shape:
            return f"{self.model} beside the published {self.paper_model}"
        warning = "another model; the differences say nothing of a reproduction"
        return f"{self.model} beside {self.paper_model}: {warning}"

    def _glance(self) -> Glance:
        columns = ("property", "published head", "published", "measured", "top ten shared", "heads", "r")
        rows = [
            (
                property_title(row["property"]),
                row["published_head"] or NOTHING,
                share(row["published"]),
                share(row["measured"]),
                f"{row['top_shared']} of {row['top']}",
                str(row["heads"]),
                NOTHING if row["correlation"] is None else coefficient(row["correlation"]),
            )
            for row in self.tables.summary.iter_rows(named=True)
        ]
        return Glance(self.title, columns, rows, self.folder)


def share(value: float | None) -> str:
    """Return a number in percent as text."""
    return percent(None if value is None else value / 100)
