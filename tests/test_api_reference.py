import re
import runpy
from importlib import import_module
from pathlib import Path

import pytest

import protlens

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "write_api_reference.py"))
NAMES = SCRIPT["public_names"]()
PAGE = SCRIPT["PAGE"].read_text(encoding="utf-8")


def test_the_page_is_what_the_docstrings_say():
    assert SCRIPT["reference"]() == PAGE, "run scripts/write_api_reference.py"


def test_it_knows_all_that_protlens_exports():
    assert {f"protlens.{name}" for name in protlens.__all__} <= set(NAMES)


@pytest.mark.parametrize("room", ["data", "extraction", "models", "properties", "stats"])
def test_it_knows_all_that_a_room_exports(room):
    exported = {name.rpartition(".")[2] for name in NAMES}
    assert set(import_module(f"protlens.{room}").__all__) <= exported


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_explained_in_the_reference(name):
    assert re.search(rf"^### (class )?{re.escape(name)}\n\n.", PAGE, re.MULTILINE)
    assert NAMES[name].docstring
