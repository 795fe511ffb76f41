"""What Vig et al. published, number by number: ``published.parquet``, made by ``recipes/reproduction``.

The numbers were read from the vector figures in the paper's repository (salesforce/provis, BSD-3-Clause, commit
051fe89, ``reports/``). They are of 5,000 proteins each, drawn from *training* sets: ProteinNet for contacts and amino
acids, TAPE's secondary structure, and the authors' binding sites and modifications; attention of 0.3 and more, chains
cut to 512 tokens, heads with fewer than a hundred arcs left out.

==========================  =========================================================================================
kind                        value
==========================  =========================================================================================
``head``                    alignment of one head in percent, from its colour; null: fewer than a hundred arcs
``top head``                alignment of the ten best heads in percent, from bars
``background``              in percent
``heads with few arcs``     how many
``layer maximum``           alignment of a layer's best head in percent
``layer mean``              mean alignment of a layer's heads in percent; TapeBert alone
``centre of gravity``       in layers, counted from one; TapeBert alone
``BLOSUM62 correlation``    Pearson's r over the 190 pairs of amino acids
``probe``                   the curve of a probe over layers, of the ``source`` in the ``metric``; TapeBert alone
==========================  =========================================================================================
"""

from functools import cache
from pathlib import Path

import polars as pl

from protlens.errors import UnknownNameError
from protlens.registry import unknown_name

PAPER_MODELS = ("tape-bert", "prot-bert", "prot-bert-bfd", "prot-albert", "prot-xlnet")
"""The five models, by their names in the catalog."""

SCHEMA = {
    "model": pl.String,
    "kind": pl.String,
    "property": pl.String,
    "layer": pl.Int64,
    "head": pl.Int64,
    "rank": pl.Int64,
    "source": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "accuracy": pl.Float64,
}
"""Columns: what the value is of, the value, and how far the true one may be from it; layers and heads from zero."""

_FILE = Path(__file__).parent / "published.parquet"


def published_numbers(model: str) -> pl.DataFrame:
    """Return the rows of one model, without the column ``model``.

    Raises
    ------
    UnknownNameError
        If it is not one of the five.
    """
    if model not in PAPER_MODELS:
        error: UnknownNameError = unknown_name("model of the paper", model, list(PAPER_MODELS))
        raise error
    return _all_numbers().filter(model=model).drop("model")


@cache
def _all_numbers() -> pl.DataFrame:
    return pl.read_parquet(_FILE)
