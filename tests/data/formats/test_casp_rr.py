from io import StringIO

import numpy as np
import pytest

from protlens.data.formats.casp_rr import read_rr, write_rr
from protlens.errors import FileFormatError
from protlens.pairs.residue_pairs import all_pairs

EXPECTED = f"""PFRMAT RR
TARGET my_protein
AUTHOR protlens
METHOD logistic regression over attention
MODEL 1
{"ACDEFGHIKLMNPQRSTVWY" * 2}ACDEFGHIKL
MNPQRSTVWY
2 60 0 8 0.900000
1 7 0 8 0.250000
3 30 0 8 0.250000
END
"""


def test_the_file_is_as_the_format_says(tmp_path):
    write_rr(
        tmp_path / "a.rr",
        "ACDEFGHIKLMNPQRSTVWY" * 3,
        np.array([[0, 6], [1, 59], [2, 29]]),
        np.array([0.25, 0.9, 0.25], np.float32),
        target="my protein",
        method="logistic regression\nover attention",
    )
    assert (tmp_path / "a.rr").read_text() == EXPECTED
    assert [file.name for file in tmp_path.iterdir()] == ["a.rr"]


def test_no_pairs_leave_an_empty_prediction(tmp_path):
    write_rr(tmp_path / "a.rr", "MK", np.empty((0, 2), np.int64), np.empty(0), target="t", method="m")
    assert (tmp_path / "a.rr").read_text().endswith("MODEL 1\nMK\nEND\n")


def test_what_is_written_is_read(tmp_path):
    sequence, pairs = "ACDEFGHIKLMNPQRSTVWY" * 3, np.array([[0, 6], [1, 59], [2, 29]])
    write_rr(tmp_path / "a.rr", sequence, pairs, np.array([0.25, 0.9, 0.125]), target="my protein", method="regression")
    read = read_rr(tmp_path / "a.rr")
    assert (read.target, read.sequence) == ("my_protein", sequence)
    assert dict(zip(map(tuple, read.pairs.tolist()), read.probabilities.tolist(), strict=True)) == {
        (1, 59): 0.9, (0, 6): 0.25, (2, 29): 0.125,
    }  # fmt: skip


@pytest.mark.parametrize(
    "row", ["1 9 0 8 0.7", "9 1 0 8 0.7", "1 9 0.7", "1 9 0.7 0.0 0.0 0.1 0.2 0.2 0.1 0.1 0.1 0.1 0.1"]
)
def test_rows_of_all_rounds_are_read(row):
    read = read_rr(StringIO(f"PFRMAT RR\nTARGET T1\nMODEL 1\nMKTAY\nIAKQR\n{row}\nEND\n1 2 0 8 junk\n"))
    assert (read.target, read.sequence) == ("T1", "MKTAYIAKQR")
    assert read.pairs.tolist() == [[0, 8]]
    assert read.probabilities.tolist() == [0.7]


def test_a_file_without_a_head_is_called_as_it_is(tmp_path):
    (tmp_path / "1ABC.A.rr").write_text("1 9 0 8 0.7\n")
    read = read_rr(tmp_path / "1ABC.A.rr")
    assert (read.target, read.sequence) == ("1ABC.A", "")


@pytest.mark.parametrize(
    "rows",
    ["0 9 0 8 0.7", "3 3 0 8 0.7", "1 99 0 8 0.7", "1 9 0 8 nan", "1 9 0 8 x", "1 9 0 8", "1 9 0 8 .5\n9 1 0 8 .5",
     "1 x 0 8 0.7", "1 9 0 8 .5\nMKTA", "{}"],
)  # fmt: skip
def test_what_is_no_prediction_is_refused(rows):
    with pytest.raises(FileFormatError, match=r"RR file .*allowed: two residues"):
        read_rr(StringIO(f"PFRMAT RR\nMODEL 1\nMKTAYIAKQR\n{rows}\nEND\n"))


@pytest.mark.filterwarnings("ignore")
def test_conkit_reads_what_is_written(tmp_path):
    io = pytest.importorskip("conkit.io")
    rng = np.random.default_rng(0)
    sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 130))
    chosen = all_pairs(130).take(np.sort(rng.choice(len(all_pairs(130)), 300, replace=False)))
    pairs = np.column_stack([chosen.first, chosen.second])
    probabilities = rng.permutation(np.arange(1, 301) / 301)
    write_rr(tmp_path / "a.rr", sequence, pairs, probabilities, target="T0", method="logistic regression")
    read = io.read(str(tmp_path / "a.rr"), "casprr").top_map
    theirs = {(one.res1_seq - 1, one.res2_seq - 1): one.raw_score for one in read}
    ours = dict(zip(map(tuple, pairs.tolist()), probabilities.tolist(), strict=True))
    assert theirs.keys() == ours.keys()
    assert max(abs(theirs[pair] - ours[pair]) for pair in ours) < 1e-6
    assert read.sequence.seq == sequence
    assert [(one.res1, one.res2) for one in read][:5] == [
        (sequence[one.res1_seq - 1], sequence[one.res2_seq - 1]) for one in read
    ][:5]
    ranked = sorted(ours, key=ours.get, reverse=True)
    read.sort("raw_score", reverse=True, inplace=True)
    assert [(one.res1_seq - 1, one.res2_seq - 1) for one in read] == ranked


@pytest.mark.filterwarnings("ignore")
def test_what_conkit_writes_is_read(tmp_path):
    io = pytest.importorskip("conkit.io")
    core = pytest.importorskip("conkit.core")
    contacts, sequences = core.ContactMap("map"), core.Sequence("T1", "MKTAYIAKQRQISFVKSH")
    for first, second, score in ((1, 9, 0.7), (3, 17, 0.2)):
        contacts.add(core.Contact(first, second, score))
    contacts.sequence = sequences
    contacts.set_sequence_register()
    whole = core.ContactFile("file")
    whole.add(contacts)
    whole.target = "T1"
    io.write(str(tmp_path / "b.rr"), "casprr", whole)
    read = read_rr(tmp_path / "b.rr")
    assert (read.target, read.sequence) == ("T1", "MKTAYIAKQRQISFVKSH")
    assert read.pairs.tolist() == [[0, 8], [2, 16]]
    assert read.probabilities.tolist() == pytest.approx([0.7, 0.2], abs=1e-6)
