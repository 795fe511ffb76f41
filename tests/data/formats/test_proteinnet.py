import gzip

import numpy as np
import pytest

from protlens.data.formats.proteinnet import read_proteinnet
from protlens.errors import FileFormatError

RECORD = """[ID]
1ABC_1_A
[PRIMARY]
MKT
[EVOLUTIONARY]
0.1\t0.2\t0.3
[SECONDARY]
LHE
[TERTIARY]
0\t100\t1\t2\t200.5\t3\t4\t0\t5
0\t-10\t1\t2\t-20\t3\t4\t0\t5
0\t1000\t1\t2\t2000\t3\t4\t0\t5
[MASK]
++-

"""


def write(tmp_path, text):
    path = tmp_path / "records.txt"
    path.write_text(text)
    return path


def test_ca_positions_are_in_angstrom_and_unresolved_residues_are_nan(tmp_path):
    (protein,) = read_proteinnet(write(tmp_path, RECORD))
    assert (protein.id, protein.sequence, dict(protein.tracks)) == ("1ABC_1_A", "MKT", {"dssp": "CHE"})
    expected = np.array([[1, -0.1, 10], [2.005, -0.2, 20], [np.nan] * 3], np.float32)
    np.testing.assert_allclose(protein.ca, expected, rtol=1e-6)
    assert protein.ca.dtype == np.float32
    assert protein.cb is None


def test_real_records_have_the_geometry_of_protein_backbones(data_files):
    """Neighbouring CA atoms are 3.8 angstrom apart, which neither N, C, CB nor another unit would give."""
    proteins = list(read_proteinnet(data_files / "proteinnet.txt.gz"))
    assert [(p.id, len(p)) for p in proteins] == [("TBM-hard#T0348", 68), ("4WVU_1_A", 98)]
    for protein in proteins:
        steps = np.linalg.norm(np.diff(protein.ca, axis=0), axis=1)
        assert np.nanmedian(steps) == pytest.approx(3.8, abs=0.06)
    text = gzip.decompress((data_files / "proteinnet.txt.gz").read_bytes()).decode()
    masks = [line for line in text.split("\n") if line and not line.strip("+-")][:2]
    assert len(masks[0]) == 68
    assert np.isnan(proteins[0].ca).all(axis=1).tolist() == [state == "-" for state in masks[0]]


def test_a_record_may_have_no_structure_and_no_empty_line_at_its_end(tmp_path):
    bare = "[ID]\n2\n[PRIMARY]\nGG\n"
    proteins = list(read_proteinnet(write(tmp_path, bare + RECORD + bare.replace("2", "3").rstrip())))
    assert [(p.id, p.ca is None) for p in proteins] == [("2", True), ("1ABC_1_A", False), ("3", True)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[PRIMARY]\nMKT\n", ""), r"section \[PRIMARY\] is missing"),
        (("[ID]\n1ABC_1_A\n", "[ID]\n"), r"section \[ID\] is missing"),
        (("\t5\n[MASK]", "\n[MASK]"), r"\[TERTIARY\] has \[9, 9, 8\] numbers for 3 residues"),
        (("[MASK]\n++-\n", ""), r"\[MASK\] has 0 of 3"),
        (("++-", "++"), r"\[MASK\] has 2 of 3"),
        (("++-", "+++1"), r"\[MASK\] has 4 of 3"),
        (("200.5", "x"), "could not convert"),
        (("200.5", "inf"), "coordinates: too large"),
        (("LHE", "LH"), "track 'dssp' has 2 values for 3 residues"),
        (("MKT", "M-T"), "letters"),
        ((RECORD, ""), "no records"),
        ((RECORD, "hello\n"), "no records"),
    ],
)
def test_damaged_records_are_named(tmp_path, change, message):
    path = write(tmp_path, "\n" + RECORD.replace(*change))
    with pytest.raises(FileFormatError, match=message) as caught:
        list(read_proteinnet(path))
    assert str(path) in str(caught.value)
