import re

from protlens import __version__
from protlens.report.about import bibtex, citations, definition_table, manifest_table, sized_run


def test_the_manifest_is_shown_whole(made):
    table = manifest_table(made.run, mode="matched")
    shown = dict(table.rows)
    manifest = made.run.manifest
    for name, value in manifest.model.items():
        assert shown[f"Model, {name.replace('_', ' ')}"] == str(value)
    assert shown["Dataset, fingerprint"] == manifest.dataset["fingerprint"]
    assert shown["Option, threshold"] == "0.1"
    assert shown["Option, limit"] == "\N{EN DASH}"
    assert {f"Version, {name}" for name in manifest.versions} <= shown.keys()


def test_every_property_is_defined(made):
    rows = definition_table(made.run).rows
    assert [(name, level) for name, level, _ in rows] == list(made.run.manifest.properties.items())
    assert {name: text for name, _, text in rows}["contact"].startswith("Contact(atom='CB'")


def test_the_line_counts_what_was_analysed(made):
    proteins = made.run.proteins()
    line = sized_run(made.run, mode="matched")
    assert f"{len(proteins)} proteins, {proteins['residues'].sum():,} residues" in line
    assert "3 layers of 2 heads" in line
    assert "weight 0.1 or more" in line


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
