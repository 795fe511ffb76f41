from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_files():
    return Path(__file__).parent.parent / "data_files"
