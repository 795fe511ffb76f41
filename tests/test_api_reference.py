import re
import runpy
from pathlib import Path

import pytest

import protlens

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "write_api_reference.py"))
NAMES = SCRIPT["public_names"]()
PAGE = SCRIPT["PAGE"].read_text(encoding="utf-8")
OTHERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ELSEWHERE = "\n".join(page.read_text(encoding="utf-8") for page in OTHERS if page != SCRIPT["PAGE"])


def test_the_page_is_what_the_docstrings_say():
    assert SCRIPT["reference"]() == PAGE, "run scripts/write_api_reference.py"


def test_it_knows_all_that_protlens_exports():
    assert {f"protlens.{name}" for name in protlens.__all__} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_in_the_reference_and_on_another_page(name):
    assert re.search(rf"^### (class )?{re.escape(name)}$", PAGE, re.MULTILINE)
    assert re.search(rf"\b{re.escape(name)}\b", ELSEWHERE), f"no page but docs/api.md mentions {name}"
