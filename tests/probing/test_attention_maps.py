import numpy as np
import torch

from protlens.probing.attention_maps import attention_features, visit_maps
from protlens.probing.pairs import all_pairs
from toy import HEADS, LAYERS, toy_attention, toy_model

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ"


def dense(*, apc):
    """Correct each map with NumPy, in float64."""
    maps = toy_attention(SEQUENCE).double().numpy()
    maps = maps + maps.swapaxes(-1, -2)
    for one in maps.reshape(-1, *maps.shape[-2:]):
        if apc and one.sum():
            one -= np.outer(one.sum(1), one.sum(0)) / one.sum()
    return maps


def test_features_are_the_corrected_maps_at_the_pairs():
    pairs = all_pairs(len(SEQUENCE)).take(np.arange(0, 100, 3))
    for apc in (False, True):
        features = attention_features(toy_model(), SEQUENCE, pairs, apc=apc)
        assert features.shape == (LAYERS, HEADS, len(pairs))
        assert features.dtype == np.float32
        assert np.allclose(features, dense(apc=apc)[:, :, pairs.first, pairs.second], atol=1e-6)


def test_layers_come_in_order_and_nothing_is_kept():
    shown = []
    visit_maps(toy_model(), SEQUENCE, lambda layer, maps: shown.append((layer, tuple(maps.shape))))
    assert shown == [(layer, (HEADS, 22, 22)) for layer in range(LAYERS)]


def test_maps_are_symmetric():
    visit_maps(toy_model(), SEQUENCE, lambda _, maps: torch.testing.assert_close(maps, maps.mT, atol=1e-6, rtol=0))
