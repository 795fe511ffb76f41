import numpy as np
import torch

from protlens.pairs.attention_maps import attention_features, average_product_correction, symmetrise, visit_maps
from protlens.pairs.residue_pairs import all_pairs
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


def test_agrees_with_the_formula_pair_by_pair():
    maps = torch.rand(2, 3, 7, 7, dtype=torch.float64)
    corrected = average_product_correction(maps)
    for head in range(3):
        m = maps[1, head].tolist()
        total = sum(map(sum, m))
        for i in range(7):
            for j in range(7):
                product = sum(m[i]) * sum(row[j] for row in m) / total
                assert abs(corrected[1, head, i, j].item() - (m[i][j] - product)) < 1e-12


def test_what_is_a_product_of_two_residues_vanishes():
    level = torch.rand(9, dtype=torch.float64)
    assert average_product_correction(torch.outer(level, level)).abs().max() < 1e-12


def test_a_map_of_zeros_stays_and_leaves_the_others_alone():
    maps = torch.stack([torch.zeros(4, 4), torch.eye(4)])
    corrected = average_product_correction(maps)
    assert torch.equal(corrected[0], maps[0])
    assert torch.allclose(corrected[1], torch.eye(4) - 0.25)


def test_symmetrise_adds_both_directions():
    weights = torch.tensor([[1.0, 2.0], [5.0, 0.5]])
    assert symmetrise(weights).tolist() == [[2.0, 7.0], [7.0, 1.0]]
