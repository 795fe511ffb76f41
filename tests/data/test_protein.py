import copy
import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.data.protein import Annotation, Protein, binary_track, resolved_points, track_symbols
from protlens.errors import DatasetError

POINTS = np.zeros((3, 3), np.float32)


def full():
    return Protein(
        id="1ABC.A",
        sequence="MKT",
        tracks={"dssp": "HE?", "binding_site": "010"},
        ca=np.arange(9, dtype=np.float32).reshape(3, 3),
        cb=np.arange(9, 18, dtype=np.float32).reshape(3, 3),
        residue_numbers=("1", "1A", ""),
        chain="A",
        cluster="1XYZ.B",
        annotations=(Annotation("binding_site", "ZN", (1,)), Annotation("binding_site", "HEM", (0, 2))),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "its id or its sequence is empty"),
        ({"sequence": ""}, "its id or its sequence is empty"),
        ({"sequence": "MkT"}, r"letters \['k'\]; allowed: A to Z"),
        ({"sequence": "MK-"}, r"letters \['-'\]"),
        ({"tracks": {"dssp": "HE"}}, "track 'dssp' has 2 values for 3 residues"),
        ({"tracks": {"dssp": "HEEE"}}, "has 4 values"),
        ({"ca": POINTS[:2]}, r"ca: float32 of shape \(2, 3\); allowed: numbers of shape \(3, 3\)"),
        ({"ca": POINTS, "cb": POINTS[:2]}, r"cb: float32 of shape \(2, 3\)"),
        ({"ca": POINTS.T[:2].T}, r"of shape \(3, 2\)"),
        ({"ca": [[1, 2, 3], [4, 5]]}, "ca: rows of different lengths"),
        ({"ca": "MKT"}, r"ca: <U3 of shape \(\)"),
        ({"ca": POINTS + np.inf}, "ca: too large; allowed: up to 1000000 angstrom"),
        ({"tracks": {"a": "0\u00e91"}}, r"track 'a': '0.1'; allowed: printable ASCII text"),
        ({"tracks": {"a": [0, 10, 1]}}, r"track 'a': a list; allowed"),
        ({"tracks": {"a": [0.5, 0, 1]}}, "track 'a': a list"),
        ({"tracks": {"a": ["HE", "H", "E"]}}, "track 'a': a list"),
        ({"tracks": {"a": None}}, "track 'a': a NoneType"),
        ({"tracks": "HHE"}, "what cannot be read"),
        ({"tracks": {"a": [0, 1]}}, "track 'a' has 2 values for 3 residues"),
        ({"residue_numbers": "123"}, "residue_numbers has 1 values"),
        ({"annotations": ["ZN"]}, "what cannot be read"),
        ({"id": 7}, "protein 7: id is a int; allowed: text"),
        ({"sequence": ["M", "K"]}, "sequence is a list"),
        ({"cb": POINTS}, "it has cb without ca"),
        ({"residue_numbers": ("1",)}, "residue_numbers has 1 values"),
        ({"annotations": (Annotation("x", "ZN", (3,)),)}, "an annotation outside the sequence"),
        ({"annotations": (Annotation("x", "ZN", (-1,)),)}, "an annotation outside the sequence"),
        ({"chain_starts": (0,)}, r"chains that begin at \[0\]; allowed: ascending, 1 to 2"),
        ({"chain_starts": (3,)}, r"chains that begin at \[3\]"),
        ({"chain_starts": (2, 1)}, r"chains that begin at \[2, 1\]"),
        ({"chain_starts": (1, 1)}, r"chains that begin at \[1, 1\]"),
        ({"chain_starts": (1.5,)}, "what cannot be read"),
        ({"chain_starts": 1}, "what cannot be read"),
    ],
)
def test_what_contradicts_the_sequence_is_refused(change, message):
    with pytest.raises(DatasetError, match=message):
        Protein(**({"id": "a", "sequence": "MKT"} | change))


@pytest.mark.parametrize("values", [[False, True, True], (0, 1, 1), np.array([0.0, 1.0, 1.0]) > 0, ["0", "1", "1"]])
def test_one_value_a_residue_becomes_a_track(values):
    assert Protein(id="a", sequence="MKT", tracks={"site": values}).tracks == {"site": "011"}


def test_what_numbers_can_be_read_from_becomes_positions():
    given = [[0, 1, 2], [3, 4, 5], [6, np.nan, 8]]
    protein = Protein(id="a", sequence="MKT", ca=given, cb=np.array(given, np.float64), residue_numbers=[1, "1A", 2])
    assert (protein.ca.dtype, protein.cb.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(protein.ca, np.array(given, np.float32))
    assert protein.residue_numbers == ("1", "1A", "2")
    assert Protein(id="a", sequence="MKT", annotations=[Annotation("x", "ZN", [0, 2])]).annotations == (
        Annotation("x", "ZN", (0, 2)),
    )


def test_ca_may_stand_alone():
    assert Protein(id="a", sequence="MKT", ca=POINTS).cb is None


def test_a_protein_cannot_be_changed():
    tracks = {"dssp": "HEE"}
    protein = Protein(id="a", sequence="MKT", tracks=tracks)
    tracks["dssp"] = "CCC"
    assert protein.tracks["dssp"] == "HEE"
    with pytest.raises(TypeError):
        protein.tracks["dssp"] = "CCC"
    with pytest.raises(AttributeError):
        protein.sequence = "M"


def test_a_protein_is_pickled_and_copied():
    for again in (pickle.loads(pickle.dumps(full())), copy.deepcopy(full())):
        assert again.tracks == full().tracks
        for each in dataclasses.fields(Protein):
            if each.name != "tracks":
                np.testing.assert_array_equal(getattr(again, each.name), getattr(full(), each.name))


def test_cutting_takes_the_first_residues_of_everything():
    cut = full().cut(2)
    assert (cut.id, cut.sequence, cut.residue_numbers, cut.cluster) == ("1ABC.A", "MK", ("1", "1A"), "1XYZ.B")
    assert dict(cut.tracks) == {"dssp": "HE", "binding_site": "01"}
    np.testing.assert_array_equal(cut.ca, [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(cut.cb, [[9, 10, 11], [12, 13, 14]])
    assert cut.annotations == (Annotation("binding_site", "ZN", (1,)), Annotation("binding_site", "HEM", (0,)))
    assert full().cut(1).annotations == (Annotation("binding_site", "HEM", (0,)),)


def test_cutting_a_short_protein_gives_itself():
    protein = full()
    assert protein.cut(3) is protein
    assert protein.cut(500) is protein


@given(st.data())
def test_binary_tracks_equal_a_plain_loop(data):
    length = data.draw(st.integers(1, 30))
    positions = st.lists(st.integers(0, length - 1))
    positives, unknown = data.draw(positions), data.draw(positions)
    expected = ["1" if i in positives else "?" if i in unknown else "0" for i in range(length)]
    track = binary_track(length, positives, unknown=unknown)
    assert track == "".join(expected)
    assert [symbol.decode() for symbol in track_symbols(track)] == expected


def test_a_position_outside_the_track_is_a_defect():
    with pytest.raises(IndexError):
        binary_track(3, [3])


def test_resolved_points():
    points = np.array([[1.0, 2, 3], [np.inf, 0, 0]])
    kept = resolved_points(points, np.array([True, False]))
    assert kept.dtype == np.float32
    np.testing.assert_array_equal(kept, [[1, 2, 3], [np.nan] * 3])
    for bad in (np.inf, -1e7):
        with pytest.raises(DatasetError, match="up to 1000000 angstrom"):
            resolved_points(np.array([[0.0, bad, 0]]), None)


def test_chains_of_one_protein_are_told_apart_and_stay_where_they_are():
    one = Protein(id="one", sequence="MKTAYI", chain_starts=np.array([2, 5]))
    assert one.chain_starts == (2, 5)
    assert one.chain_lengths == (2, 3, 1)
    assert one.chain_numbers.tolist() == [0, 0, 1, 1, 1, 2]
    assert repr(one) == "Protein('one': 6 residues in 3 chains, MKTAYI; no labels)"
    assert [one.cut(length).chain_starts for length in (6, 5, 3, 2)] == [(2, 5), (2,), (2,), ()]
    assert [one.part(*ends).chain_starts for ends in ((1, 6), (2, 6), (3, 5))] == [(1, 4), (3,), ()]
    assert pickle.loads(pickle.dumps(one)).chain_starts == copy.deepcopy(one).chain_starts == (2, 5)
    assert full().chain_numbers.tolist() == [0, 0, 0]
    assert full().chain_lengths == (3,)
