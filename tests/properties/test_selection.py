from dataclasses import dataclass

import pytest

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import OptionError, UnknownNameError
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty
from protlens.properties.selection import read_definition, select_properties, write_definition
from toy import toy_dataset


def _names(found):
    return [prop.name for prop in found]


def test_default_takes_the_families_that_have_labels():
    names = _names(select_properties(toy_dataset()))
    assert names[:4] == ["contact", "binding_site", "modification", "modification:acetylation"]
    assert names[4:8] == [f"secondary_structure:{name}" for name in ("helix", "strand", "turn", "other")]
    assert len(names[8:]) == 20
    bare = Dataset("bare", [Protein(id="p", sequence="ACD")])
    assert {name.partition(":")[0] for name in _names(select_properties(bare))} == {"amino_acid"}


def test_names_may_be_families_classes_or_tracks():
    data = Dataset("labels", [Protein(id="p", sequence="ACD", tracks={"active": "01?", "conservation": "19?"})])
    assert _names(select_properties(data, ["active", "conservation", "amino_acid:C", "active"])) == [
        "active",
        "conservation:1",
        "conservation:9",
        "amino_acid:C",
    ]
    assert _names(select_properties(data, ["conservation:9"])) == ["conservation:9"]


def test_unknown_name_gets_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean contact"):
        select_properties(toy_dataset(), ["contacts"])


def test_asking_for_labels_that_are_not_there_is_an_error():
    bare = Dataset("bare", [Protein(id="p", sequence="ACD")])
    with pytest.raises(OptionError, match="no protein of bare carries its labels"):
        select_properties(bare, ["contact"])


def test_contact_atom_reaches_the_property():
    (contact,) = select_properties(toy_dataset(), ["contact"], contact_atom="CA")
    assert contact.atom == "CA"


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
