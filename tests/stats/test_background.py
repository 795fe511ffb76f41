import numpy as np

from protlens.runs.counts import PropertyCounts
from protlens.stats.background import expected_hits
from protlens.stats.head_statistics import head_table

SHORT, LONG = 0, 1


def background(counts, *, mode):
    return head_table([counts], threshold=0.3, mode=mode)["background"].cast(float).fill_null(np.nan).to_numpy()


def two_proteins(arcs):
    """A short protein dense in contacts and a long one that is not; two heads."""
    arcs = np.array(arcs).reshape(2, 1, 2)
    return PropertyCounts(
        "contact",
        "pair",
        arcs=arcs,
        eligible=arcs,
        hits=np.zeros_like(arcs),
        pairs=np.array([100, 900]),
        positive_pairs=np.array([20, 18]),
        sites=np.array([10, 30]),
        positive_sites=np.array([3, 1]),
    )


def test_paper_background_is_pooled_over_sites():
    counts = two_proteins([[5, 0], [5, 5]])
    assert background(counts, mode="paper").tolist() == [4 / 40, 4 / 40]


def test_matched_background_follows_the_proteins_where_the_arcs_lie():
    counts = two_proteins([[30, 0], [10, 7]])
    np.testing.assert_allclose(expected_hits(counts)[:, 0], [[6.0, 0.0], [0.2, 0.14]])
    np.testing.assert_allclose(background(counts, mode="matched"), [6.2 / 40, 0.02])


def test_matched_background_is_the_pooled_one_for_arcs_in_proportion_to_pairs():
    counts = two_proteins([[10, 100], [90, 900]])
    np.testing.assert_allclose(background(counts, mode="matched"), [38 / 1000, 38 / 1000])


def test_matched_background_equals_the_mean_over_random_placements():
    generator = np.random.default_rng(0)
    counts = two_proteins([[30, 3], [10, 37]])
    holds = [np.arange(100) < 20, np.arange(900) < 18]
    placed = [
        [
            sum(generator.choice(holds[p], size=counts.eligible[p, 0, h]).sum() for p in (SHORT, LONG)) / 40
            for h in (0, 1)
        ]
        for _ in range(4000)
    ]
    np.testing.assert_allclose(np.mean(placed, axis=0), background(counts, mode="matched"), atol=0.003)


def test_no_sites_or_no_arcs_is_no_background():
    counts = two_proteins([[0, 0], [0, 0]])
    assert np.isnan(background(counts, mode="matched")).all()
    nothing = np.zeros((0, 1, 2), np.int64)
    none = np.zeros(0, np.int64)
    empty = PropertyCounts("contact", "pair", nothing, nothing, nothing, none, none, none, none)
    assert np.isnan(background(empty, mode="paper")).all()
    assert np.isnan(background(empty, mode="matched")).all()


def test_protein_without_eligible_pairs_expects_nothing():
    counts = two_proteins([[4, 4], [0, 0]])
    bare = PropertyCounts(
        "contact", "pair", counts.arcs, np.zeros_like(counts.arcs), counts.hits, *[np.zeros(2, np.int64)] * 4
    )
    assert expected_hits(bare).tolist() == [[[0.0, 0.0]], [[0.0, 0.0]]]
