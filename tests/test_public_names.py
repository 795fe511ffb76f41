import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import protlens

LIGHT = """
import sys
import protlens
{use}
heavy = {{"torch", "transformers", "matplotlib", "mdtraj", "statsmodels", "pandas"}} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""


def _run(use: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", LIGHT.format(use=use)], capture_output=True, text=True, check=False)


def test_all_is_sorted_and_every_name_resolves():
    assert list(protlens.__all__) == sorted(protlens.__all__)
    for name in protlens.__all__:
        assert getattr(protlens, name).__doc__, name
    assert set(protlens.__all__) <= set(dir(protlens))


FACES = ("data", "extraction", "models", "properties", "stats")


@pytest.mark.parametrize("name", FACES)
def test_the_faces_of_rooms_are_sorted_and_resolve(name):
    face = import_module(f"protlens.{name}")
    assert list(face.__all__) == sorted(face.__all__)
    assert set(face.__all__) <= set(dir(face))
    for public in face.__all__:
        found = getattr(face, public)
        assert not isinstance(found, ModuleType), f"{public}: its module has its name"
        assert getattr(protlens, public, found) is found
    with pytest.raises(AttributeError):
        face.nothing  # noqa: B018


def test_a_name_stays_what_it_is_when_modules_are_imported():
    use = (
        "import protlens.stats.run_tables, protlens.stats.head_statistics; sys.exit(protlens.stats.head_table.__name__)"
    )
    assert _run(use).stderr == "head_table\n"


@pytest.mark.parametrize("name", ["data", "models", "extraction"])
def test_importing_a_room_loads_nothing_heavy(name):
    done = _run(f"import protlens.{name}")
    assert done.returncode == 0, done.stderr


def test_all_of_data_does_without_torch():
    use = "from protlens.data import *; sys.exit('torch' if 'torch' in sys.modules else 0)"
    assert _run(use).returncode == 0


def test_importing_loads_nothing_heavy():
    assert _run("").returncode == 0


def test_half_of_the_package_never_loads_torch():
    done = _run("import protlens.cli.commands; protlens.Dataset, protlens.select_properties, protlens.Run")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_test_above_can_fail():
    assert "torch" in _run("protlens.load_model").stderr


@pytest.mark.parametrize("module", ["explorer.opening", "report.report", "extraction.run", "analysis", "behaviour"])
def test_what_is_there_is_looked_at_without_transformers(module):
    """Its models take longer to import than a kept run takes to open."""
    code = f"import sys, protlens.{module}; sys.exit('transformers' if 'transformers' in sys.modules else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
