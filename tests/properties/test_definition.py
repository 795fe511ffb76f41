from dataclasses import dataclass

import pytest

from protlens.properties.catalog import select_properties
from protlens.properties.definition import read_definition, write_definition
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty
from toy import toy_dataset

FOUND = [*select_properties(toy_dataset()), Contact(atom="CA", cutoff=10.5), TrackProperty('it\'s "a"', "\\x", "?é(")]


class Foreign:
    name = "foreign"
    level = "residue"

    def mask(self, protein):
        return None


@dataclass
class Shaped(Foreign):
    size: int = 3


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.name)
def test_what_is_written_is_read(found):
    assert read_definition(write_definition(found)) == found


@pytest.mark.parametrize("found", [Foreign(), Shaped()])
def test_properties_of_others_are_not_read(found):
    assert read_definition(write_definition(found)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(",
        "Contact",
        "Contact(atom=open('x'))",
        "Contact(size=3)",
        "Contact(**{'atom': 'CA'})",
        "AminoAcid()",
        "protlens.Contact()",
        "__import__('os').system('true')",
        "(" * 10_000,
        "AminoAcid(letter='A\0')",
        "Contact(" + "-" * 5000 + "1)",
    ],
    ids=lambda text: text[:20],
)
def test_other_text_is_no_property(text):
    assert read_definition(text) is None


def test_definitions_stay_as_runs_have_them():
    assert write_definition(AminoAcid("C")) == "AminoAcid(letter='C')"
    assert write_definition(Contact()) == "Contact(atom='CB', cutoff=8.0, min_separation=6)"
