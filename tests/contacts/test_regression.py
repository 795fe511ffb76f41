import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from planted import HEADS, LAYERS, PLANTED, planted_model, planted_proteins
from protlens.contacts.labelled_chains import label_chain
from protlens.contacts.regression import fit_regression, sample_pairs
from protlens.contacts.training import train_scores
from protlens.errors import DatasetError
from protlens.properties.pair import Contact


def dense_features(model, protein):
    """Symmetrise and correct each map in float64 with plain NumPy, and list the pairs with two loops."""
    maps = model._attention(protein.sequence).double().numpy()
    maps = maps + maps.swapaxes(-1, -2)
    maps = maps - maps.sum(-1, keepdims=True) * maps.sum(-2, keepdims=True) / maps.sum((-1, -2), keepdims=True)
    mask = Contact().mask(protein)
    pairs = [(i, j) for i in range(len(protein)) for j in range(i + 6, len(protein)) if mask.known[i, j]]
    rows = np.array([maps[:, :, i, j] for i, j in pairs])
    return rows, np.array([mask.holds[i, j] for i, j in pairs])


def test_agrees_with_scikit_learn_on_dense_features():
    proteins = planted_proteins(6)
    model = planted_model(proteins)
    rows, contacts = zip(*(dense_features(model, protein) for protein in proteins), strict=True)
    dense, labels = np.concatenate(rows).reshape(-1, LAYERS * HEADS), np.concatenate(contacts)
    chains = [label_chain(protein, Contact()) for protein in proteins]
    for penalty in (0.15, 100.0):
        ours = train_scores(model, chains, top=2, most_pairs=10**6, inverse_penalty=penalty).regression
        theirs = LogisticRegression(C=penalty, l1_ratio=1, solver="liblinear", max_iter=5000, tol=1e-8, random_state=3)
        theirs.fit(dense, labels)
        ours_p = ours.probabilities(dense @ ours.weights.ravel())
        assert np.allclose(ours_p, theirs.predict_proba(dense)[:, 1], atol=2e-3)
        assert np.array_equal(ours.weights.ravel() != 0, theirs.coef_[0] != 0)


def test_finds_the_planted_heads():
    proteins = planted_proteins(6)
    model = planted_model(proteins)
    rows, contacts = zip(*(dense_features(model, protein) for protein in proteins), strict=True)
    features = np.concatenate(rows).transpose(1, 2, 0).astype(np.float32)
    fitted = fit_regression(features, np.concatenate(contacts), inverse_penalty=10.0)
    order = np.argsort(-np.abs(fitted.weights), axis=None)
    assert divmod(int(order[0]), HEADS) == PLANTED[0]
    assert fitted.weights[PLANTED[0]] > 0


def test_labels_of_one_kind_are_refused():
    for label in (True, False):
        with pytest.raises(DatasetError, match="contacts among 5 pairs"):
            fit_regression(np.zeros((1, 2, 5), np.float32), np.full(5, label))


def test_pairs_are_drawn_without_regard_to_contact():
    rng = np.random.default_rng(0)
    assert sample_pairs(5, most=5, rng=rng).tolist() == [0, 1, 2, 3, 4]
    drawn = np.concatenate([sample_pairs(50, most=10, rng=rng) for _ in range(2000)])
    assert len(drawn) == 20000
    assert np.bincount(drawn, minlength=50).std() < 3 * np.sqrt(400)
    assert len(set(sample_pairs(50, most=49, rng=rng))) == 49
