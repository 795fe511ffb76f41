"""The examples in the docstrings of the public names run, and give what they say."""

import doctest
import runpy
from pathlib import Path

import pytest

import protlens

pytestmark = pytest.mark.slow

FOLDER = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "run_docs.py"))["example_folder"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.REPORT_NDIFF


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the files of tests/data_files, and a small run where ``protlens analyze`` would write one."""
    path = tmp_path_factory.mktemp("examples")
    with FOLDER(path):
        options = protlens.ExtractionOptions(limit=3)
        properties = ["contact", "amino_acid:W"]
        protlens.analyze("mini-bert", "pdb-mini", properties, out=Path("protlens-run"), options=options)
        yield path


@pytest.mark.parametrize("name", protlens.__all__)
def test_the_examples_of_a_public_name_give_what_they_say(name, folder):
    public = getattr(protlens, name)
    (test,) = doctest.DocTestFinder(recurse=False).find(public, name, module=False, globs={"protlens": protlens})
    assert test.examples, f"protlens.{name} has no example"
    printed: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=printed.append)
    assert not printed, "".join(printed)
