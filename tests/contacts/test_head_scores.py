import numpy as np
import polars as pl

from protlens.contacts.head_scores import head_order, mean_of, weighted_scores
from protlens.pairs.attention_maps import attention_features
from protlens.pairs.residue_pairs import all_pairs
from toy import HEADS, LAYERS, toy_model

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ"


def test_heads_are_ordered_by_their_mean_over_proteins():
    rows = [
        (0, 0, "long", "L", 0.1), (0, 0, "long", "L", 0.3), (0, 1, "long", "L", 0.9), (0, 1, "long", "L", None),
        (1, 0, "long", "L", None), (1, 1, "long", "L", 0.2), (1, 1, "long", "L", 0.2), (1, 0, "short", "L", 1.0),
        (1, 0, "long", "L/5", 1.0),
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=["layer", "head", "range", "k", "precision"], orient="row")
    assert head_order(table) == [(0, 1), (0, 0), (1, 1), (1, 0)]


def test_mean_of_weighs_the_heads_alike():
    assert mean_of([(0, 1), (2, 0)], layers=3, per_layer=2).tolist() == [[0, 0.5], [0, 0], [0.5, 0]]


def test_scores_are_the_weighted_sums_of_the_dense_features():
    pairs = all_pairs(len(SEQUENCE))
    weights = np.random.default_rng(0).normal(size=(5, LAYERS, HEADS))
    seen = []
    scores = weighted_scores(
        toy_model(), SEQUENCE, pairs, weights=weights, on_layer=lambda layer, single: seen.append((layer, single))
    )
    features = attention_features(toy_model(), SEQUENCE, pairs)
    assert np.allclose(scores, np.einsum("slh,lhp->sp", weights, features))
    assert [layer for layer, _ in seen] == list(range(LAYERS))
    assert np.array_equal(np.stack([single for _, single in seen]), features)
