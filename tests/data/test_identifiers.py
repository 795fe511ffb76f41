from pathlib import Path

import pytest

from protlens.data.identifiers import accession, is_placeholder, is_registered, names_by_path


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sp|P01308|INS_HUMAN", "P01308"),
        ("tr|A0A024R161|A0A024R161_HUMAN", "A0A024R161"),
        ("sp|P04637-2|P53_HUMAN", "P04637-2"),
        ("sp|P01308", "sp|P01308"),
        ("gi|5524211|gb|AAD44166.1|", "gi|5524211|gb|AAD44166.1|"),
        ("sp||", "sp||"),
        ("P01308", "P01308"),
    ],
)
def test_the_accession_stands_between_the_bars(word, expected):
    assert accession(word) == expected


@pytest.mark.parametrize(
    "entry",
    ["", " ", "?", ".", "XXXX", "xxxx", "----", "0000", "1", "model", "MODEL_0", "ranked_0", "ENTRY", "structure",
     "unrelaxed_model_1_ptm_pred_0", "rank_001_alphafold2_multimer_v3_model_4_seed_000", "seed-1_sample-0", "A"],
)  # fmt: skip
def test_identifiers_that_say_nothing(entry):
    assert is_placeholder(entry)


@pytest.mark.parametrize(
    "entry", ["1CRN", "7hvp", "2024", "pdb_00001abc", "AF-P01308-F1", "T1024", "kinase_model_0", "MA-BAK-CEPC-0001"]
)
def test_identifiers_that_say_something(entry):
    assert not is_placeholder(entry)


@pytest.mark.parametrize(("entry", "registered"), [("1CRN", True), ("pdb_00001abc", True), ("AF-P01308-F1", True),
                                                   ("MODEL", False), ("T1024", False), ("0ABC", False)])  # fmt: skip
def test_identifiers_of_archives(entry, registered):
    assert is_registered(entry) == registered


def test_files_are_named_by_as_much_of_their_path_as_tells_them_apart():
    paths = ["a/x/ranked_0.pdb", "b/x/ranked_0.pdb.gz", "b/y/ranked_0.pdb", "b/y/ranked_1.pdb", "b/y/ranked_1.cif"]
    expected = ["a/x/ranked_0", "b/x/ranked_0", "y/ranked_0", "ranked_1", "ranked_1"]
    assert names_by_path([Path("/data") / path for path in paths]) == expected
    assert names_by_path([Path("one.pdb"), Path("one.pdb")]) == ["one", "one"]
    assert names_by_path([]) == []
