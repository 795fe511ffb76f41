"""What each head does, whatever the property."""

from itertools import pairwise

import numpy as np
import polars as pl

from protlens.data.protein import AMINO_ACIDS
from protlens.heads import head_columns
from protlens.runs.counts import SEPARATION_EDGES, HeadSums
from protlens.stats.alignment import ratio

SEPARATION_BANDS = (
    *(f"separation_{a}" if b == a + 1 else f"separation_{a}_to_{b - 1}" for a, b in pairwise(SEPARATION_EDGES)),
    f"separation_{SEPARATION_EDGES[-1]}_up",
)
"""Columns of the profile that hold the share of arcs in each band of |i-j|."""


def profile_table(sums: HeadSums) -> pl.DataFrame:
    """Return the profile of each head: how spread its attention is, and where it goes.

    Parameters
    ----------
    sums
        The sums of a run.

    Returns
    -------
    pl.DataFrame
        ``layer``, ``head``, ``label``; ``entropy`` (nats) and the shares ``to_special``, ``to_self``, ``to_previous``,
        ``to_next``, each a mean over attending residues; ``mean_distance`` (|i-j| averaged by the attention between
        residues); ``arcs``, the share of arcs in each of :data:`SEPARATION_BANDS`; ``amino_acid``, the one most
        attended to by arcs, and its share ``amino_acid_share``. Null where there are no residues or no arcs.
    """
    arcs = sums.separations.sum(axis=-1)
    per_row = {
        name: ratio(getattr(sums, name), sums.rows).ravel()
        for name in ("entropy", "to_special", "to_self", "to_previous", "to_next")
    }
    between_residues = np.maximum(sums.rows - sums.to_special, 0)
    columns = {
        **head_columns(*arcs.shape),
        "entropy": per_row.pop("entropy"),
        "mean_distance": ratio(sums.distance, between_residues).ravel(),
        **per_row,
        "arcs": arcs.ravel(),
        **_band_shares(sums),
        **_top_amino_acid(sums),
    }
    return pl.DataFrame(columns).fill_nan(None)


def _band_shares(sums: HeadSums) -> dict[str, pl.Series]:
    shares = ratio(sums.separations, sums.separations.sum(axis=-1, keepdims=True))
    return {name: pl.Series(shares[..., band].ravel()) for band, name in enumerate(SEPARATION_BANDS)}


def _top_amino_acid(sums: HeadSums) -> dict[str, pl.Series]:
    most = sums.amino_acids.max(axis=-1).ravel()
    letters = [AMINO_ACIDS[index] for index in sums.amino_acids.argmax(axis=-1).ravel()]
    names = [letter if count else None for letter, count in zip(letters, most, strict=True)]
    shares = np.where(most > 0, ratio(most, sums.separations.sum(axis=-1).ravel()), np.nan)
    return {"amino_acid": pl.Series(names, dtype=pl.String), "amino_acid_share": pl.Series(shares)}
