"""The run directory: its name, its version and where everything lies in it.

::

    RUN/manifest.json            what was analysed, with what, and in how many parts
    RUN/plan.parquet             one row a protein that was chosen: which part it is in
    RUN/shards/00000/            the sums of one part of the proteins, whole or absent
        proteins.parquet         one row a protein: what was analysed, and how often each property holds
        counts.parquet           one row a protein and layer: arcs and hits of each property, a list over heads
        labels.parquet           one row a protein: where each property holds
        columns.parquet          one row for each residue that a head attends to: how many arcs
        cells.parquet            one row for each head and cell of residue pairs: how many arcs
        sums.parquet             one row a layer: histograms over attention weight, and head profiles
        skipped.parquet          one row a protein that could not be analysed, with the reason
        arcs.parquet             one row an arc; only if arcs were kept
        seal.json                the run that the shard is of, and the digest of each file
    RUN/shards/.00007.claim      names the process that works on a shard
    RUN/shards/00007.failed      why a shard was given up
    RUN/proteins.parquet         one row a protein of the dataset that was chosen: id, what became of it, its relatives
    RUN/heads.parquet, heads.csv the result table
    RUN/tables/                  the other tables, as CSV, with controls.parquet; behaviour.csv is of 'protlens heads'
    RUN/nulls/rows/00003/        a null run of one kind and seed: a run directory of its own, with its tables
    RUN/figures/                 PDF and PNG
    RUN/command.txt, summary.txt the command that repeats the run, and what it printed
    RUN/report.html              what 'protlens report' wrote
    RUN/sources.json             where the dataset and the model were, if not under a name; nothing depends on it
    RUN/files.json               the files that protlens wrote here, so that no other is ever removed

``docs/run-format.md`` describes the columns.
"""

from pathlib import Path

from protlens.output_folders import FolderKind

FORMAT = "protlens-run"
VERSION = 3
READABLE = (1, 2, 3)
"""Versions that are read. Version 1 does not know where labels lie and where arcs fall."""

MANIFEST = "manifest.json"
PLAN = "plan.parquet"
PROTEINS = "proteins.parquet"
COUNTS = "counts.parquet"
SUMS = "sums.parquet"
LABELS = "labels.parquet"
COLUMNS = "columns.parquet"
CELLS = "cells.parquet"
ARCS = "arcs.parquet"
SKIPPED = "skipped.parquet"
SEAL = "seal.json"
SHARDS = "shards"
NEW_SHARDS = "shards.new"
HEADS = "heads.parquet"
HEADS_CSV = "heads.csv"

TABLES = ("controls", "layers", "centres", "similarity", "calibration", "profile")
"""The tables in ``RUN/tables``."""

CONTROLS = "tables/controls.parquet"
"""That of the controls as it is read again."""

BEHAVIOUR = "tables/behaviour.csv"
"""What each head does, with evidence; only if it was asked for."""

NULLS = "nulls"
NULL_TABLE = "tables/nulls.csv"
"""The heads of the run beside those of its null runs."""

RESULTS = (HEADS, HEADS_CSV, CONTROLS, *(f"tables/{name}.csv" for name in TABLES), NULL_TABLE)
"""What is computed from the sums under a name that never changes; figures and the report are in ``files.json``."""

SHARD_FILES = (PROTEINS, COUNTS, LABELS, COLUMNS, CELLS, SUMS, SKIPPED, ARCS, SEAL)

RUN_FOLDER = FolderKind("a protlens run", {MANIFEST: FORMAT})


def shard_folder(run: Path, shard: int) -> Path:
    """Return the folder of a shard, numbered from zero."""
    return run / SHARDS / f"{shard:05d}"


def claim_file(run: Path, shard: int) -> Path:
    """Return the file that is there while a process works on a shard."""
    return run / SHARDS / f".{shard:05d}.claim"


def failure_file(run: Path, shard: int) -> Path:
    """Return the file that says why a shard was given up."""
    return run / SHARDS / f"{shard:05d}.failed"


def null_folder(run: Path, kind: str, seed: int) -> Path:
    """Return the folder of the null run of a kind and a seed."""
    return run / NULLS / kind / f"{seed:05d}"


def of_reach(part: str, number: int, name: str) -> str:
    """Return the column of what layers that attend as far are offered of one property.

    Layers are numbered by how far they attend, in their order; most models have number 0 alone.
    """
    return f"{part}:{name}" if number == 0 else f"{part}@{number}:{name}"
