"""The categorical Jacobian as one table, the plain reference of what protlens computes by blocks.

References
----------
Zhang et al., "Protein language models learn evolutionary statistics of interacting sequence motifs", PNAS 121 (2024)
e2406285121, doi 10.1073/pnas.2406285121.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from protlens.data.protein import AMINO_ACIDS
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.pairs.attention_maps import average_product_correction

BATCH_TOKENS = 4096
"""Residues of the mutants that are run at a time."""


def categorical_jacobian(
    model: MaskedLanguageModel, sequence: str, *, batch_tokens: int = BATCH_TOKENS
) -> Float[Tensor, "mutated substitute residue amino_acid"]:
    """Return how the logits change when one residue is substituted, for all residues and amino acids.

    ``J[i, a, j, b]`` is the logit of amino acid b at residue j with amino acid a at residue i, minus that in the
    sequence as it is; nothing is masked. Takes 20 L runs on sequences of L residues and ``1600 L**2`` bytes.

    Parameters
    ----------
    model, sequence
        What to run on what.
    batch_tokens
        The most residues to run at a time.

    Raises
    ------
    ModelError
        If the sequence is longer than the model's input.
    """
    natural = model.logits(model.encoder.encode([sequence]))[0].cpu()
    jacobian = torch.zeros((len(sequence) * len(AMINO_ACIDS), *natural.shape))
    changed = [(row, mutant) for row, mutant in enumerate(_mutants(sequence)) if mutant != sequence]
    size = max(1, batch_tokens // len(sequence))
    for start in range(0, len(changed), size):
        rows, mutants = zip(*changed[start : start + size], strict=True)
        jacobian[list(rows)] = model.logits(model.encoder.encode(mutants)).cpu() - natural
    return jacobian.view(len(sequence), len(AMINO_ACIDS), *natural.shape)


def coupling_map(
    jacobian: Float[Tensor, "mutated substitute residue amino_acid"],
) -> Float[Tensor, "residue residue"]:
    """Return one symmetric score of each residue pair from a categorical Jacobian.

    Centred on each axis, made symmetric, its norm taken over the 20 x 20 amino acids, the diagonal set to zero, and
    corrected for the average product.
    """
    centred = jacobian
    for axis in range(4):
        centred = centred - centred.mean(axis, keepdim=True)
    symmetric = (centred + centred.permute(2, 3, 0, 1)) / 2
    strength = torch.linalg.vector_norm(symmetric, dim=(1, 3)).fill_diagonal_(0)
    return average_product_correction(strength)


def _mutants(sequence: str) -> Iterator[str]:
    for position in range(len(sequence)):
        for letter in AMINO_ACIDS:
            yield sequence[:position] + letter + sequence[position + 1 :]
