"""The section on what each head does: only where it was asked, with the numbers of the table."""

import shutil

import pytest

from protlens.behaviour.head_behaviours import describe_heads
from protlens.report.behaviour_section import behaviour_section
from protlens.runs.format import BEHAVIOUR
from protlens.runs.store import Run


@pytest.fixture
def run(made, tmp_path):
    folder = shutil.copytree(made.run.path, tmp_path / "run")
    (folder / BEHAVIOUR).unlink(missing_ok=True)
    return Run.open(folder)


def test_it_is_there_only_if_it_was_asked_for(run, made):
    assert behaviour_section(run, made.tables.heads, about="") is None


def test_counts_by_layer_are_those_of_the_heads(run, made, model, dataset):
    found = describe_heads(run, model=model, dataset=dataset, proteins=8)
    section = behaviour_section(run, made.tables.heads, about="toy")
    (table,) = section.tables
    assert table.columns == ("Behaviour", "1", "2", "3")
    assert sum(int(number) for row in table.rows for number in row[1:]) == len(found.tables.heads)
    named = found.tables.heads["share"].count()
    assert section.paragraphs[0].startswith(f"{named} head")
    (poster,) = section.pictures
    assert poster.source.startswith("data:image/png")
    for part in section.parts:
        assert len(part.tables[0].rows) == named


def test_without_the_model_it_says_so(run, made):
    describe_heads(run)
    section = behaviour_section(run, made.tables.heads, about="toy")
    assert "The model was not at hand" in section.paragraphs[0]
