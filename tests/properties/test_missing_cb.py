"""Proteins of CA alone: their contacts are unknown until they are asked for between CA, and every command says so."""

import numpy as np
import pytest

from protlens.data.dataset import Dataset
from protlens.data.formats.proteinnet import read_proteinnet
from protlens.data.protein import Protein, resolved_points
from protlens.data.structures.chains import read_structure
from protlens.errors import OptionError
from protlens.properties.pair import Contact, lacks_cb
from protlens.properties.selection import resolve_properties, select_properties

POINTS = np.arange(30, dtype=np.float32).reshape(10, 3)


def of_glycines_alone() -> Protein:
    cb = np.full((10, 3), np.nan, np.float32)
    cb[[0, 9]] = POINTS[[0, 9]]
    return Protein(id="x", sequence="GAAAAAAAAG", ca=POINTS, cb=cb)


def test_cb_of_glycines_alone_tell_no_contacts():
    protein = of_glycines_alone()
    assert Contact().mask(protein) is None
    assert Contact(atom="CA").mask(protein).known.sum() == 20
    assert lacks_cb([protein])


def test_a_protein_with_some_cb_is_measured_where_they_are():
    cb = POINTS.copy()
    cb[3] = np.nan
    protein = Protein(id="x", sequence="G" + "A" * 9, ca=POINTS, cb=cb)
    assert not lacks_cb([protein])
    assert Contact().mask(protein).known.sum() == 20 - 2


def test_the_refusal_names_the_option():
    dataset = Dataset("mine", [of_glycines_alone()])
    with pytest.raises(OptionError, match="contact_atom='CA'"):
        select_properties(dataset, ["contact"])
    assert resolve_properties(dataset, ["contact"], contact_atom="CA") == [Contact(atom="CA")]


def test_a_record_of_proteinnet_has_contacts_between_ca(data_files):
    dataset = Dataset("p", read_proteinnet(data_files / "proteinnet_ca.txt"))
    assert lacks_cb(dataset)
    assert Contact(atom="CA").mask(dataset[0]).known.any()


def test_a_structure_of_ca_alone_has_the_contacts_that_are_counted_on_its_file(data_files):
    """116 of 1,640 ordered pairs of crambin, by NumPy on the columns of the file."""
    (protein,) = read_structure(data_files / "structures/flavours/ca.pdb.gz")
    assert Contact().mask(protein) is None
    mask = Contact(atom="CA").mask(protein)
    assert (mask.known.sum(), mask.holds.sum()) == (1640, 116)


def test_zeros_of_several_residues_are_no_coordinates():
    points = np.arange(12, dtype=np.float64).reshape(4, 3)
    points[[1, 3]] = 0
    assert np.isnan(resolved_points(points, None)).any(axis=1).tolist() == [False, True, False, True]
