"""The section on contact prediction, from the folder that ``protlens contacts`` wrote."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from protlens.contacts.contact_files import FORMAT
from protlens.contacts.evaluation import REGRESSION, SEPARATION, STATISTICS
from protlens.naming import INTERVALS, contact_method
from protlens.number_text import NOTHING, counted, interval, percent
from protlens.report.parts import Picture, Section, Table, stored_picture
from protlens.report.result_folders import check_as_written, check_same_model, not_a_folder_of, read_columns
from protlens.runs.store import Run

_COMMAND = "protlens contacts"

_SHOWN = (("long", "L"), ("long", "L/5"), ("medium", "L"), ("short", "L"))
"""Ranges of separation and lengths of the list of which the precision is shown."""

_MOST_MAPS = 3


def contact_section(folder: Path, run: Run) -> Section:
    """Return what contact prediction found.

    Raises
    ------
    FileFormatError
        If the folder is not one of ``protlens contacts``.
    RunError
        If it was made with another model than the run.
    """
    about = _about(folder)
    check_same_model(about["model"], run, folder)
    summary = _summary(folder / "summary.csv")
    tested, span = counted(len(about["test"]), "protein"), INTERVALS["matched"]
    tables = [_table(summary, f"Precision of predicted contacts, mean over {tested}, with {span}")]
    if (folder / "jacobian_summary.csv").is_file():
        shared = _summary(folder / "jacobian_summary.csv")
        tables.append(_table(shared, "The same on the proteins that the categorical Jacobian was computed for"))
    learned = f"learned on {counted(about['options']['train'], 'protein')}" if about["draws"] else "learned before"
    return Section(
        title="Contact prediction",
        paragraphs=[
            f"How well attention predicts which residues touch, on {about['dataset']['name']}: {learned}, tested on"
            f" {tested} unlike those. Precision at L is the share of contacts among the L pairs of the highest score,"
            " L being the residues that were read; long range is 24 apart or more, medium 12 to 23, short 6 to 11.",
            _verdict(summary),
        ],
        tables=tables,
        pictures=_maps(folder),
    )


def _about(folder: Path) -> dict[str, Any]:
    try:
        check_as_written(folder / "split.json", _COMMAND)
        about = json.loads((folder / "split.json").read_text(encoding="utf-8"))
        if isinstance(about, dict) and about.get("format") == FORMAT:
            return about
    except (OSError, ValueError):
        pass
    raise not_a_folder_of(_COMMAND, folder, "no split.json of contact prediction there")


def _summary(path: Path) -> pl.DataFrame:
    columns = ["method", "range", "k", "precision", "ci_low", "ci_high", "difference_low", "difference_high"]
    return read_columns(path, columns, command=_COMMAND)


def _table(summary: pl.DataFrame, caption: str) -> Table:
    columns = ["Method", *(f"{band[:1].upper()}{band[1:]} range, at {k}" for band, k in _SHOWN)]
    rows = []
    for method in summary["method"].unique(maintain_order=True):
        mine = {(row["range"], row["k"]): row for row in summary.filter(method=method).iter_rows(named=True)}
        rows.append([contact_method(method), *(_cell(mine.get(key)) for key in _SHOWN)])
    return Table(caption, columns, rows)


def _cell(row: dict[str, Any] | None) -> str:
    if row is None or row["precision"] is None:
        return NOTHING
    between = "" if row["ci_low"] is None else f" ({interval(row['ci_low'], row['ci_high'])})"
    return f"{percent(row['precision'])}{between}"


_BASELINES = {
    STATISTICS: (
        "what separation and amino acids say without a model",
        "attention tells more than the separation and the amino acids alone do",
        "attention tells less than the separation and the amino acids alone do",
        "the separation and the amino acids",
    ),
    SEPARATION: (
        "taking the pairs closest in sequence first",
        "attention tells more than that close residues touch more often",
        "attention tells less than the separation alone does",
        "the separation",
    ),
}
"""What the regression is compared with, the sharpest first: its name, what is said if the regression is better, if it
is worse, and what attention is not shown to exceed if neither."""


def _verdict(summary: pl.DataFrame) -> str:
    """Compare the regression with the sharpest baseline there is; the difference is that baseline less regression."""
    long = {row["method"]: row for row in summary.filter(range="long", k="L").iter_rows(named=True)}
    plain = next((long[name] for name in _BASELINES if name in long), None)
    if REGRESSION not in long or plain is None or plain["difference_low"] is None:
        return "There are too few proteins to compare the regression with what needs no model."
    name, more, less, known = _BASELINES[plain["method"]]
    if plain["difference_high"] < 0:
        said = more
    elif plain["difference_low"] > 0:
        said = less
    else:
        said = f"the two do not clearly differ, so attention is not shown to tell more than {known}"
    return (
        f"At L, long range, the regression over all heads reaches {percent(long[REGRESSION]['precision'])}, and"
        f" {name} {percent(plain['precision'])}: {said}."
    )


def _maps(folder: Path) -> list[Picture]:
    maps = []
    for path in sorted(folder.glob("figures/contact_map-*.png"))[:_MOST_MAPS]:
        check_as_written(path, _COMMAND, folder=folder)
        name = path.stem.partition("-")[2]
        drawn = stored_picture(
            path,
            alt=f"Contact map of {name}: predicted above the diagonal, true below.",
            caption=f"{name}: predicted probabilities above the diagonal, contacts of the structure below it. The three"
            " maps are those of the lowest, middle and highest precision.",
        )
        maps += [drawn] if drawn else []
    return maps
