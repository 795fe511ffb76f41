import numpy as np

from protlens.contacts.head_scores import mean_of, weighted_scores
from protlens.pairs.attention_maps import attention_features
from protlens.pairs.residue_pairs import all_pairs
from toy import HEADS, LAYERS, toy_model

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ"


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
