import numpy as np

from planted import HEADS, LAYERS, PLANTED, planted_model, planted_proteins
from protlens.contacts.labelled_chains import label_chain
from protlens.contacts.training import train_scores
from protlens.properties.pair import Contact

PROTEINS = planted_proteins(5)


def trained(**options):
    chains = (label_chain(protein, Contact()) for protein in PROTEINS)
    return train_scores(planted_model(PROTEINS), chains, **{"top": 2, "most_pairs": 10**6, **options})


def test_chooses_the_planted_heads():
    scores = trained()
    assert scores.proteins == tuple(protein.id for protein in PROTEINS)
    assert scores.best == PLANTED[0]
    assert scores.top == PLANTED


def test_weights_are_those_of_the_three_scores():
    scores = trained(top=2)
    weights = scores.weights()
    assert weights.shape == (3, LAYERS, HEADS)
    assert weights[0, 1, 2] == weights[0].sum() == 1
    assert weights[1][tuple(zip(*PLANTED, strict=True))].tolist() == [0.5, 0.5]
    assert np.array_equal(weights[2], scores.regression.weights)


def test_fewer_pairs_change_the_regression_and_not_the_heads():
    few, again, whole = trained(most_pairs=300), trained(most_pairs=300), trained()
    assert few.top == whole.top
    assert not np.array_equal(few.regression.weights, whole.regression.weights)
    assert np.array_equal(few.regression.weights, again.regression.weights)
