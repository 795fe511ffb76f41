import numpy as np
import pytest
import torch

from protlens.data.protein import AMINO_ACIDS
from protlens.models.load import load_masked_lm
from tiny_models import tiny_model_folder
from whole_jacobian import categorical_jacobian, coupling_map

SEQUENCE = "MKTAYIAKQRX"


@pytest.fixture(scope="module", params=["bert", "albert", "esm"])
def model(request, tmp_path_factory):
    return load_masked_lm(tiny_model_folder(request.param, tmp_path_factory.mktemp("tiny") / "model"), device="cpu")


def test_agrees_with_substituting_single_residues(model):
    jacobian = categorical_jacobian(model, SEQUENCE, batch_tokens=70)
    assert jacobian.shape == (11, 20, 11, 20)

    def logits(sequence):
        return model.logits(model.encoder.encode([sequence]))[0]

    for position, letter in ((0, "W"), (5, "A"), (10, "C"), (10, "Y"), (3, "A")):
        mutant = SEQUENCE[:position] + letter + SEQUENCE[position + 1 :]
        change = logits(mutant) - logits(SEQUENCE)
        torch.testing.assert_close(jacobian[position, AMINO_ACIDS.index(letter)], change, atol=5e-4, rtol=1e-4)


def test_the_natural_residue_changes_nothing_and_batches_change_nothing(model):
    jacobian = categorical_jacobian(model, SEQUENCE)
    for position, letter in enumerate(SEQUENCE[:-1]):
        assert not jacobian[position, AMINO_ACIDS.index(letter)].any()
    torch.testing.assert_close(jacobian, categorical_jacobian(model, SEQUENCE, batch_tokens=1), atol=5e-4, rtol=1e-4)


def test_the_map_agrees_with_the_formula_in_numpy():
    jacobian = torch.rand(6, 20, 6, 20, dtype=torch.float64)
    centred = jacobian.numpy().copy()
    for axis in range(4):
        centred -= centred.mean(axis=axis, keepdims=True)
    strength = np.zeros((6, 6))
    for i in range(6):
        for j in range(6):
            if i != j:
                strength[i, j] = np.linalg.norm((centred[i, :, j] + centred[j, :, i].T) / 2)
    expected = strength - np.outer(strength.sum(1), strength.sum(0)) / strength.sum()
    assert np.allclose(coupling_map(jacobian).numpy(), expected)


def test_a_planted_coupling_stands_out():
    jacobian = 0.01 * torch.randn(12, 20, 12, 20, generator=torch.Generator().manual_seed(0))
    jacobian[2, :, 9] += torch.eye(20)
    scores = coupling_map(jacobian)
    assert torch.triu(scores, 1).argmax() == 2 * 12 + 9
    torch.testing.assert_close(scores, scores.T)
