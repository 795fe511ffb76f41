"""Do heads treat amino acids alike that replace each other in evolution?

Two amino acids are similar where the same heads attend to both: the Pearson correlation, over heads, of their
alignments. It is set against BLOSUM62, as in Vig et al. (arXiv 2006.15222).

References
----------
Henikoff and Henikoff, Proc. Natl. Acad. Sci. USA 89 (1992) 10915, doi 10.1073/pnas.89.22.10915.
"""

from functools import cache
from itertools import combinations

import gemmi
import numpy as np
import polars as pl
from jaxtyping import Float64, Int64

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import DatasetError, explain
from protlens.stats.alignment import ratio

_FEWEST_HEADS = 3
"""With two heads every correlation is 1 or -1."""


def blosum62(a: str, b: str) -> int:
    """Return the BLOSUM62 score of two amino acids given by their one-letter codes."""
    return _blosum62()[min(a, b), max(a, b)]


@cache
def _blosum62() -> dict[tuple[str, str], int]:
    scoring = gemmi.AlignmentScoring("b")
    names = gemmi.expand_one_letter_sequence(AMINO_ACIDS, gemmi.ResidueKind.AA)
    return {
        (a, b): gemmi.align_string_sequences([names[i]], [names[j]], [], scoring).score
        for i, a in enumerate(AMINO_ACIDS)
        for j, b in enumerate(AMINO_ACIDS[i:], start=i)
    }


def similarity_table(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the attention similarity and the BLOSUM62 score of the 190 pairs of different amino acids.

    Parameters
    ----------
    heads
        The table of heads with the properties ``amino_acid:A`` to ``amino_acid:Y``.

    Returns
    -------
    pl.DataFrame
        ``a``, ``b``, ``heads`` (those supported for both), ``similarity`` (null under three heads, or where an
        alignment does not vary) and ``blosum62``.

    Raises
    ------
    DatasetError
        If an amino acid is missing from the table.
    """
    alignments = _supported_alignments(heads)
    first, second = np.triu_indices(len(AMINO_ACIDS), 1)
    similarity, both = _pearson(alignments[first], alignments[second])
    columns = {
        "a": [AMINO_ACIDS[letter] for letter in first],
        "b": [AMINO_ACIDS[letter] for letter in second],
        "heads": both,
        "similarity": similarity,
        "blosum62": [blosum62(a, b) for a, b in combinations(AMINO_ACIDS, 2)],
    }
    return pl.DataFrame(columns, nan_to_null=True)


def blosum62_correlation(similarity: pl.DataFrame) -> float | None:
    """Return the Pearson correlation of similarity and BLOSUM62 over the pairs with a similarity, None under three."""
    known, scores = (similarity[name].cast(pl.Float64).to_numpy()[None] for name in ("similarity", "blosum62"))
    correlation = float(_pearson(known, scores)[0][0])
    return None if np.isnan(correlation) else correlation


def _supported_alignments(heads: pl.DataFrame) -> Float64[np.ndarray, "letter head"]:
    """Return the alignments of each amino acid, NaN for a head that is not supported for it."""
    names = [f"amino_acid:{letter}" for letter in AMINO_ACIDS]
    wide = (
        heads.filter(pl.col("property").is_in(names))
        .with_columns(pl.when("supported").then("alignment"))
        .pivot(on="property", index=["layer", "head"], values="alignment")
        .sort("layer", "head")
    )
    missing = [name for name in names if name not in wide.columns]
    if missing:
        raise DatasetError(
            explain(
                "amino-acid similarity",
                found=f"no {', '.join(missing)} in the table of heads",
                hint="run the analysis with the property amino_acid",
            )
        )
    return np.array([wide[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names])


def _pearson(
    x: Float64[np.ndarray, "row value"], y: Float64[np.ndarray, "row value"]
) -> tuple[Float64[np.ndarray, " row"], Int64[np.ndarray, " row"]]:
    """Return the correlation of each row, NaN where it is not defined, and how many values both have."""
    both = np.isfinite(x) & np.isfinite(y)
    size = both.sum(axis=1)
    varies = size >= _FEWEST_HEADS
    centred = []
    for values in (x, y):
        kept = np.where(both, values, 0.0)
        varies &= np.where(both, values, -np.inf).max(axis=1) > np.where(both, values, np.inf).min(axis=1)
        centred.append(np.where(both, kept - ratio(kept.sum(axis=1), size)[:, None], 0.0))
    covariance, *variances = ((a * b).sum(axis=1) for a, b in (centred, centred[:1] * 2, centred[1:] * 2))
    found = ratio(covariance, np.sqrt(variances[0] * variances[1]))
    return np.where(varies, np.clip(found, -1, 1), np.nan), size
