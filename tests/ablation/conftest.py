"""The planted model, made once."""

from pathlib import Path

import pytest

from planted_copy import copying_model_folder


@pytest.fixture(scope="session")
def copying_folder(once) -> Path:
    """The checkpoint of the planted model, which tests leave as it is."""
    return once("copying-model", copying_model_folder)
