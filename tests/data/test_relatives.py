import pytest

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.relatives import GIVEN, RelativeSearch, find_relatives, name_relatives, relative_search

ONE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVK"
OTHER = "GSHMSLFDFFKNKGSAATATDRLKLILAKERTLNLPYMEEMRKEIIAVIQKYTKSSDIHF"
WORDS = "50 % identity, shared words"


def dataset(**proteins: tuple[str, str]) -> Dataset:
    return Dataset("made", [Protein(id=name, sequence=s, cluster=c) for name, (s, c) in proteins.items()])


@pytest.fixture(autouse=True)
def without_mmseqs(monkeypatch):
    monkeypatch.setattr("protlens.data.mmseqs.is_installed", lambda: False)


def test_the_clusters_of_the_dataset_count_and_nothing_is_searched():
    given = dataset(a=(ONE, "x"), b=(ONE, "y"), c=(OTHER, "x"))

    def never(sequences):
        raise AssertionError(sequences)

    found = find_relatives(given, search=RelativeSearch("none", never))
    assert found.clusters == ("x", "y", "x")
    assert set(found.methods) == {GIVEN}
    assert found.families == 2
    assert name_relatives(given).clusters == ["x", "y", "x"]


def test_families_are_named_by_their_first_protein():
    found = find_relatives(dataset(a=(OTHER, ""), b=(ONE, ""), c=(ONE[:-2] + "AA", "")))
    assert found.clusters == ("a", "b", "b")
    assert set(found.methods) == {WORDS}
    assert found.families == 2


def test_a_protein_without_cluster_joins_that_of_a_relative():
    found = find_relatives(dataset(a=(ONE, ""), b=(ONE, "x"), c=(OTHER, ""), d=(ONE, "y")))
    assert found.clusters == ("x", "x", "c", "y")
    assert found.methods == (WORDS, GIVEN, WORDS, GIVEN)


def test_a_family_is_not_taken_for_a_cluster_of_the_name_of_its_protein():
    assert find_relatives(dataset(a=(ONE, ""), b=(OTHER, "a"))).clusters == ("family of a", "a")


def test_clusters_are_named_where_there_are_relatives():
    named = name_relatives(dataset(a=(ONE, ""), b=(ONE, ""), c=(OTHER, "")))
    assert named.clusters == ["a", "a", "c"]
    assert named.name == "made"
    assert [protein.sequence for protein in named] == [ONE, ONE, OTHER]
    assert name_relatives(dataset(a=(ONE, ""), c=(OTHER, ""))).clusters == ["", ""]


def test_mmseqs_is_used_where_it_is_installed(monkeypatch):
    assert relative_search().method == WORDS
    monkeypatch.setattr("protlens.data.mmseqs.is_installed", lambda: True)
    monkeypatch.setattr("protlens.data.relatives.families_by_mmseqs", lambda given, **limits: [0] * len(given))
    found = find_relatives(dataset(a=(ONE, ""), b=(OTHER, "")))
    assert found.clusters == ("a", "a")
    assert set(found.methods) == {"30 % identity, MMseqs2"}


def test_relatives_in_both_parts_of_the_default_dataset_share_a_cluster():
    mini = load_dataset("mini")
    bare = mini.with_clusters([""] * len(mini))
    assert find_relatives(bare).families == len(set(mini.clusters)) == 793
    named = dict(zip(mini.ids, mini.clusters, strict=True))
    families = dict(zip(mini.ids, find_relatives(bare).clusters, strict=True))
    assert {name for name in mini.ids if named[name] == named["1CLL.A"]} == {"1CLL.A", "P0DP25"}
    for name, family in families.items():
        assert named[name] == named[family]
