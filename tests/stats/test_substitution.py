import gzip
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import DatasetError
from protlens.stats.substitution import blosum62, blosum62_correlation, similarity_table

PAPER = json.loads(gzip.decompress((Path(__file__).parent.parent / "data_files/paper_statistics.json.gz").read_bytes()))

# The lower triangle as NCBI distributes it, in NCBI's order.
NCBI_ORDER = "ARNDCQEGHILKMFPSTWYV"
NCBI = """
 4
-1  5
-2  0  6
-2 -2  1  6
 0 -3 -3 -3  9
-1  1  0  0 -3  5
-1  0  0  2 -4  2  5
 0 -2  0 -1 -3 -2 -2  6
-2  0  1 -1 -3  0  0 -2  8
-1 -3 -3 -3 -1 -3 -3 -4 -3  4
-1 -2 -3 -4 -1 -2 -3 -4 -3  2  4
-1  2  0 -1 -3  1  1 -2 -1 -3 -2  5
-1 -1 -2 -3 -1  0 -2 -3 -2  1  2 -1  5
-2 -3 -3 -3 -2 -3 -3 -3 -1  0  0 -3  0  6
-1 -2 -2 -1 -3 -1 -1 -2 -2 -3 -3 -1 -2 -4  7
 1 -1  1  0 -1  0  0  0 -1 -2 -2  0 -1 -2 -1  4
 0 -1  0 -1 -1 -1 -1 -2 -2 -1 -1 -1 -1 -2 -1  1  5
-3 -3 -4 -4 -2 -2 -3 -2 -2 -3 -2 -3 -1  1 -4 -3 -2 11
-2 -2 -2 -3 -2 -1 -2 -3  2 -1 -1 -2 -1  3 -3 -2 -2  2  7
 0 -3 -3 -3 -1 -2 -2 -3 -3  3  1 -2  1 -1 -2 -2  0 -3 -1  4
"""


def heads(values, supported=None):
    """Build a table of heads from ``[amino acid][head]`` alignments, NaN for a head without arcs."""
    values = np.asarray(values, float)
    supported = np.isfinite(values) if supported is None else supported
    rows = [
        (f"amino_acid:{letter}", 0, head, None if np.isnan(value) else float(value), bool(supported[index, head]))
        for index, letter in enumerate(AMINO_ACIDS)
        for head, value in enumerate(values[index])
    ]
    schema = {"property": pl.String, "layer": pl.Int64, "head": pl.Int64, "alignment": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "supported": pl.Boolean}, orient="row")


def test_blosum62_is_ncbis():
    for a, line in zip(NCBI_ORDER, NCBI.strip().splitlines(), strict=True):
        for b, score in zip(NCBI_ORDER, line.split(), strict=False):
            assert blosum62(a, b) == blosum62(b, a) == int(score), (a, b)


@pytest.mark.parametrize("model", PAPER["amino_acid_percent"])
def test_correlation_of_the_published_heat_maps(model):
    percent = PAPER["amino_acid_percent"][model]
    values = [np.array(percent[letter], float).ravel() / 100 for letter in AMINO_ACIDS]
    similarity = similarity_table(heads(values))
    published = PAPER["blosum62_correlation"][model]
    assert similarity["heads"].unique().to_list() == [published["n_heads"]]
    assert blosum62_correlation(similarity) == pytest.approx(published["pearson_vs_blosum62"], abs=0.001)


def test_each_pair_is_pearson_over_the_heads_supported_for_both():
    generator = np.random.default_rng(0)
    values = generator.random((20, 30))
    supported = generator.random((20, 30)) < 0.7
    values[3, 5] = np.nan
    supported[3, 5] = False
    table = similarity_table(heads(values, supported))
    assert table.select("a", "b").rows() == list(combinations(AMINO_ACIDS, 2))
    for row in table.iter_rows(named=True):
        a, b = AMINO_ACIDS.index(row["a"]), AMINO_ACIDS.index(row["b"])
        both = supported[a] & supported[b]
        assert row["heads"] == both.sum()
        assert row["similarity"] == pytest.approx(stats.pearsonr(values[a][both], values[b][both]).statistic)
        assert row["blosum62"] == blosum62(row["a"], row["b"])
    correlation = stats.pearsonr(table["similarity"], table["blosum62"]).statistic
    assert blosum62_correlation(table) == pytest.approx(correlation)


def test_no_similarity_without_heads_or_variation():
    assert similarity_table(heads(np.random.default_rng(0).random((20, 2))))["similarity"].null_count() == 190
    flat = np.random.default_rng(0).random((20, 9))
    flat[0] = 0.0
    table = similarity_table(heads(flat))
    assert table.filter(pl.col("a") == "A")["similarity"].null_count() == 19
    assert table["similarity"].null_count() == 19
    assert blosum62_correlation(table) is not None
    assert blosum62_correlation(table.head(19)) is None


def test_missing_amino_acid_is_named():
    table = heads(np.random.default_rng(0).random((20, 5))).filter(pl.col("property") != "amino_acid:W")
    with pytest.raises(DatasetError, match="no amino_acid:W in the table"):
        similarity_table(table)
    with pytest.raises(DatasetError, match="no amino_acid:A, "):
        similarity_table(table.clear())
