import json

import pytest

from protlens.data.protein import Protein
from protlens.data.splits import PARTS, Split, split_by_cluster
from protlens.errors import DatasetError, OptionError


def proteins(clusters: list[str]) -> list[Protein]:
    return [
        Protein(id=f"p{number}", sequence="ACDEFGHIKL"[: 1 + number % 10], cluster=cluster)
        for number, cluster in enumerate(clusters)
    ]


def test_relatives_stay_together_and_everyone_stands_somewhere():
    found = proteins([f"c{number % 37}" for number in range(200)])
    split = split_by_cluster(found, seed=3)
    assert sorted([*split.train, *split.validation, *split.test]) == list(range(200))
    names = [{found[i].cluster for i in getattr(split, part)} for part in PARTS]
    assert [len(part) for part in names] == [22, 8, 7]
    assert sum(map(len, names)) == len(set.union(*names)) == 37


def test_the_seed_alone_decides():
    found = proteins([f"c{number}" for number in range(50)])
    one, two, other = (split_by_cluster(found, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one.test != other.test
    backwards = split_by_cluster(found[::-1], seed=1)
    assert {backwards.ids[i] for i in backwards.test} == {one.ids[i] for i in one.test}


def test_three_clusters_fill_three_parts():
    split = split_by_cluster(proteins(["a", "b", "c", "a"]), seed=0, fractions=(0.98, 0.01, 0.01))
    assert sorted(len(getattr(split, part)) for part in PARTS) == [1, 1, 2]


def test_unknown_clusters_are_those_of_the_same_sequence():
    found = proteins([""] * 30)
    split = split_by_cluster(found, seed=0)
    part_of = {found[i].sequence: part for part in PARTS for i in getattr(split, part)}
    assert all(part_of[found[i].sequence] == part for part in PARTS for i in getattr(split, part))
    assert split.record()["without_cluster"] == 30


def test_the_record_is_json_and_complete():
    found = proteins([f"c{number // 2}" for number in range(40)])
    record = json.loads(json.dumps(split_by_cluster(found, seed=9).record()))
    assert record["seed"] == 9
    assert record["proteins"] == {"train": 24, "validation": 8, "test": 8}
    assert record["clusters"] == {"train": 12, "validation": 4, "test": 4}
    assert record["clusters_in_two_parts"] == 0
    assert sorted(member["id"] for part in record["members"].values() for member in part) == sorted(
        protein.id for protein in found
    )


def test_an_overlap_is_refused():
    with pytest.raises(DatasetError, match="cluster 'b' stands in train and in test"):
        Split((0, 1), (2,), (3,), ("a", "b", "c", "b"), ("p", "q", "r", "s"), 0)


@pytest.mark.parametrize("fractions", [(1.0, 0.0, 0.0), (0.5, 0.2, 0.2), (1.2, -0.1, -0.1)])
def test_fractions_are_shares(fractions):
    with pytest.raises(OptionError, match="three above 0, 1 together"):
        split_by_cluster(proteins(["a", "b", "c"]), seed=0, fractions=fractions)


def test_two_clusters_are_too_few():
    with pytest.raises(DatasetError, match="3 proteins in 2 clusters; allowed: three clusters or more"):
        split_by_cluster(proteins(["a", "b", "a"]), seed=0)
