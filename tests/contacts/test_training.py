from functools import partial

import numpy as np
import pytest
import torch

from planted import HEADS, LAYERS, PLANTED, planted_dataset, planted_model, planted_proteins
from protlens.contacts.choices import HEAD_COUNTS, STRENGTHS, candidates, choose, cut_folds
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.head_scores import mean_of
from protlens.contacts.labelled_chains import LabelledChains, label_chain
from protlens.contacts.regression import fit_regression, fit_scaled
from protlens.contacts.training import learn_scores
from protlens.contacts.training_chains import rank_heads, read_training_chain
from protlens.contacts.training_pairs import join_pairs
from protlens.models.fake import FakeModel
from protlens.pairs.attention_maps import attention_features
from protlens.pairs.pair_statistics import count_pairs, learn_statistics
from protlens.pairs.precision import pair_precision
from protlens.properties.pair import Contact

PROTEINS = planted_proteins(6, per_cluster=2)
CHAINS = LabelledChains(planted_dataset(PROTEINS), Contact(), max_length=510)
EVERY = tuple(range(len(PROTEINS)))


def read_all(model, *, most_pairs=10**6):
    return {p: read_training_chain(model, CHAINS[p], most_pairs=most_pairs, seed=0) for p in EVERY}


def learned(model=None, draws=(EVERY,), **options):
    model = model or planted_model(PROTEINS)
    return learn_scores(model, read_all(model), CHAINS, draws, ContactOptions(**options))


def test_chooses_the_planted_heads():
    (scores,) = learned(top=2)
    assert scores.proteins == tuple(protein.id for protein in PROTEINS)
    assert scores.best == PLANTED[0]
    assert scores.top == PLANTED
    assert np.array_equal(scores.mean_of_heads(2), mean_of(PLANTED, layers=LAYERS, per_layer=HEADS))


def test_a_training_chain_holds_what_the_model_says_of_its_pairs():
    model, chain = planted_model(PROTEINS), CHAINS[0]
    read = read_training_chain(model, chain, most_pairs=200, seed=0)
    dense = attention_features(model, chain.protein, chain.pairs)
    long = chain.known & (chain.pairs.separations >= 24)
    for layer in range(LAYERS):
        for head in range(HEADS):
            order = np.argsort(-dense[layer, head][long])[: len(chain.protein)]
            assert read.precision[layer, head] == pytest.approx(chain.contacts[long][order].mean())
    assert len(read.pairs.contacts) == 200
    columns = {tuple(column) for column in dense.reshape(-1, len(chain.pairs)).T.tolist()}
    assert all(tuple(row) in columns for row in read.pairs.rows().tolist())
    again = read_training_chain(model, chain, most_pairs=200, seed=0)
    other = read_training_chain(model, chain, most_pairs=200, seed=1)
    assert np.array_equal(read.pairs.features, again.pairs.features)
    assert not np.array_equal(read.pairs.features, other.pairs.features)


def test_heads_are_ordered_by_their_mean_over_chains():
    nothing = np.full((2, 2), np.nan)
    ratings = [np.array([[0.1, 0.2], [0.2, 0.0]]), nothing, np.array([[0.3, 0.0], [0.0, 0.2]])]
    assert rank_heads(ratings) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert rank_heads([nothing]) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_relatives_are_in_one_fold():
    folds = cut_folds({0: "a", 1: "b", 2: "a", 3: "c", 4: "d", 5: "e", 6: "b"})
    assert folds[0] == folds[2]
    assert folds[1] == folds[6]
    assert len(set(folds.values())) == 4
    assert set(cut_folds({0: "a", 1: "a"}).values()) == {0}


def test_what_is_tried_is_learned_without_the_fold():
    read = read_all(planted_model(PROTEINS))
    clusters = {position: PROTEINS[position].cluster for position in EVERY}
    tried = candidates(read, clusters, heads=(1, 3), strengths=(15.0,), seed=0)
    assert tried.values == (("heads", 1.0), ("heads", 3.0), ("penalty", 15.0))
    for position in EVERY:
        others = [read[p] for p in EVERY if clusters[p] != clusters[position]]
        ranked = rank_heads([chain.precision for chain in others])
        single, few, fitted = tried.of(position)
        assert np.array_equal(single, mean_of(ranked[:1], layers=LAYERS, per_layer=HEADS))
        assert np.array_equal(few, mean_of(ranked[:3], layers=LAYERS, per_layer=HEADS))
        expected = fit_scaled(join_pairs([chain.pairs for chain in others]), strength=15.0)
        assert np.array_equal(fitted, expected.weights)


def test_the_choice_is_that_of_the_highest_precision_on_proteins_held_out():
    model = graded_model(PROTEINS)
    read = read_all(model)
    (scores,) = learn_scores(model, read, CHAINS, [EVERY], ContactOptions())
    tried = candidates(read, CHAINS.clusters, heads=HEAD_COUNTS, strengths=STRENGTHS, seed=0)
    ratings = []
    for position in EVERY:
        chain = CHAINS[position]
        maps = attention_features(model, chain.protein, chain.pairs)
        rows = np.einsum("vlh,lhp->vp", tried.of(position), maps)
        known = chain.known
        table = pair_precision(
            rows[:, known], chain.contacts[known], chain.pairs.separations[known], length=len(chain.protein)
        )
        ratings.append(table.filter(range="long", k="L").sort("score")["precision"].to_numpy())
    means = np.mean(ratings, axis=0)
    assert scores.choice.table["precision"].to_numpy() == pytest.approx(means, abs=1e-9)
    heads = {value: mean for (kind, value), mean in zip(tried.values, means, strict=True) if kind == "heads"}
    assert heads[scores.choice.heads] == max(heads.values())
    assert scores.choice.heads == len(scores.top) > 1
    strengths = {value: mean for (kind, value), mean in zip(tried.values, means, strict=True) if kind == "penalty"}
    assert strengths[scores.choice.strength] == max(strengths.values())
    whole = fit_scaled(join_pairs([read[p].pairs for p in EVERY]), strength=scores.choice.strength)
    assert np.array_equal(scores.regression.weights, whole.weights)


def test_a_tie_goes_to_fewer_heads_and_chains_without_long_range_pairs_do_not_count():
    read = read_all(planted_model(PROTEINS))
    tried = candidates(read, CHAINS.clusters, heads=(1, 2, 3), strengths=(), seed=0)
    choice = choose(tried, [np.array([0.1, 0.4, 0.4]), np.full(3, np.nan)])
    assert choice.heads == 2
    assert choice.table["precision"].to_list() == [0.1, 0.4, 0.4]
    assert choose(tried, [np.full(3, np.nan)]).heads == 5


def test_one_family_leaves_nothing_to_choose_on():
    (scores,) = learned(draws=((0, 1),))
    assert CHAINS.clusters[0] == CHAINS.clusters[1]
    assert scores.choice.heads == 5
    assert not len(scores.choice.table)


def test_draws_are_learned_apart():
    model = planted_model(PROTEINS)
    together = learned(model, draws=((0, 2, 4), (1, 3, 5, 0)))
    for draw, scores in zip(((0, 2, 4), (1, 3, 5, 0)), together, strict=True):
        (alone,) = learned(model, draws=(draw,))
        assert alone.choice.table.equals(scores.choice.table)
        assert np.array_equal(alone.regression.weights, scores.regression.weights)


def test_the_published_recipe_chooses_nothing():
    model = planted_model(PROTEINS)
    (scores,) = learned(model, top=5, inverse_penalty=0.15)
    expected = fit_regression(join_pairs([chain.pairs for chain in read_all(model).values()]))
    assert np.array_equal(scores.regression.weights, expected.weights)
    assert scores.published is None
    assert not len(scores.choice.table)
    (chosen,) = learned(model)
    assert np.array_equal(chosen.published.weights, expected.weights)


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


@pytest.mark.parametrize("fit", [partial(fit_regression, inverse_penalty=1.0), partial(fit_scaled, strength=15.0)])
def test_as_many_heads_are_kept_whatever_number_of_pairs_is_seen(fit):
    proteins = planted_proteins(4, length=90)
    chains = [label_chain(protein, Contact()) for protein in proteins]
    model = graded_model(proteins)

    def kept(most_pairs):
        read = [read_training_chain(model, chain, most_pairs=most_pairs, seed=0) for chain in chains]
        return int((fit(join_pairs([chain.pairs for chain in read])).weights != 0).sum())

    assert 3 <= kept(10**6) <= 24
    assert abs(kept(1_000) - kept(10**6)) <= 3


def test_separation_and_amino_acids_are_learned_on_all_known_pairs():
    chains = [label_chain(protein, Contact()) for protein in PROTEINS]
    counts = sum(
        count_pairs(chain.protein.sequence, chain.pairs.take(chain.known), chain.contacts[chain.known])
        for chain in chains
    )
    model = planted_model(PROTEINS)
    (scores,) = learn_scores(model, read_all(model, most_pairs=300), CHAINS, [EVERY], ContactOptions(top=2))
    expected = learn_statistics(counts)
    assert np.array_equal(scores.statistics.rates, expected.rates)
    assert np.array_equal(scores.statistics.factors, expected.factors)
