import pytest

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import OptionError, UnknownNameError
from protlens.properties.catalog import select_properties
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
