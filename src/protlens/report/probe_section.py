"""The section on probes, from the folder that ``protlens probe`` wrote."""

from pathlib import Path
from typing import Any

import polars as pl

from protlens.errors import RunError
from protlens.naming import INTERVALS, PROBE_SOURCES, metric_title, property_title, property_words
from protlens.number_text import interval, percent
from protlens.report.parts import Picture, Section, Table, stored_picture
from protlens.report.result_folders import check_as_written, check_same_model, not_a_folder_of, read_columns
from protlens.runs.store import Run

_COMMAND = "protlens probe"
_BASELINES = ("amino_acid", "majority", "separation", "separation_amino_acid")
_NUMBERS = ["layer", "value", "ci_low", "ci_high", *_BASELINES]
_SINCE = {"separation_amino_acid"}
"""Columns that older folders lack."""

_FIGURES = {
    "probes": (
        "Curves of alignment and of what probes read out, by layer.",
        "Left: the mean alignment of attention by layer. Right: what probes of hidden states and of attention read out,"
        " beside what the amino acid alone tells.",
    ),
    "reliability": (
        "Observed contacts against predicted probability.",
        "How often pairs touch, against the probability that a contact probe gives them.",
    ),
}


def probe_section(folder: Path, run: Run) -> Section:
    """Return what probes read out.

    Raises
    ------
    FileFormatError
        If the folder is not one of ``protlens probe``.
    RunError
        If it was made with another model than the run.
    """
    manifest = _manifest(folder)
    check_same_model(manifest.model, run, folder)
    numeric = _summary(folder / "summary.csv")
    drawn = [_figure(folder, name, alt=alt, caption=caption) for name, (alt, caption) in _FIGURES.items()]
    return Section(
        title="Probes",
        paragraphs=[
            f"What a linear probe reads out of each layer, on {manifest.dataset['name']}. The layer was chosen on"
            " validation proteins, the values are those of test proteins, and no sequence cluster stands on two sides.",
            _verdict(numeric),
        ],
        tables=[_table(numeric)],
        pictures=[one for one in drawn if one is not None],
    )


def _figure(folder: Path, name: str, *, alt: str, caption: str) -> Picture | None:
    path = folder / "figures" / f"{name}.png"
    check_as_written(path, _COMMAND, folder=folder)
    return stored_picture(path, alt=alt, caption=caption)


def _manifest(folder: Path) -> Any:
    try:
        return Run.open(folder / "alignment").manifest
    except RunError as error:
        raise not_a_folder_of(_COMMAND, folder, "no results of probes there") from error


def _summary(path: Path) -> pl.DataFrame:
    columns = ["property", "source", "metric", *_NUMBERS]
    summary = read_columns(path, columns, command=_COMMAND, optional=_SINCE)
    return summary.with_columns(pl.col(_NUMBERS).cast(pl.Float64, strict=False))


def _table(summary: pl.DataFrame) -> Table:
    columns = (
        "Property",
        "Probe of",
        "Metric",
        "Layer",
        "Test",
        INTERVALS["matched"],
        *(PROBE_SOURCES[name].capitalize() for name in _BASELINES),
    )
    rows = [
        [
            property_title(row["property"]),
            PROBE_SOURCES.get(row["source"], row["source"]),
            metric_title(row["metric"]),
            f"{row['layer']:.0f}",
            percent(row["value"]),
            interval(row["ci_low"], row["ci_high"]),
            *(percent(row[name]) for name in _BASELINES),
        ]
        for row in summary.iter_rows(named=True)
    ]
    return Table("The best layer of each property; layer 0 is the input embeddings", columns, rows)


def _verdict(summary: pl.DataFrame) -> str:
    """Say how many probes lie beyond what amino acids and separation alone tell."""
    bars = pl.max_horizontal("amino_acid", "separation", "separation_amino_acid")
    beyond = summary.filter(pl.col("ci_low") > bars)
    names = [
        f"{property_words(row['property'])} from {PROBE_SOURCES[row['source']]}" for row in beyond.iter_rows(named=True)
    ]
    if not names:
        return "No probe lies with its whole interval above what amino acids and separation alone tell."
    verb = "lies" if len(names) == 1 else "lie"
    return (
        f"{len(names)} of {len(summary)} probes {verb} with the whole interval above what amino acids and"
        f" separation alone tell: {'; '.join(names)}. The intervals are of the probes; the difference was not tested."
    )
