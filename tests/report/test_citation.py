import re

from protlens import __version__
from protlens.report.citation import bibtex, citations


def test_both_works_are_cited_with_the_version():
    ours, theirs = citations()
    assert __version__ in ours
    assert "arXiv:2006.15222" in theirs


def test_the_entries_are_closed_and_name_their_fields():
    text = bibtex()
    assert text.count("{") == text.count("}")
    assert re.findall(r"^@(\w+)\{(\w+),$", text, re.MULTILINE) == [
        ("software", "protlens"),
        ("inproceedings", "vig2021bertology"),
    ]
    fields = re.findall(r"^  (\w+) +=|^  (\w+) =", text, re.MULTILINE)
    assert {"author", "title", "year", "version", "booktitle", "eprint"} <= {a or b for a, b in fields}
