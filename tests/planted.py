"""Proteins whose contacts are made up, and models whose heads see them or do not."""

import hashlib

import numpy as np
import torch

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact

LAYERS, HEADS = 3, 4
PLANTED = ((1, 2), (2, 0))
"""The heads that see contacts, the first more clearly."""


def planted_proteins(count: int, *, length: int = 60, per_cluster: int = 1) -> list[Protein]:
    """Return chains that wander at random in space; each sequence is one of a kind."""
    rng = np.random.default_rng(7)
    proteins = []
    for number in range(count):
        steps = rng.normal(size=(length + number % 5, 3))
        points = np.cumsum(3.8 * steps / np.linalg.norm(steps, axis=1, keepdims=True), axis=0).astype(np.float32)
        points[rng.random(len(points)) < 0.05] = np.nan
        sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), len(points)))
        proteins.append(
            Protein(id=f"p{number}", sequence=sequence, ca=points, cb=points, cluster=f"c{number // per_cluster}")
        )
    return proteins


def planted_model(proteins: list[Protein], *, signal: bool = True) -> FakeModel:
    """Return a model whose planted heads attend to contacts plus noise; without signal all heads are noise."""
    contacts = {protein.sequence: Contact().mask(protein).holds for protein in proteins}

    def attention(sequence: str) -> torch.Tensor:
        rng = np.random.default_rng(int(hashlib.md5(sequence.encode()).hexdigest()[:8], 16))
        weights = rng.random((LAYERS, HEADS, len(sequence), len(sequence)))
        if signal:
            for strength, (layer, head) in zip((10.0, 0.8), PLANTED, strict=True):
                weights[layer, head] += strength * contacts[sequence]
        return torch.from_numpy(weights / (1.1 * weights.sum(-1, keepdims=True))).float()

    return FakeModel(attention, layers=LAYERS, heads=HEADS)


def planted_dataset(proteins: list[Protein]) -> Dataset:
    """Return them as a dataset."""
    return Dataset("planted", proteins)
