import gzip

import pytest

from protlens.data.formats.labels import add_labels
from protlens.data.protein import Protein
from protlens.errors import FileFormatError

HEADER = "id\tposition\tlabel\n"


@pytest.fixture
def proteins():
    return [
        Protein(id="a", sequence="MKTAY"),
        Protein(id="b", sequence="GG", tracks={"active": "01"}),
        Protein(id="c", sequence="WWW"),
    ]


def write(tmp_path, rows, header=HEADER):
    path = tmp_path / "labels.tsv"
    path.write_text(header + rows)
    return path


def test_each_label_is_a_track_of_the_proteins_that_have_rows_for_it(tmp_path, proteins):
    table = write(tmp_path, "a\t1\tlid\nc\t\tlid\n\na\t5\tlid\na\t1\tlid\na\t2\tloop: big\n")
    a, b, c = add_labels(proteins, table)
    assert dict(a.tracks) == {"lid": "10001", "loop: big": "01000"}
    assert dict(b.tracks) == {"active": "01"}
    assert dict(c.tracks) == {"lid": "000"}


def test_rows_may_name_accessions_as_uniprot_does(tmp_path):
    protein = Protein(id="P01308", sequence="MKTAY")
    table = write(tmp_path, "sp|P01308|INS_HUMAN\t1\tlid\nP01308\t2\tlid\n")
    assert dict(add_labels([protein], table)[0].tracks) == {"lid": "11000"}


def test_windows_line_ends_and_gzip(tmp_path, proteins):
    path = tmp_path / "labels.tsv.gz"
    path.write_bytes(gzip.compress(b"id\tposition\tlabel\r\na\t2\tlid\r\n"))
    assert add_labels(proteins, path)[0].tracks["lid"] == "01000"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a\t1\tlid\nd\t1\tlid\n", "line 3: id 'd' is not among the sequences"),
        ("a\t6\tlid\n", "line 2: position 6 of 'a'; allowed: 1 to 5"),
        ("a\t0\tlid\n", "line 2: position 0 of 'a'; allowed: 1 to 5"),
        ("a\t-1\tlid\n", "line 2: position '-1'; allowed: a whole number"),
        ("a\t1.5\tlid\n", "position '1.5'"),
        ("a\t²\tlid\n", "position '²'"),
        ("a\t" + "9" * 5000 + "\tlid\n", "allowed: 1 to 5"),
        ("\n\n\na\tx\tlid\n", "line 5: position 'x'"),
        ("a\t1\n", "2 columns; allowed: three"),
        ("a\t1\tlid\tmore\n", "4 columns"),
        ("a\t1\t\n", "label ''"),
        ("\t1\tlid\n", "id ''"),
        ("a\t1\tdssp\n", "label 'dssp'; allowed: an id, and a label other than dssp and ss3"),
        ("b\t1\tactive\n", "'b' has a track 'active' already"),
        ("", "no rows"),
    ],
)
def test_bad_rows_are_named_by_file_and_line(tmp_path, proteins, rows, message):
    table = write(tmp_path, rows)
    with pytest.raises(FileFormatError) as caught:
        add_labels(proteins, table)
    assert message in str(caught.value)
    assert str(table) in str(caught.value)
    assert len(str(caught.value)) < 300 + len(str(table))


@pytest.mark.parametrize("header", ["", "id,position,label\n", "ID\tposition\tlabel\n", "a\t1\tlid\n"])
def test_a_table_without_the_header_is_refused(tmp_path, proteins, header):
    with pytest.raises(FileFormatError, match="allowed: id, position, label"):
        add_labels(proteins, write(tmp_path, "a\t1\tlid\n" if header else "", header))
