import numpy as np

from protlens.data.protein import Protein
from protlens.pairs.residue_pairs import labelled_pairs
from protlens.probing.pair_samples import labelled_by, sample_pairs
from protlens.properties.pair import Contact


def chain(name: str, length: int, *, gaps: tuple[int, ...] = ()) -> Protein:
    points = (4 * np.random.default_rng(length).normal(size=(length, 3))).astype(np.float32)
    points[list(gaps)] = np.nan
    return Protein(id=name, sequence="A" * length, ca=points, cb=points)


PROTEINS = [chain("a", 20, gaps=(3,)), Protein(id="b", sequence="ACDE"), chain("c", 1), chain("d", 35)]


def test_all_labelled_pairs_are_taken_if_there_are_few():
    labelled = labelled_by(Contact(), PROTEINS)
    sample = sample_pairs([3, 0, 1, 2], labelled, size=10_000, seeds=[0])[0]
    for number in (0, 3):
        pairs, touching = labelled_pairs(Contact().mask(PROTEINS[number]))
        here = sample.of(number)
        assert sample.pairs.first[here].tolist() == pairs.first.tolist()
        assert sample.pairs.second[here].tolist() == pairs.second.tolist()
        assert sample.labels[here].tolist() == touching.tolist()
        assert not (np.isin(3, pairs.first) or np.isin(3, pairs.second)) or number == 3
    assert set(sample.proteins.tolist()) == {0, 3}
    assert sample.of(1) == slice(sample.of(0).stop, sample.of(0).stop)


def test_a_sample_is_drawn_without_preference_and_without_repetition():
    labelled = labelled_by(Contact(), PROTEINS)
    everything = sample_pairs([0, 3], labelled, size=10_000, seeds=[0])[0]
    samples = sample_pairs([0, 3], labelled, size=100, seeds=range(200))
    seen = {
        (int(p), int(i), int(j))
        for s in samples
        for p, i, j in zip(s.proteins, s.pairs.first, s.pairs.second, strict=True)
    }
    assert all(len(sample) == 100 for sample in samples)
    assert len(seen) == len(everything)
    one = samples[0]
    assert len(set(zip(one.proteins, one.pairs.first, one.pairs.second, strict=True))) == 100
    rate = np.mean([sample.labels.mean() for sample in samples])
    assert abs(rate - everything.labels.mean()) < 0.01


def test_both_directions_stand_side_by_side():
    sample = sample_pairs([0], labelled_by(Contact(), PROTEINS), size=5, seeds=[1])[0]
    both = sample.both_directions()
    assert both.pairs.first[::2].tolist() == both.pairs.second[1::2].tolist() == sample.pairs.first.tolist()
    assert both.pairs.second[::2].tolist() == both.pairs.first[1::2].tolist() == sample.pairs.second.tolist()
    assert both.labels.tolist() == np.repeat(sample.labels, 2).tolist()
    assert both.of(0) == slice(0, 10)


def test_without_structures_the_sample_is_empty():
    assert len(sample_pairs([1], labelled_by(Contact(), PROTEINS), size=5, seeds=[0])[0]) == 0
