import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from protlens.runs.counts import PropertyCounts
from protlens.stats.alignment import effective_proteins, ratio
from protlens.stats.head_statistics import head_table


def counts(arcs, eligible, hits):
    shape = (len(arcs), 1, 1)
    per_protein = np.full(len(arcs), 100)
    tables = (np.array(values).reshape(shape) for values in (arcs, eligible, hits))
    return PropertyCounts("contact", "pair", *tables, *[per_protein] * 4)


def alignment(given_counts, mode):
    row = head_table([given_counts], threshold=0.3, mode=mode).row(0, named=True)
    return row["arcs"], row["alignment"]


def test_paper_counts_all_arcs_and_matched_the_eligible_ones():
    given_counts = counts([10, 30], [5, 20], [1, 4])
    assert alignment(given_counts, "paper") == (40, 5 / 40)
    assert alignment(given_counts, "matched") == (25, 5 / 25)


def test_head_without_arcs_has_no_alignment():
    assert alignment(counts([3], [0], [0]), "matched") == (0, None)
    assert alignment(counts([3], [0], [0]), "paper") == (3, 0.0)


def test_ratio_broadcasts_and_is_nan_over_zero():
    np.testing.assert_array_equal(ratio(np.array([[1], [0]]), np.array([2, 0])), [[0.5, np.nan], [0.0, np.nan]])


@given(st.integers(1, 50), st.integers(1, 20))
def test_equal_proteins_all_count(arcs, proteins):
    even = np.full((proteins, 1, 1), arcs)
    np.testing.assert_allclose(effective_proteins(even), [[proteins]], rtol=1e-12)
    with_empty = np.concatenate([even, np.zeros((3, 1, 1), np.int64)])
    np.testing.assert_allclose(effective_proteins(with_empty), [[proteins]], rtol=1e-12)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_effective_proteins_lie_between_one_and_the_number_with_arcs(arcs):
    effective = effective_proteins(np.array(arcs)[:, None, None]).item()
    carriers = sum(n > 0 for n in arcs)
    if carriers == 0:
        assert np.isnan(effective)
    elif carriers == 1:
        assert effective == 1.0
    else:
        assert 1.0 < effective <= carriers + 1e-9
