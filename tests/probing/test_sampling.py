import numpy as np

from protlens.probing.sampling import balanced_sample, plain_sample


def test_a_rare_class_is_taken_whole_and_the_rest_is_shared():
    labels = np.repeat([0, 1, 2], [1000, 20, 500])
    chosen = balanced_sample(labels, size=200, generator=np.random.default_rng(0))
    assert np.bincount(labels[chosen]).tolist() == [90, 20, 90]
    assert (np.diff(chosen) > 0).all()


def test_few_residues_are_all_taken():
    labels = np.array([0, 1, 1])
    assert balanced_sample(labels, size=3, generator=np.random.default_rng(0)).tolist() == [0, 1, 2]
    assert plain_sample(3, size=5, generator=np.random.default_rng(0)).tolist() == [0, 1, 2]


def test_every_place_is_as_likely_as_the_next():
    generator = np.random.default_rng(1)
    counts = np.zeros(20)
    for _ in range(2000):
        counts[plain_sample(20, size=5, generator=generator)] += 1
    assert counts.sum() == 10000
    assert np.abs(counts - 500).max() < 5 * np.sqrt(500)


def test_the_seed_decides():
    labels = np.arange(500) % 3
    one, two, other = (balanced_sample(labels, size=30, generator=np.random.default_rng(s)) for s in (5, 5, 6))
    assert one.tolist() == two.tolist()
    assert one.tolist() != other.tolist()
