import numpy as np
import torch

from planted import HEADS, LAYERS, PLANTED, planted_model, planted_proteins
from protlens.contacts.labelled_chains import label_chain
from protlens.contacts.training import train_scores
from protlens.models.fake import FakeModel
from protlens.pairs.pair_statistics import count_pairs, learn_statistics
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


def graded_model(proteins):
    """Return a model whose 24 heads see contacts under noise, the first not at all and each a little more clearly."""
    contacts = {protein.sequence: Contact().mask(protein).holds for protein in proteins}
    strengths = np.linspace(0, 0.5, 24).reshape(4, 6, 1, 1)

    def attention(sequence):
        rng = np.random.default_rng(len(sequence))
        shape = (4, 6, len(sequence), len(sequence))
        weights = rng.random(shape) + strengths * contacts[sequence] * (rng.random(shape) < 0.5)
        return torch.from_numpy(weights / (1.1 * weights.sum(-1, keepdims=True))).float()

    return FakeModel(attention, layers=4, heads=6)


def test_as_many_heads_are_kept_whatever_number_of_pairs_is_seen():
    proteins = planted_proteins(4, length=90)
    chains = [label_chain(protein, Contact()) for protein in proteins]

    def kept(most_pairs, inverse_penalty):
        scores = train_scores(
            graded_model(proteins), chains, top=2, most_pairs=most_pairs, inverse_penalty=inverse_penalty
        )
        return int((scores.regression.weights != 0).sum())

    seen = 4 * 700 / sum(chain.known.sum() for chain in chains)
    whole = kept(10**6, 1.0)
    assert 12 <= whole <= 22
    assert abs(kept(700, 1.0) - whole) <= 2
    assert kept(700, seen) < whole - 5  # the same C for fewer pairs is a stronger penalty


def test_separation_and_amino_acids_are_learned_on_all_known_pairs():
    chains = [label_chain(protein, Contact()) for protein in PROTEINS]
    counts = sum(
        count_pairs(chain.protein.sequence, chain.pairs.take(chain.known), chain.contacts[chain.known])
        for chain in chains
    )
    learned, expected = trained(most_pairs=300).statistics, learn_statistics(counts)
    assert np.array_equal(learned.rates, expected.rates)
    assert np.array_equal(learned.factors, expected.factors)
