import pytest

from planted import planted_proteins
from protlens.contacts.contact_split import split_contacts, unseen_split
from protlens.errors import DatasetError

PROTEINS = planted_proteins(60, length=20, per_cluster=3)
POSITIONS = [3 * i + 1 for i in range(60)]


def cluster(position):
    return PROTEINS[(position - 1) // 3].cluster


@pytest.mark.parametrize("seed", range(5))
def test_no_draw_shares_a_cluster_with_a_test_protein(seed):
    split = split_contacts(PROTEINS, POSITIONS, train=10, draws=4, most_tests=100, seed=seed)
    drawn = {cluster(position) for draw in split.draws for position in draw}
    assert drawn.isdisjoint(map(cluster, split.test))
    assert len(set(split.draws)) == 4
    assert all(len(set(draw)) == 10 for draw in split.draws)
    assert len(split.test) == 24
    assert set(split.test) < set(POSITIONS)


def test_the_seed_and_the_size_are_kept():
    one, same, other = (
        split_contacts(PROTEINS, POSITIONS, train=10, draws=1, most_tests=5, seed=seed) for seed in (1, 1, 2)
    )
    assert one == same != other
    assert len(one.test) == 5


def test_an_unseen_split_leaves_out_ids_and_clusters():
    ids = {position: PROTEINS[(position - 1) // 3].id for position in POSITIONS}
    clusters = {position: cluster(position) for position in POSITIONS}
    split = unseen_split(ids, clusters, seen={"c0", "p4"}, most_tests=100, seed=0)
    assert not split.draws
    assert sorted(split.test) == [position for position in POSITIONS if position not in (1, 4, 7, 13)]
    with pytest.raises(DatasetError, match="none of 60"):
        unseen_split(ids, clusters, seen=set(ids.values()), most_tests=100, seed=0)
