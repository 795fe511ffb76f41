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
from jaxtyping import Float64

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import DatasetError, explain

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
    by_letter = _supported_alignments(heads)
    rows = []
    for a, b in combinations(AMINO_ACIDS, 2):
        both = np.isfinite(by_letter[a]) & np.isfinite(by_letter[b])
        rows.append((a, b, int(both.sum()), _pearson(by_letter[a][both], by_letter[b][both]), blosum62(a, b)))
    schema = {"a": pl.String, "b": pl.String, "heads": pl.Int64, "similarity": pl.Float64, "blosum62": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def blosum62_correlation(similarity: pl.DataFrame) -> float | None:
    """Return the Pearson correlation of similarity and BLOSUM62 over the pairs with a similarity, None under three."""
    known = similarity.drop_nulls("similarity")
    return _pearson(known["similarity"].to_numpy(), known["blosum62"].to_numpy().astype(np.float64))


def _supported_alignments(heads: pl.DataFrame) -> dict[str, Float64[np.ndarray, " head"]]:
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
    return {name[-1]: wide[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names}


def _pearson(x: Float64[np.ndarray, " value"], y: Float64[np.ndarray, " value"]) -> float | None:
    if x.size < _FEWEST_HEADS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])
