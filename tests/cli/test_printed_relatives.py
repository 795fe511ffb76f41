import polars as pl
import pytest

from protlens.cli.printed_relatives import describe_copies, describe_relatives
from protlens.data.copies import Copy


def table(**columns):
    return pl.DataFrame(columns)


def test_families_and_what_they_do_to_effective_proteins():
    proteins = table(residues=[100, 100, 100, 100, 0], cluster=list("aabcd"), cluster_method=["words"] * 5)
    assert describe_relatives(proteins) == [
        "4 proteins in 3 families (words): their residues count as 4 effective proteins, as 3 if a family counts once"
    ]


def test_each_way_of_knowing_is_named_once():
    proteins = table(residues=[9, 9, 9], cluster=list("abc"), cluster_method=["given", "words", "given"])
    assert describe_relatives(proteins) == ["3 proteins in 3 families (given and words): no relatives"]


@pytest.mark.parametrize(
    "proteins",
    [table(residues=[9, 9]), table(residues=[0], cluster=["a"], cluster_method=["given"])],
    ids=["older run", "nothing analysed"],
)
def test_nothing_is_said_where_nothing_is_known(proteins):
    assert describe_relatives(proteins) == []


def test_copies_are_listed_beside_the_chain_that_stands_for_them():
    copies = [Copy(f"1ABC.{name}", "1ABC.A", 1.0) for name in "BCDEFGHIJKL"] + [Copy("2XYZ.B", "2XYZ.A", 0.9712)]
    lines = describe_copies(copies)
    assert len(lines) == 2
    assert lines[0].startswith("left out beside 1ABC.A: 1ABC.B (identical), 1ABC.C (identical), ")
    assert lines[0].endswith(" and 3 more")
    assert lines[1] == "left out beside 2XYZ.A: 2XYZ.B (97 % identical)"
