"""The application over an explorer that is a table of documents and remembers what it was handed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from document_table import LIMIT, ORIGIN, Table
from protlens.page.hosting import NAMES
from protlens.web.app import create_app


@pytest.fixture
def table() -> Table:
    return Table(accepts={"bytes": LIMIT, "residues": 1000})


@pytest.fixture(scope="session")
def assets(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    for name in NAMES:
        (folder / name).write_text(f"/* {name} */" * 200)
    return folder


@pytest.fixture
def client_of(table, assets) -> Iterator[Callable[..., TestClient]]:
    """Make clients of applications; each has its own event loop while it is open."""
    with ExitStack() as opened:

        def make(explorer: Table = table, *, base_url: str = ORIGIN, **options) -> TestClient:
            app = create_app(explorer, assets=assets, **options)
            return opened.enter_context(TestClient(app, base_url=base_url, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(client_of) -> TestClient:
    return client_of()
