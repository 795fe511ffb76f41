"""One tiny checkpoint of each family, made once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from tiny_models import tiny_model_folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """From a family to its folder, which tests must leave as it is."""
    root, made = tmp_path_factory.mktemp("tiny"), dict[str, Path]()

    def folder(family: str) -> Path:
        if family not in made:
            made[family] = tiny_model_folder(family, root / family)
        return made[family]

    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Callable[[str], Path]) -> Callable[[str], EncoderModel]:
    """From a family to its loaded model."""
    made = dict[str, EncoderModel]()

    def model(family: str) -> EncoderModel:
        if family not in made:
            made[family] = load_model(tiny_folder(family), device="cpu")
        return made[family]

    return model
