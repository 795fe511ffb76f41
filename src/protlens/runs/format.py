"""The run directory: its name, its version and where everything lies in it.

::

    RUN/manifest.json            what was analysed, with what, and in how many parts
    RUN/shards/00000/            the sums of one part of the proteins, whole or absent
        proteins.parquet         one row a protein: what was analysed, and how often each property holds
        counts.parquet           one row a protein and layer: arcs and hits of each property, a list over heads
        labels.parquet           one row a protein: where each property holds
        columns.parquet          one row for each residue that a head attends to: how many arcs
        cells.parquet            one row for each head and cell of residue pairs: how many arcs
        sums.parquet             one row a layer: histograms over attention weight, and head profiles
        skipped.parquet          one row a protein that could not be analysed, with the reason
        arcs.parquet             one row an arc; only if arcs were kept
    RUN/proteins.parquet         one row a protein of the data set that was chosen: id, length, residues, status, reason
    RUN/heads.parquet, heads.csv the result table
    RUN/tables/                  the other tables, as CSV
    RUN/figures/                 PDF and PNG
    RUN/report.html              what 'protlens report' wrote

``docs/run-format.md`` describes the columns.
"""

from pathlib import Path

FORMAT = "protlens-run"
VERSION = 2
READABLE = (1, 2)
"""Versions that are read. Version 1 knows neither where labels lie nor where the arcs of a head fall."""

MANIFEST = "manifest.json"
PROTEINS = "proteins.parquet"
COUNTS = "counts.parquet"
SUMS = "sums.parquet"
LABELS = "labels.parquet"
COLUMNS = "columns.parquet"
CELLS = "cells.parquet"
ARCS = "arcs.parquet"
SKIPPED = "skipped.parquet"
SHARDS = "shards"
HEADS = "heads.parquet"

RESULTS = (HEADS, "heads.csv", "tables", "figures", "report.html")
"""What is computed from the sums."""


def shard_folder(run: Path, shard: int) -> Path:
    """Return the folder of a shard, numbered from zero."""
    return run / SHARDS / f"{shard:05d}"
