"""Shared set-up: quick tests check array types at run time, and nothing may reach the network."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from jaxtyping import config as array_types
from jaxtyping import install_import_hook

PARALLEL = "PYTEST_XDIST_WORKER" in os.environ
if PARALLEL:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers have the cores already
settings.register_profile("protlens", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("protlens")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# Ray reads this once a process, and writes a token to the home folder by default. Where a later cluster is told
# otherwise, its head gets no answer from the process that asks for workers, takes it for gone, and ends them.
os.environ["RAY_AUTH_MODE"] = "disabled"
install_import_hook(
    [
        "protlens.ablation",
        "protlens.attention",
        "protlens.behaviour",
        "protlens.extraction",
        "protlens.nulls",
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, and what needs the run that the command line makes."""
    for item in items:
        if "browser" in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker("browser")
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Check array types in quick tests: in the others, which run whole analyses, that took two fifths of the time."""
    unchecked = any(item.get_closest_marker(name) for name in ("slow", "browser"))
    array_types.update("jaxtyping_disable", unchecked or "JAXTYPING_DISABLE" in os.environ)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """From a name and what fills a new folder to that folder, filled once for all processes of a run of pytest.

    Tests leave it as it is; one that changes something takes a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if PARALLEL else base) / "once"
    shared.mkdir(exist_ok=True)

    def folder(name: str, fill: Callable[[Path], object]) -> Path:
        place, beside = shared / name, shared / f"{name}.part"
        with FileLock(shared / f"{name}.lock"):
            if not place.is_dir():
                beside.mkdir()
                fill(beside)
                beside.rename(place)
        return place

    return folder
