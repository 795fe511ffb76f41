import math

import numpy as np
import pytest

from protlens.data.protein import AMINO_ACIDS
from protlens.runs.counts import SEPARATION_EDGES, HeadSums
from protlens.stats.profile import SEPARATION_BANDS, profile_table


def sums_of(attention, sequence, threshold=0.3):
    """Sum ``[layer, head, query, key]`` attention the slow way."""
    layers, heads, length, _ = attention.shape
    out = {
        name: np.zeros((layers, heads))
        for name in ["to_special", "to_self", "to_previous", "to_next", "entropy", "distance"]
    }
    separations = np.zeros((layers, heads, len(SEPARATION_EDGES)), np.int64)
    amino_acids = np.zeros((layers, heads, 20), np.int64)
    for layer, head, i in np.ndindex(layers, heads, length):
        row = attention[layer, head, i]
        special = 1 - row.sum()
        out["to_special"][layer, head] += special
        out["to_self"][layer, head] += row[i]
        out["to_previous"][layer, head] += row[i - 1] if i else 0
        out["to_next"][layer, head] += row[i + 1] if i + 1 < length else 0
        out["entropy"][layer, head] -= sum(w * math.log(w) for w in (*row, special) if w > 1e-12)
        for j, weight in enumerate(row):
            out["distance"][layer, head] += weight * abs(i - j)
            if weight >= threshold:
                separations[layer, head, sum(abs(i - j) >= edge for edge in SEPARATION_EDGES) - 1] += 1
                if sequence[j] in AMINO_ACIDS:
                    amino_acids[layer, head, AMINO_ACIDS.index(sequence[j])] += 1
    return HeadSums(rows=length, separations=separations, amino_acids=amino_acids, **out)


def example():
    """Three heads over 40 residues: all to the next one, evenly spread, all to special tokens."""
    attention = np.zeros((1, 3, 40, 40))
    attention[0, 0, np.arange(39), np.arange(1, 40)] = 1.0
    attention[0, 0, 39, 0] = 1.0
    attention[0, 1] = 1 / 40
    return sums_of(attention, "W" * 21 + "C" * 9 + "X" * 10)


def test_head_to_the_next_residue():
    row = profile_table(example()).row(0, named=True)
    assert (row["layer"], row["head"], row["label"]) == (0, 0, "1-1")
    assert (row["entropy"], row["to_next"], row["to_previous"], row["to_self"]) == (0.0, 39 / 40, 0.0, 0.0)
    assert row["mean_distance"] == pytest.approx((39 * 1 + 39) / 40)
    assert (row["arcs"], row["separation_1"], row["separation_24_up"]) == (40, 39 / 40, 1 / 40)
    assert (row["amino_acid"], row["amino_acid_share"]) == ("W", 21 / 40)


def test_head_that_spreads_evenly():
    row = profile_table(example()).row(1, named=True)
    assert row["entropy"] == pytest.approx(math.log(40))
    assert row["to_self"] == pytest.approx(1 / 40)
    assert row["mean_distance"] == pytest.approx(np.abs(np.subtract.outer(range(40), range(40))).mean())
    assert (row["arcs"], row["amino_acid"], row["amino_acid_share"]) == (0, None, None)
    assert all(row[band] is None for band in SEPARATION_BANDS)


def test_head_that_looks_at_special_tokens_has_no_distance():
    row = profile_table(example()).row(2, named=True)
    assert (row["to_special"], row["mean_distance"]) == (1.0, None)


def test_nothing_analysed_is_null():
    table = profile_table(sums_of(np.zeros((1, 1, 0, 0)), ""))
    assert table["entropy"].to_list() == table["to_self"].to_list() == table["mean_distance"].to_list() == [None]


def test_arcs_to_unknown_residues_only_have_no_amino_acid():
    row = profile_table(sums_of(np.ones((1, 1, 1, 1)), "X")).row(0, named=True)
    assert (row["arcs"], row["separation_0"], row["amino_acid"], row["amino_acid_share"]) == (1, 1.0, None, None)


def test_bands_are_named_after_their_edges_and_their_shares_sum_to_one():
    assert SEPARATION_BANDS[0] == "separation_0"
    assert SEPARATION_BANDS[-3:] == ("separation_6_to_11", "separation_12_to_23", "separation_24_up")
    attention = np.random.default_rng(0).dirichlet(np.full(31, 0.05), size=(2, 2, 30))[..., :30]
    table = profile_table(sums_of(attention, "ACDEFGHIKL" * 3))
    for row in table.iter_rows(named=True):
        assert row["arcs"] > 0
        assert sum(row[band] for band in SEPARATION_BANDS) == pytest.approx(1)
    assert table.columns[:9] == (
        ["layer", "head", "label", "entropy", "mean_distance", "to_special", "to_self", "to_previous", "to_next"]
    )
