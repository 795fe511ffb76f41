"""The notebook of the documentation, run as a user runs it."""

import base64
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[2] / "docs" / "first_look.ipynb"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return the cells of code after they were run."""
    notebook = nbformat.read(SOURCE, as_version=4)
    folder = tmp_path_factory.mktemp("first-look")
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def bundles(cell):
    return [output.data for output in cell.outputs if "data" in output]


def test_the_notebook_is_kept_without_outputs():
    assert not [cell for cell in nbformat.read(SOURCE, as_version=4).cells if cell.get("outputs")]


def test_every_cell_shows_something_and_none_fails(done):
    assert len(done) == 8
    for cell in done:
        assert bundles(cell), cell.source
        assert not [output for output in cell.outputs if output.output_type == "error"]


def test_figures_are_pictures_without_pyplot_being_asked(done):
    drawn = [cell for cell in done if cell.source.startswith(("example.plot", "analysis.plot"))]
    assert len(drawn) == 2
    for cell in drawn:
        (shown,) = bundles(cell)
        assert base64.b64decode(shown["image/png"]).startswith(b"\x89PNG")


def test_tables_are_tables(done):
    for start in ("import protlens", "columns =", "options ="):
        (cell,) = [cell for cell in done if cell.source.startswith(start)]
        assert "<table" in bundles(cell)[-1]["text/html"]


def test_the_page_says_what_to_do_where_it_is_not_shown(done):
    (cell,) = [cell for cell in done if cell.source.startswith("page = ")]
    (shown,) = bundles(cell)
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "protlens serve" in shown["text/html"]


def test_what_is_chosen_is_read_from_the_page(done):
    (cell,) = [cell for cell in done if cell.source.startswith("page.property")]
    assert bundles(cell)[0]["text/plain"].startswith("('contact', '6-5', ")
