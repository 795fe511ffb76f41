"""CITATION.cff says what the package and the report say."""

from pathlib import Path

import yaml

import protlens
from protlens.report.about import bibtex, citations

CITATION = yaml.safe_load((Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_version_and_the_title_are_those_of_the_package():
    assert CITATION["version"] == protlens.__version__
    assert CITATION["title"] in bibtex()
    assert CITATION["cff-version"] == "1.2.0"


def test_the_paper_is_cited_as_in_the_report():
    (paper,) = CITATION["references"]
    said = next(text for text in citations() if text.startswith("Vig"))
    assert paper["title"] in said
    assert [author["family-names"] for author in paper["authors"]] == [
        name.split()[0] for name in said.partition(".")[0].split(", ")
    ]
    assert paper["identifiers"][0]["value"] in said
