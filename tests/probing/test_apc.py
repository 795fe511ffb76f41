import torch

from protlens.probing.apc import average_product_correction, symmetrise


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
