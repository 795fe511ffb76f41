import shutil
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from protlens.data.protein import Protein
from protlens.errors import StorageError
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.probing.features import write_features
from tiny_models import tiny_model_folder

CHAINS = ["MKTAYIAKQRQISFVK", "W", "ACDEFGHIKLMNPQRSTVWYXU", "GG", "MKTAYIAKQRQISFVK"]


def proteins(chains=CHAINS):
    return [Protein(id=str(number), sequence=chain) for number, chain in enumerate(chains)]


def fake(channels: int, *, layers: int = 2) -> FakeModel:
    def embedding(sequence: str) -> torch.Tensor:
        seed = torch.Generator().manual_seed(len(sequence))
        return torch.randn(layers + 1, len(sequence), channels, generator=seed)

    return FakeModel(lambda s: torch.zeros(layers, 1, len(s), len(s)), layers=layers, heads=1, embedding=embedding)


@pytest.mark.parametrize("family", ["bert", "albert", "xlnet", "esm", "t5"])
def test_rows_are_the_states_of_each_residue_alone(family, tmp_path):
    model = load_model(tiny_model_folder(family, tmp_path / "model"), device="cpu")
    seen = []
    features = write_features(
        model, proteins(), tmp_path / "features", batch_tokens=40, on_progress=lambda *at: seen.append(at)
    )
    assert seen[-1] == (5, 5)
    assert features.layers == 4
    for number, chain in enumerate(CHAINS):
        alone: list[np.ndarray] = []
        model.hidden_states(model.encode([chain]), lambda _, states: alone.append(states[0].numpy().copy()))  # noqa: B023
        for layer in range(features.layers):
            np.testing.assert_allclose(features.protein(layer, number), alone[layer], rtol=1e-3, atol=1e-3)


def test_rows_know_their_residue(tmp_path):
    features = write_features(fake(3), proteins(), tmp_path)
    rows = np.arange(features.starts[-1])
    numbers, positions = features.place(rows)
    expected = [(number, place) for number, chain in enumerate(CHAINS) for place in range(len(chain))]
    assert list(zip(numbers.tolist(), positions.tolist(), strict=True)) == expected
    assert features.layer(2).shape == (len(expected), 3)
    assert isinstance(features.layer(2), np.memmap)


@pytest.mark.slow
def test_memory_does_not_hold_the_features(tmp_path):
    chains = ["ACDEFGHIKL" * 5] * 400
    model = fake(64, layers=9)
    tracemalloc.start()
    features = write_features(model, proteins(chains), tmp_path, batch_tokens=500)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) > 50e6
    assert peak < 3e6
    assert features.layers == 10


def test_too_small_a_disk_is_noticed_first(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100))
    with pytest.raises(StorageError, match=r"GB needed, 0\.0 GB free; take fewer proteins"):
        write_features(fake(3), proteins(), tmp_path)
    assert list(tmp_path.iterdir()) == []
