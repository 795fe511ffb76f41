import numpy as np

from protlens.data.protein import Protein
from protlens.properties.residue import AminoAcid, TrackProperty


def test_track_property_keeps_unknown_apart_from_no():
    mask = TrackProperty("secondary_structure:helix", "dssp", "HGI").mask(
        Protein(id="p", sequence="ACDEF", tracks={"dssp": "HG?EC"})
    )
    np.testing.assert_array_equal(mask.holds, [True, True, False, False, False])
    np.testing.assert_array_equal(mask.known, [True, True, False, True, True])


def test_protein_without_the_track_takes_no_part():
    assert TrackProperty("binding_site", "binding_site").mask(Protein(id="p", sequence="ACD")) is None


def test_amino_acid_is_unknown_at_ambiguous_letters_only():
    mask = AminoAcid("C").mask(Protein(id="p", sequence="CXBZJUOA"))
    np.testing.assert_array_equal(mask.holds, [True] + [False] * 7)
    np.testing.assert_array_equal(mask.known, [True, False, False, False, False, True, True, True])
    assert AminoAcid("C").name == "amino_acid:C"
