"""Shared set-up: array types are checked at run time, and nothing may reach the network."""

import os
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
install_import_hook(
    [
        "protlens.attention",
        "protlens.extraction",
        "protlens.probing",
        "protlens.properties",
        "protlens.runs",
        "protlens.stats",
    ],
    "beartype.beartype",
)


@pytest.fixture(scope="session")
def data_files() -> Path:
    return Path(__file__).parent / "data_files"
