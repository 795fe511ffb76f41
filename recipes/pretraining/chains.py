"""Write a random sample of chains as a dataset to measure contacts on.

    python recipes/pretraining/chains.py pdb_chains.parquet --count 1000 --out pdb-1000.parquet

The table has ``id``, ``cluster30``, ``sequence``, ``ca`` and ``cb``, the last two as hundredths of an angstrom, three a
residue. At most one chain of a cluster is taken.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.typing import Coordinates

LENGTHS = (40, 510)
"""The shortest and the longest chain that is taken; the models read 510 residues."""

ANGSTROM = 100


def main(arguments: list[str] | None = None) -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    Dataset(options.out.stem, draw(pl.read_parquet(options.table), options.count)).write(options.out)


def draw(table: pl.DataFrame, count: int) -> Iterator[Protein]:
    """Yield a random sample of the chains, one of a cluster, ordered by their ids; the same sample each time."""
    fitting = table.filter(pl.col("sequence").str.len_chars().is_between(*LENGTHS)).sort("id")
    single = fitting.sample(fraction=1, shuffle=True, seed=0).unique("cluster30", keep="first", maintain_order=True)
    return map(_protein, single.head(count).sort("id").rows(named=True))


def _protein(row: dict[str, Any]) -> Protein:
    return Protein(
        id=row["id"],
        sequence=row["sequence"],
        ca=_points(row["ca"]),
        cb=_points(row["cb"]),
        cluster=row["cluster30"],
    )


def _points(hundredths: Sequence[int]) -> Coordinates:
    return (np.array(hundredths, np.float32) / ANGSTROM).reshape(-1, 3)


if __name__ == "__main__":
    main()
