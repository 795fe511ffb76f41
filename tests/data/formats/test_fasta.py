import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.data.formats import fasta
from protlens.data.formats.fasta import parse_records, read_fasta, read_records
from protlens.errors import FileFormatError, LeftOutWarning


def write(tmp_path, text, name="a.fasta"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["a.fasta", "a.fasta.gz"])
def test_records_as_they_are_found_in_the_wild(tmp_path, name):
    text = "\n>sp|P1|X_HUMAN some words OS=Homo\r\nmktay\r\n  iak \r\n\r\nqr*\r\n>2\nUOBX\n"
    proteins = read_fasta(write(tmp_path, text, name))
    assert [(p.id, p.sequence) for p in proteins] == [("P1", "MKTAYIAKQR"), ("2", "UOBX")]
    assert all(not p.tracks and p.ca is None for p in proteins)


def test_real_file_equals_a_plain_regular_expression(data_files):
    path = data_files / "uniprot_sites.fasta"
    expected = re.findall(r">(\S+)\n([A-Z]+)\n", path.read_text())
    assert len(expected) == 6
    assert [(p.id, p.sequence) for p in read_fasta(path)] == expected


@given(
    st.dictionaries(st.text("abcXYZ019|_.", min_size=1), st.text("ACDEFGHIKLMNPQRSTVWYBZXUO", min_size=1), min_size=1),
    st.integers(1, 20),
)
def test_what_is_written_is_read(tmp_path_factory, sequences, width):
    lines = []
    for name, sequence in sequences.items():
        lines += [f">{name} words", *(sequence[i : i + width] for i in range(0, len(sequence), width))]
    path = write(tmp_path_factory.mktemp("fasta"), "\n".join(lines))
    assert {p.id: p.sequence for p in read_fasta(path)} == sequences


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no records"),
        ("\n\n", "no records"),
        ("MKTA\n", "before the first header"),
        (">a\n>b\nMK\n", "line 1: a record without sequence"),
        (">a\nMK\n>b\n\n", "line 3: a record without sequence"),
        (">a\n*\n", "a record without sequence"),
        (">\nMK\n", "a record without id"),
        (">a x\nMK\n>a y\nMK\n", "line 3: id 'a' stands twice"),
        (">a\nMK-TA\n", "remove the gaps"),
        (">a\nMK.TA\n", "remove the gaps"),
        (">a\nMK*TA\n", r"line 1: record 'a' has a stop, '\*', as letter 3"),
        (">a\nMKÅ\n", "allowed: letters A to Z"),
        (">a\nMK1\n", "holds '1'"),
        (">a\nATGGCCTGACCATGGAAACGGN\n", "'a' holds nothing but nucleotides, A C G N T; allowed: protein.*translate"),
        (">a\nauggccugaccauggaaacgg\n", "nothing but nucleotides, A C G U"),
        (">a\nMK\n>sp|a|A_HUMAN\nMK\n", "line 3: id 'a' stands twice"),
    ],
)
def test_bad_files_are_one_clear_line(tmp_path, text, message):
    path = write(tmp_path, text)
    with pytest.raises(FileFormatError, match=message) as caught:
        read_fasta(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_endless_sequence_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(fasta, "MAX_RESIDUES", 100)
    assert len(next(read_records(write(tmp_path, ">a\n" + "M\n" * 100))).body) == 100
    with pytest.raises(FileFormatError, match="up to 100 letters"):
        read_fasta(write(tmp_path, ">a\n" + "M\n" * 101))


def test_what_is_made_of_three_amino_acids_is_a_protein(tmp_path):
    path = write(tmp_path, f">antifreeze\n{'AAT' * 20}\n>peptide\nCAT\n>loop\n{'GATTACA' * 2}\n")
    assert [len(p) for p in read_fasta(path)] == [60, 3, 14]


def test_records_with_a_stop_inside_are_left_out_and_told(tmp_path):
    path = write(tmp_path, ">a\nMKT**\n>b x\nMK*TA*\n>c\n*MK\n>d\nGG\n")
    with pytest.warns(LeftOutWarning) as told:
        assert [(p.id, p.sequence) for p in read_fasta(path)] == [("a", "MKT"), ("d", "GG")]
    assert [str(note.message) for note in told] == [
        f"left out {path}, line 3: record 'b' has a stop, '*', as letter 3",
        f"left out {path}, line 5: record 'c' has a stop, '*', as letter 1",
    ]


def test_headers_in_latin_1(tmp_path):
    path = tmp_path / "old.fasta"
    path.write_bytes(">a \u00c5ngstr\u00f6m \u2013 old\nMKT\n>b \u00e9\nGG\n".encode("cp1252"))
    assert [record.header for record in read_records(path)] == ["a \u00c5ngstr\u00f6m \u2013 old", "b \u00e9"]
    assert [p.id for p in read_fasta(path)] == ["a", "b"]


def test_labels_become_tracks(tmp_path):
    sequences = write(tmp_path, ">a\nMKTA\n>b\nMK\n")
    labels = write(tmp_path, "id\tposition\tlabel\na\t4\tactive\n", "labels.tsv")
    first, second = read_fasta(sequences, labels=labels)
    assert dict(first.tracks) == {"active": "0001"}
    assert dict(second.tracks) == {}


def test_text_is_parsed_as_a_file_is():
    text = ">a b\nMK\nTA\n>c\nGG"
    records = list(parse_records(enumerate(text.splitlines(), 1), name="typed"))
    assert [(record.id, record.header, record.body) for record in records] == [("a", "a b", "MKTA"), ("c", "c", "GG")]
    assert [record.where for record in records] == ["typed, line 1", "typed, line 4"]
    with pytest.raises(FileFormatError, match=r"^FASTA file typed: no records"):
        list(parse_records([], name="typed"))
