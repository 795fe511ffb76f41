import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from planted import HEADS, LAYERS, PLANTED, planted_model, planted_proteins
from protlens.contacts.labelled_chains import label_chain
from protlens.contacts.regression import fit_regression, fit_scaled
from protlens.contacts.training_chains import read_training_chain
from protlens.contacts.training_pairs import TrainingPairs, choose_pairs, join_pairs
from protlens.errors import DatasetError
from protlens.properties.pair import Contact

PROTEINS = planted_proteins(6)


def dense_features(model, protein):
    """Symmetrise and correct each map in float64 with plain NumPy, and list the pairs with two loops."""
    maps = model._attention(protein.sequence).double().numpy()
    maps = maps + maps.swapaxes(-1, -2)
    maps = maps - maps.sum(-1, keepdims=True) * maps.sum(-2, keepdims=True) / maps.sum((-1, -2), keepdims=True)
    mask = Contact().mask(protein)
    pairs = [(i, j) for i in range(len(protein)) for j in range(i + 6, len(protein)) if mask.known[i, j]]
    rows = np.array([maps[:, :, i, j] for i, j in pairs])
    return rows, np.array([mask.holds[i, j] for i, j in pairs])


def training_pairs(*, most_pairs=10**6):
    model = planted_model(PROTEINS)
    chains = [label_chain(protein, Contact()) for protein in PROTEINS]
    read = [read_training_chain(model, chain, most_pairs=most_pairs, seed=0) for chain in chains]
    return join_pairs([chain.pairs for chain in read])


def dense():
    model = planted_model(PROTEINS)
    rows, contacts = zip(*(dense_features(model, protein) for protein in PROTEINS), strict=True)
    return np.concatenate(rows).reshape(-1, LAYERS * HEADS), np.concatenate(contacts)


def published(penalty):
    return LogisticRegression(C=penalty, l1_ratio=1, solver="liblinear", max_iter=5000, tol=1e-8, random_state=3)


@pytest.mark.parametrize("penalty", [0.15, 100.0])
def test_agrees_with_scikit_learn_on_dense_features(penalty):
    rows, labels = dense()
    ours, theirs = fit_regression(training_pairs(), inverse_penalty=penalty), published(penalty).fit(rows, labels)
    assert np.allclose(ours.probabilities(rows @ ours.weights.ravel()), theirs.predict_proba(rows)[:, 1], atol=5e-3)
    assert np.array_equal(ours.weights.ravel() != 0, theirs.coef_[0] != 0)


def test_the_scaled_regression_is_that_of_maps_of_one_deviation():
    rows, labels = dense()
    deviations = rows.std(axis=0)
    gradients = np.abs(((labels - labels.mean())[:, None] * rows / deviations).sum(axis=0))
    theirs = published(15.0 / gradients.max()).fit(rows / deviations, labels)
    ours = fit_scaled(training_pairs(), strength=15.0)
    assert np.allclose(ours.probabilities(rows @ ours.weights.ravel()), theirs.predict_proba(rows / deviations)[:, 1],
                       atol=5e-3)  # fmt: skip


def test_a_penalty_stronger_than_the_strongest_leaves_nothing():
    few = [int((fit_scaled(training_pairs(), strength=strength).weights != 0).sum()) for strength in (0.3, 3, 30)]
    assert few[0] == 0 < few[1] <= few[2]


def test_scaling_takes_no_account_of_how_strongly_a_head_attends():
    pairs = training_pairs()
    factors = 10.0 ** np.arange(LAYERS * HEADS).reshape(LAYERS, HEADS, 1)
    stretched = TrainingPairs((pairs.features * factors).astype(np.float32), pairs.contacts, pairs.weights)
    plain, scaled = (fit_scaled(some, strength=15.0) for some in (pairs, stretched))
    assert np.allclose(plain.weights, scaled.weights * factors[:, :, 0], rtol=0.02, atol=0.02 * plain.weights.max())


def test_finds_the_planted_heads():
    for fitted in (fit_regression(training_pairs(), inverse_penalty=10.0), fit_scaled(training_pairs(), strength=15.0)):
        order = np.argsort(-np.abs(fitted.weights), axis=None)
        assert divmod(int(order[0]), HEADS) == PLANTED[0]
        assert fitted.weights[PLANTED[0]] > 0


def test_the_jacobian_is_one_more_feature():
    pairs = training_pairs()
    telling = TrainingPairs(pairs.features, pairs.contacts, pairs.weights, pairs.contacts.astype(np.float32))
    fitted = fit_scaled(telling, strength=15.0, with_jacobian=True)
    assert fitted.jacobian > 0
    assert fitted.weights.shape == (LAYERS, HEADS)
    assert fit_scaled(telling, strength=15.0).jacobian == 0
    assert join_pairs([telling, pairs]).jacobian is None
    assert join_pairs([telling, telling]).jacobian.sum() == 2 * pairs.contacts.sum()


def test_labels_of_one_kind_are_refused():
    for label in (True, False):
        pairs = TrainingPairs(np.zeros((1, 2, 5), np.float32), np.full(5, label), np.ones(5))
        with pytest.raises(DatasetError, match="contacts among 5 pairs"):
            fit_regression(pairs)


def test_contacts_are_chosen_first_and_weights_make_up_for_what_is_left_out():
    rng = np.random.default_rng(0)
    contacts = np.arange(100) % 10 == 0
    known = np.flatnonzero(np.arange(100) != 50)
    places, weights = choose_pairs(known, contacts, most=29, rng=rng)
    assert len(places) == len(set(places.tolist())) == 29
    assert 50 not in places
    assert contacts[places].sum() == 9
    assert weights[contacts[places]].tolist() == [1.0] * 9
    assert weights.sum() == pytest.approx(99)
    few, _ = choose_pairs(known, contacts, most=10, rng=rng)
    assert contacts[few].sum() == 5
    everything, ones = choose_pairs(known, contacts, most=1000, rng=rng)
    assert np.array_equal(everything, known)
    assert (ones == 1).all()
    mostly, _ = choose_pairs(np.arange(12), np.arange(12) > 1, most=8, rng=rng)
    assert len(mostly) == 8


def test_pairs_without_contact_are_drawn_alike():
    rng = np.random.default_rng(0)
    drawn = np.concatenate([choose_pairs(np.arange(50), np.zeros(50, bool), most=10, rng=rng)[0] for _ in range(2000)])
    assert np.bincount(drawn, minlength=50).std() < 3 * np.sqrt(400)
