"""The package and the page call things and round numbers alike: ``frontend/src/data/text.test.ts`` reads the same."""

import json
from pathlib import Path

import pytest

from protlens import naming, number_text

EXAMPLES = json.loads((Path(__file__).parent / "text_examples.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_package_writes_what_the_page_writes(kind):
    write = getattr(number_text, kind, None) or getattr(naming, kind)
    for given, text in EXAMPLES[kind]:
        assert write(*(given if isinstance(given, list) else [given])) == text, given
