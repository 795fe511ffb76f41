from math import log

import numpy as np
import pytest

from protlens.data.amino_acid_codes import PAIR_TYPES
from protlens.data.catalog import load_dataset
from protlens.data.protein import APART
from protlens.pairs.pair_statistics import BAND_STARTS, PRIOR, count_pairs, learn_statistics
from protlens.pairs.precision import pair_precision
from protlens.pairs.residue_pairs import ResiduePairs, all_pairs, labelled_pairs
from protlens.properties.pair import Contact

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


def chains(count: int, *, length: int = 40, seed: int = 0):
    """Random chains with letters beyond the twenty, and pairs that touch more often if close, and if two are C."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        sequence = "".join(rng.choice(list("ACDWX"), length))
        pairs = all_pairs(length)
        letters = np.array(list(sequence))
        cysteines = (letters[pairs.first] == "C") & (letters[pairs.second] == "C")
        yield sequence, pairs, rng.random(len(pairs)) < 1 / pairs.separations + 0.3 * cysteines


def plain_scores(training, sequence, pairs):
    """The formula, one pair at a time."""
    rows = [
        (max(b for b in BAND_STARTS if b <= j - i), "".join(sorted(letter(s, k) for k in (i, j))), bool(touch))
        for s, p, touching in training
        for i, j, touch in zip(p.first, p.second, touching, strict=True)
    ]
    share = sum(touch for *_, touch in rows) / len(rows)
    rate = {}
    for start in BAND_STARTS:
        here = [touch for band, _, touch in rows if band == start]
        rate[start] = (sum(here) + share) / (len(here) + 1)

    def ratio(weigh, prior):
        seen = sum(weigh(kinds) * touch for _, kinds, touch in rows)
        expected = sum(weigh(kinds) * rate[band] for band, kinds, _ in rows)
        return (seen + PRIOR * prior) / (expected + PRIOR)

    scores = []
    for i, j in zip(pairs.first, pairs.second, strict=True):
        kinds = "".join(sorted(letter(sequence, k) for k in (i, j)))
        single = [ratio(lambda other, one=one: other.count(one), 1) for one in kinds]
        both = ratio(lambda other, kinds=kinds: int(other == kinds), single[0] * single[1])
        scores.append(log(rate[max(b for b in BAND_STARTS if b <= j - i)]) + log(both))
    return scores


def letter(sequence, place):
    return sequence[place] if sequence[place] in LETTERS else "X"


def test_scores_are_those_of_the_formula():
    training = list(chains(3))
    learned = learn_statistics(sum(count_pairs(*chain) for chain in training))
    sequence, pairs, _ = next(chains(1, length=14, seed=9))
    reverse = ResiduePairs(pairs.second, pairs.first)
    expected = plain_scores(training, sequence, pairs)
    assert learned.scores(sequence, pairs) == pytest.approx(expected)
    assert learned.scores(sequence, reverse) == pytest.approx(expected)


def test_pairs_of_two_chains_have_a_rate_of_their_own():
    training = list(chains(3))
    single = learn_statistics(sum(count_pairs(*chain) for chain in training))
    joined = all_pairs(40, chain_starts=(20,))
    between = joined.separations == APART
    touching = between & (np.arange(len(joined)) % 10 == 0)
    counts = sum(count_pairs(*chain) for chain in training) + count_pairs(
        "A" * 40, joined.take(between), touching[between]
    )
    both = learn_statistics(counts)
    assert single.rates[-1] == pytest.approx(sum(t.sum() for *_, t in training) / sum(len(p) for _, p, _ in training))
    share = counts[1].sum() / counts[0].sum()
    assert both.rates[-1] == pytest.approx((touching.sum() + share) / (between.sum() + 1))
    assert np.isfinite(single.scores("A" * 40, joined)).all()
    assert np.isfinite(both.scores("A" * 40, joined)).all()


def test_counts_of_chains_add_up_to_all_pairs():
    training = list(chains(4))
    counts = sum(count_pairs(*chain) for chain in training)
    assert counts.shape == (2, len(BAND_STARTS), PAIR_TYPES)
    assert counts[0].sum() == sum(len(pairs) for _, pairs, _ in training)
    assert counts[1].sum() == sum(touching.sum() for *_, touching in training)


def test_a_pair_of_amino_acids_that_was_never_seen_gets_what_each_of_them_does():
    counts = sum(count_pairs(*chain) for chain in chains(20))
    learned = learn_statistics(counts)
    scores = learned.scores("CCCCCCCCCA", ResiduePairs(np.array([0, 0]), np.array([8, 9])))
    assert np.isfinite(learned.factors).all()
    assert np.isfinite(learned.rates).all()
    assert scores[0] > scores[1]
    ends = ResiduePairs(np.array([0]), np.array([8]))
    assert learned.scores("CAAAAAAAK", ends) > learned.scores("AAAAAAAAK", ends)


def test_on_real_chains_it_says_more_than_separation():
    dataset = load_dataset("pdb-mini")
    contact = Contact()
    training, rated = dataset.take(range(0, 60, 3)), dataset.take(range(1, 90, 3))
    counts = sum(count_pairs(p.sequence, *labelled_pairs(contact.mask(p))) for p in training)
    learned = learn_statistics(counts)
    precision = []
    for protein in rated:
        pairs, touching = labelled_pairs(contact.mask(protein))
        scores = np.stack([learned.scores(protein.sequence, pairs), -pairs.separations.astype(float)])
        table = pair_precision(scores, touching, pairs.separations, length=len(protein))
        precision.append(table.filter(range="all", k="L/5").sort("score")["precision"].to_list())
    both, separation = np.mean(precision, axis=0)
    assert 0.10 < both < 0.18
    assert both > 1.3 * separation
