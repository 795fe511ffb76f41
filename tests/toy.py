"""Small made-up proteins and attention that bring every edge case; for tests of counting."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.models.fake import FakeModel

LAYERS, HEADS = 3, 2


def toy_attention(sequence: str) -> torch.Tensor:
    """Return peaked attention that depends on the sequence alone; two columns are special tokens and cut away."""
    seed = int(hashlib.md5(sequence.encode()).hexdigest()[:8], 16)
    scores = torch.randn(LAYERS, HEADS, len(sequence), len(sequence) + 2, generator=torch.Generator().manual_seed(seed))
    weights = torch.softmax(3 * scores, -1)[..., 1:-1].clone()
    weights[1, 1] = 0
    return weights


def toy_model(**options) -> FakeModel:
    """Return a model with three layers of two heads, the last head of the second layer without any attention."""
    return FakeModel(toy_attention, layers=LAYERS, heads=HEADS, **options)


def toy_dataset() -> Dataset:
    """Return proteins with gaps, unknown letters, missing tracks, one residue, and lengths that need padding."""
    rng = np.random.default_rng(20)
    proteins = []
    for number, length in enumerate((30, 1, 17, 25, 30, 8, 41)):
        points = (7 * rng.normal(size=(length, 3))).astype(np.float32)
        points[rng.random(length) < 0.1] = np.nan
        structured = number != 2
        tracks = {"binding_site": _draw(rng, "01?", length), "dssp": _draw(rng, "HGIEBTSC?", length)}
        if number == 5:
            tracks = {"modification": _draw(rng, "01", length), "modification:acetylation": _draw(rng, "01", length)}
        proteins.append(
            Protein(
                id=f"toy{number}",
                sequence=_draw(rng, "ACDEFGHIKLMNPQRSTVWYXUB", length),
                tracks=tracks,
                ca=points if structured else None,
                cb=points if structured else None,
            )
        )
    return Dataset("toy", proteins)


@contextmanager
def few_proteins_suffice() -> Iterator[None]:
    """Let the few proteins of a toy give its heads support, as long as this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("protlens.stats.verdict.SUPPORT_PROTEINS", 2)
        yield


def _draw(rng: np.random.Generator, letters: str, length: int) -> str:
    return "".join(rng.choice(list(letters), length))
