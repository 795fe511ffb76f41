import gzip

import pytest

from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError
from protlens.explorer import added_files as module
from protlens.explorer.added_files import RESIDUES, SEQUENCES, read_sequences, read_structure_file


def second(names):
    return [f"{name} (2)" for name in names]


def read(text, name="typed"):
    return [(protein.id, protein.sequence) for protein in read_sequences(text, name=name, name_freely=list)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mktay\n iak qr*\n", [("typed", "MKTAYIAKQR")]),
        (">a first\nMK\nTA\n\n>b\nGG", [("a", "MKTA"), ("b", "GG")]),
        ("\n\n  \n>a\nMK", [("a", "MK")]),
        ("XUBZO", [("typed", "XUBZO")]),
        ("M", [("typed", "M")]),
    ],
)
def test_fasta_and_bare_letters(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("my  protein", "my protein"),
        ("", "sequence"),
        (" \n ", "sequence"),
        ("a\n>b\nMK", "a >b MK"),
        ("<script>'\"/", "<script>'\"/"),
        ("y" * 10_000, "y" * 10_000),
    ],
)
def test_bare_letters_are_called_as_asked(name, expected):
    assert read("MKTA", name=name) == [(expected, "MKTA")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "without sequence"),
        ("   \n", "without sequence"),
        ("MKT-A", "remove the gaps"),
        ("MK1A", "holds '1'"),
        (">a\n>b\nMK", "without sequence"),
        (">a\nMK\n>a\nMK", "stands twice"),
        ("MK\n>b\n", "without sequence"),
        ("<html><body>", "letters A to Z"),
        ("".join(f">s{i}\nMK\n" for i in range(SEQUENCES + 1)), f"more than {SEQUENCES} sequences; hand over fewer"),
    ],
)
def test_bad_text_is_one_short_line(text, message):
    with pytest.raises(FileFormatError, match=message) as caught:
        read(text, name="z" * 10_000)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_as_many_sequences_as_allowed_are_taken():
    assert len(read("".join(f">s{i}\nMK\n" for i in range(SEQUENCES)))) == SEQUENCES


def test_a_long_sequence_is_cut():
    assert read("M" * (RESIDUES + 7)) == [("typed", "M" * RESIDUES)]


def test_ids_are_those_that_are_free():
    (protein,) = read_sequences("MK", name="a", name_freely=second)
    assert protein.id == "a (2)"


def test_chains_of_a_structure_come_with_what_is_drawn(data_files):
    path = data_files / "structures" / "7hvp.pdb.gz"
    proteins, structure = read_structure_file(path, name_freely=second)
    assert [protein.id for protein in proteins] == ["7HVP.A (2)", "7HVP.B (2)"]
    assert [protein.sequence for protein in proteins] == [protein.sequence for protein in read_structure(path)]
    assert list(structure.asyms) == [protein.id for protein in proteins]
    assert structure.ligands


def test_long_chains_are_cut_and_still_drawn_whole(data_files, monkeypatch):
    monkeypatch.setattr(module, "RESIDUES", 20)
    path = data_files / "structures" / "7hvp.pdb.gz"
    proteins, structure = read_structure_file(path, name_freely=list)
    assert [len(protein) for protein in proteins] == [20, 20]
    assert structure.text.count(" CA ") > 190


def test_a_file_that_is_no_structure_is_refused(tmp_path):
    (tmp_path / "x.pdb.gz").write_bytes(gzip.compress(b"nothing"))
    with pytest.raises(FileFormatError):
        read_structure_file(tmp_path / "x.pdb.gz", name_freely=list)
