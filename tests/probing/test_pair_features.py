import numpy as np
import pytest

from protlens.pairs.attention_maps import attention_features
from protlens.pairs.residue_pairs import ResiduePairs, all_pairs
from protlens.probing.estimators import LogisticProbe
from protlens.probing.pair_features import letter_features, sampled_attention, state_features, state_logits
from protlens.probing.pair_samples import PairSample
from toy import toy_dataset, toy_model


def test_states_give_product_and_difference():
    left, right = np.array([[1.0, 2.0]]), np.array([[3.0, -4.0]])
    assert state_features(left, right).tolist() == [[3, -8, -2, 6]]
    assert state_features(right, left).tolist() == [[3, -8, 2, -6]]


@pytest.mark.parametrize("solver", ["sklearn", "torch"])
def test_logits_of_a_chain_are_those_of_its_features_one_by_one(solver):
    rng = np.random.default_rng(0)
    states = rng.normal(size=(12, 5)).astype(np.float32)
    i, j = (ends.ravel() for ends in np.indices((12, 12)))
    features = state_features(states[i], states[j])
    labels = (features[:, 0] + features[:, 7] + rng.normal(size=len(features)) > 0).astype(np.int64)
    probe = LogisticProbe(0.1, solver=solver).fit(features, labels)
    logits = state_logits(probe, states)
    np.testing.assert_allclose(logits.ravel(), probe.decision_function(features), atol=1e-5)
    assert np.abs(logits - logits.T).max() > 0.1


def test_the_difference_leaves_the_mean_of_both_directions():
    """The published head is linear and symmetrised afterwards, so that its difference features cancel."""
    rng = np.random.default_rng(1)
    states = rng.normal(size=(9, 4))
    i, j = (ends.ravel() for ends in np.indices((9, 9)))
    labels = (rng.random(len(i)) < 0.4).astype(np.int64)
    probe = LogisticProbe(1.0).fit(state_features(states[i], states[j]), labels)
    before = state_logits(probe, states)
    offset = probe.coef_[0, 4:] @ (probe.mean_[4:] / probe.scale_[4:])
    probe.coef_[0, 4:] = 0
    np.testing.assert_allclose(before / 2 + before.T / 2 + offset, state_logits(probe, states), atol=1e-10)


def test_a_letter_pair_is_one_column_whatever_its_order():
    left, right = (ends.ravel() for ends in np.indices((21, 21)))
    features = letter_features(left, right)
    assert features.shape == (441, 231)
    assert (features.sum(axis=1) == 1).all()
    assert (features == letter_features(right, left)).all()
    assert len(set(features.argmax(axis=1).tolist())) == 231


def test_sampled_attention_is_that_of_each_chain_alone():
    model, proteins = toy_model(), list(toy_dataset())
    everything = {n: all_pairs(len(proteins[n])) for n in (0, 3, 6)}
    whole = PairSample(
        np.concatenate([np.full(len(pairs), n) for n, pairs in everything.items()]),
        ResiduePairs(
            np.concatenate([pairs.first for pairs in everything.values()]),
            np.concatenate([pairs.second for pairs in everything.values()]),
        ),
        np.zeros(sum(map(len, everything.values())), np.bool_),
    )
    some = np.arange(0, len(whole), 7)
    part = PairSample(whole.proteins[some], whole.pairs.take(some), whole.labels[some])
    shown, shown_part = sampled_attention(model, proteins, [whole, part])
    for variant, apc in enumerate((False, True)):
        expected = [attention_features(model, proteins[n].sequence, pairs, apc=apc) for n, pairs in everything.items()]
        np.testing.assert_array_equal(shown[variant], np.concatenate(expected, axis=2))
        np.testing.assert_array_equal(shown_part[variant], shown[variant][..., some])
