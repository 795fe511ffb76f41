"""The examples of the documentation run, and print what the pages say."""

import re
import runpy
import tomllib
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "run_docs.py"))
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
EXAMPLES = [page for page in PAGES if re.search(r"^```(python|console)", page.read_text("utf-8"), re.MULTILINE)]
EXAMPLES = [page for page in EXAMPLES if page.name not in {"cli.md", "api.md"}]


def _refreshed(page: str, folder: Path) -> str:
    with pl.Config(), SCRIPT["example_folder"](folder):
        return SCRIPT["refreshed"](page, folder)


@pytest.mark.slow
@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_the_examples_of_a_page_print_what_it_says(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    assert _refreshed(text, tmp_path) == text, f"run scripts/run_docs.py {page.relative_to(ROOT)}"


def test_an_output_that_differs_is_noticed(tmp_path):
    page = "```python\nprint(6 * 7)\n```\n\n```text\n41\n```\n"
    assert _refreshed(page, tmp_path) == page.replace("41", "42")


def test_a_command_that_fails_is_noticed(tmp_path):
    with pytest.raises(RuntimeError, match="status 2"):
        _refreshed("```console\n$ protlens dataset info nothing\n```\n", tmp_path)


def test_commands_keep_their_order_and_files_are_written(tmp_path):
    page = "```tsv a.txt\none\n```\n\n```console\n$ cat a.txt\nold\n$ echo two > b.txt\n```\n"
    assert _refreshed(page, tmp_path) == page.replace("old", "one")
    assert (tmp_path / "b.txt").read_text() == "two\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in _anchors(file), target


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_index_leads_to_every_page():
    linked = set(re.findall(r"\]\(([\w-]+\.md)", (DOCS / "index.md").read_text("utf-8")))
    assert linked == {page.name for page in DOCS.glob("*.md")} - {"index.md"}


def test_every_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w.-]+", entry)[0] for entry in project["dependencies"]}
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8").partition("\n## ")[0]
    explained = set(re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)) - {"package"}
    assert explained == names
