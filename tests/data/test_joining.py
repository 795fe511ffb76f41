import itertools
from dataclasses import replace

import numpy as np
import pytest

from protlens.data.build import build_dataset
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.protein import Annotation, Protein
from protlens.data.splits import split_by_cluster
from protlens.data.structures.chains import read_structure
from protlens.errors import DatasetError, OptionError

A = Protein(
    id="1ABC.A",
    sequence="MKT",
    tracks={"dssp": "HE?", "site": "010"},
    ca=np.arange(9).reshape(3, 3),
    cb=np.arange(9, 18).reshape(3, 3),
    residue_numbers=("1", "1A", ""),
    chain="A",
    cluster="x",
    annotations=(Annotation("site", "ZN", (1,)),),
    title="One",
    organism="Homo sapiens",
)
B = Protein(
    id="1ABC.B",
    sequence="GSHM",
    tracks={"dssp": "CCCC"},
    ca=np.ones((4, 3)),
    chain="B",
    cluster="y",
    annotations=(Annotation("site", "MG", (0, 3)),),
    title="Other",
    organism="Homo sapiens",
)
BARE = Protein(id="1ABC.C", sequence="WY", chain="C")


def test_chains_of_an_entry_become_one_protein_with_all_that_is_known():
    (one,) = join_chains(Dataset("one", [A, B, BARE]))
    assert (one.id, one.sequence, one.chain) == ("1ABC.A+B+C", "MKTGSHMWY", "A+B+C")
    assert one.chain_starts == (3, 7)
    assert dict(one.tracks) == {"dssp": "HE?CCCC??", "site": "010??????"}
    assert one.residue_numbers == ("1", "1A", *[""] * 7)
    assert one.annotations == (Annotation("site", "ZN", (1,)), Annotation("site", "MG", (3, 6)))
    np.testing.assert_array_equal(one.ca[:7], np.concatenate([A.ca, B.ca]))
    np.testing.assert_array_equal(one.cb[:3], A.cb)
    assert np.isnan(one.ca[7:]).all()
    assert np.isnan(one.cb[3:]).all()
    assert (one.title, one.organism) == ("One / Other", "Homo sapiens")


def test_what_no_chain_has_the_protein_does_not_have():
    (one,) = join_chains(Dataset("bare", [BARE, replace(BARE, id="1ABC.D", chain="D")]))
    assert (one.ca, one.cb, one.residue_numbers, one.annotations, one.title, one.cluster) == (
        None,
        None,
        (),
        (),
        "",
        "",
    )


def test_each_part_of_it_is_the_chain_that_it_came_from():
    (one,) = join_chains(Dataset("one", [A, B]))
    for chain, ends in ((A, (0, 3)), (B, (3, 7))):
        part = one.part(*ends)
        assert (part.sequence, part.annotations, part.chain_starts) == (chain.sequence, chain.annotations, ())
        assert part.ca.tolist() == chain.ca.tolist()


@pytest.mark.parametrize(
    ("ids", "chains", "joined"),
    [
        (["1ABC.A", "2XYZ.A", "1ABC.B"], ["A", "A", "B"], ["1ABC.A+B", "2XYZ.A"]),
        (["1ABC.A", "1ABC.A-2"], ["A", "A-2"], ["1ABC.A+A-2"]),
        (["my.model.A", "my.model.B"], ["A", "B"], ["my.model.A+B"]),
        (["1ABC.A", "1ABC.B"], ["", ""], ["1ABC.A+B"]),
        (["P01308.1", "P01308.2"], ["", ""], ["P01308.1", "P01308.2"]),
        (["one", "two"], ["A", "B"], ["one", "two"]),
        (["1ABC.A", "1ABC"], ["A", ""], ["1ABC.A", "1ABC"]),
    ],
)
def test_an_entry_is_what_stands_before_the_name_of_the_chain(ids, chains, joined):
    given = [Protein(id=name, sequence="MKT", chain=chain) for name, chain in zip(ids, chains, strict=True)]
    assert join_chains(Dataset("some", given)).ids == joined


def test_entries_that_are_too_long_stay_apart():
    other = [replace(one, id=one.id.replace("1ABC", "2XYZ")) for one in (A, BARE)]
    given = Dataset("some", [A, B, *other])
    assert join_chains(given, max_length=7).ids == ["1ABC.A+B", "2XYZ.A+C"]
    assert join_chains(given, max_length=6).ids == ["1ABC.A", "1ABC.B", "2XYZ.A+C"]
    assert join_chains(given, max_length=4) is given
    assert join_chains(given, max_length=27, linker=20).ids == ["1ABC.A+B", "2XYZ.A+C"]
    assert join_chains(given, max_length=27, linker=21).ids == ["1ABC.A", "1ABC.B", "2XYZ.A+C"]
    with pytest.raises(OptionError, match="linker -1; allowed: 0 or more"):
        join_chains(given, linker=-1)
    with pytest.raises(OptionError, match="max_length 0; allowed: 1 or more"):
        join_chains(given, max_length=0)


def test_joined_proteins_are_joined_again_and_a_name_that_is_there_is_refused():
    twice = join_chains(Dataset("some", [*join_chains(Dataset("some", [A, B])), BARE]))
    assert (twice.ids, twice[0].chain_starts) == (["1ABC.A+B+C"], (3, 7))
    with pytest.raises(DatasetError, match=r"'1ABC.A\+B' stands more than once"):
        join_chains(Dataset("some", [A, B, Protein(id="1ABC.A+B", sequence="MKT", chain="Z")]))


def test_clusters_that_an_entry_brings_together_become_one_for_all():
    chains = [("1ABC", "x"), ("1ABC", "y"), ("2XYZ", "y"), ("2XYZ", "z"), ("3AAA", "z"), ("4BBB", "w"), ("5CCC", "")]
    given = [
        Protein(id=f"{entry}.{number}", sequence="MKT", chain=str(number), cluster=cluster)
        for number, (entry, cluster) in enumerate(chains)
    ]
    joined = join_chains(Dataset("some", given))
    assert dict(zip(joined.ids, joined.clusters, strict=True)) == {
        "1ABC.0+1": "x+y+z",
        "2XYZ.2+3": "x+y+z",
        "3AAA.4": "x+y+z",
        "4BBB.5": "w",
        "5CCC.6": "",
    }
    split = split_by_cluster(list(joined), seed=0)
    assert any({0, 1, 2} <= set(part) for part in (split.train, split.validation, split.test))


def test_chains_of_a_structure_are_read_together(data_files):
    path = data_files / "structures" / "7hvp.pdb.gz"
    chains = read_structure(path)
    (dimer,) = join_chains(Dataset("protease", chains))
    assert (dimer.id, dimer.chain_lengths) == ("7HVP.A+B", (99, 99))
    np.testing.assert_array_equal(dimer.cb, np.concatenate([chain.cb for chain in chains]))
    built, _ = build_dataset(path, name="protease", unique=False)
    assert join_chains(built)[0].tracks == dimer.tracks


def test_bundled_chains_are_all_there_once_they_are_joined():
    given = load_dataset("pdb-mini")
    joined = join_chains(given)
    assert (len(given), len(joined)) == (302, 268)
    assert sum(joined.lengths) == sum(given.lengths)
    several = [one for one in joined if one.chain_starts]
    assert sum(len(one.chain_lengths) for one in several) == 302 - 268 + len(several)
    for one in several:
        entry, names = one.id[:4], one.chain.split("+")
        ends = [0, *one.chain_starts, len(one)]
        parts = [one.sequence[start:stop] for start, stop in itertools.pairwise(ends)]
        assert parts == [given[f"{entry}.{name}"].sequence for name in names]
