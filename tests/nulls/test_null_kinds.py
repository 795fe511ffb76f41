import pytest

from protlens.errors import UnknownNameError
from protlens.nulls.null_kinds import KINDS, check_kind, is_of_input
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty


def test_a_kind_that_is_not_known_is_refused_with_the_nearest():
    for kind in KINDS:
        check_kind(kind)
    with pytest.raises(UnknownNameError, match=r"^kind of null 'row': not known; did you mean rows\?$"):
        check_kind("row")
    with pytest.raises(UnknownNameError, match=r"allowed: weights, shuffled-weights, rows, sequences"):
        check_kind("7")


def test_what_the_model_reads_is_the_amino_acid_and_its_track():
    track = TrackProperty("3di:a", "3di", "a")
    assert [is_of_input(one, None) for one in (AminoAcid("C"), track, Contact())] == [True, False, False]
    assert [is_of_input(one, "3di") for one in (AminoAcid("C"), track, Contact())] == [True, True, False]


def test_kinds_that_change_proteins_are_no_nulls_of_what_is_read():
    assert {facts.part for facts in KINDS.values() if facts.input_counts} == {"model"}
    assert {facts.part for facts in KINDS.values() if not facts.input_counts} == {"dataset"}
    assert len({facts.words for facts in KINDS.values()}) == len(KINDS)
