import numpy as np

from protlens.data.formats.casp_rr import write_rr

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
