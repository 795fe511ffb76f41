import numpy as np
import pytest

from protlens.data.amino_acid_codes import TYPES, amino_acid_codes
from protlens.probing.control_task import control_labels, one_hot


def test_every_letter_has_a_type():
    codes = amino_acid_codes("ACYXUBZ")
    assert codes.tolist() == [0, 1, 19, 20, 20, 20, 20]
    assert one_hot(codes).shape == (7, TYPES)
    assert one_hot(codes).argmax(axis=1).tolist() == codes.tolist()
    assert one_hot(codes).sum() == 7


def test_control_labels_are_as_frequent_as_the_real_ones_and_depend_on_the_seed_alone():
    rng = np.random.default_rng(0)
    codes, labels = rng.integers(20, size=5000), rng.choice(4, 5000, p=[0.1, 0.2, 0.3, 0.4])
    drawn = np.stack([control_labels(codes, labels, classes=4, seed=seed) for seed in range(400)])
    shares = np.bincount(drawn.ravel(), minlength=4) / drawn.size
    np.testing.assert_allclose(shares, [0.1, 0.2, 0.3, 0.4], atol=0.02)
    assert (control_labels(codes, labels, classes=4, seed=7) == drawn[7]).all()
    assert not (drawn[0] == drawn[1]).all()


def test_rare_labels_are_drawn_until_there_are_two():
    codes, labels = np.arange(1000) % 20, (np.arange(1000) < 5).astype(np.int64)
    for seed in range(50):
        assert set(control_labels(codes, labels, classes=2, seed=seed)[:20]) == {0, 1}


def test_one_class_or_one_amino_acid_is_refused():
    with pytest.raises(ValueError, match="two classes and two amino acids"):
        control_labels(np.arange(5), np.zeros(5, np.int64), classes=2, seed=0)
    with pytest.raises(ValueError, match="two classes and two amino acids"):
        control_labels(np.zeros(4, np.int64), np.arange(4) % 2, classes=2, seed=0)
