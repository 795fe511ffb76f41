"""BehaviourShares of attention against loops over single pairs."""

import math

import numpy as np
import pytest
import torch

import protlens.behaviour.measure as measure
from planted_heads import behaving_model, behaving_proteins
from protlens.behaviour.behaviours import BEHAVIOURS, END_RESIDUES, LEAST_STATE, OFFSETS
from protlens.behaviour.chain import CUTOFF, chain_of
from protlens.behaviour.measure import VARIANTS, measure_heads, measure_layer
from protlens.data.dataset import Dataset
from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.models.fake import FakeModel
from protlens.reach import Reach
from protlens.runs.sites import SEPARATION_STARTS
from protlens.stats.substitution import blosum62
from toy import HEADS, LAYERS, toy_attention, toy_dataset

REACHES = (Reach(), Reach(None, 0), Reach(4, 2))
TOLERANCE = 2e-5
"""Sums of float32 over up to 5,000 pairs, against float64."""


def proteins():
    """The toy's, short and odd ones among them, and two with strands and helices enough."""
    return [*toy_dataset(), *behaving_proteins(2)]


def attention(protein, reach):
    weights = toy_attention(protein.sequence)[0] * torch.from_numpy(reach.pairs(len(protein)))
    return weights.float()


class Loops:
    """The shares of one head in one protein, one pair at a time."""

    def __init__(self, weights, protein, reach):
        self.w, self.protein, self.n = weights.double().numpy(), protein, len(protein)
        self.sees = reach.pairs(self.n)
        self.rows = [sum(self.w[i, j] for j in range(self.n)) for i in range(self.n)]
        self.given = sum(self.rows)

    def share(self, holds, *, eligible=lambda i, j: True, asked=lambda i: True):
        """Return the share of the attention on eligible pairs on which something holds, and by chance."""
        found = chance = given = 0.0
        for i in range(self.n):
            if not asked(i):
                continue
            offered = [j for j in range(self.n) if self.sees[i, j] and eligible(i, j)]
            row = sum(self.w[i, j] for j in offered)
            given += row
            found += sum(self.w[i, j] for j in offered if holds(i, j))
            if offered:
                chance += row * sum(holds(i, j) for j in offered) / len(offered)
        return (found / given, chance / given) if given > 1e-6 else (math.nan, math.nan)

    def letters(self, holds):
        text, inner = self.protein.sequence, range(END_RESIDUES, self.n - END_RESIDUES)

        def eligible(i, j):
            return i != j and j in inner and text[i] in AMINO_ACIDS and text[j] in AMINO_ACIDS

        share, chance = self.share(lambda i, j: holds(text[i], text[j]), eligible=eligible)
        return share, chance, self._own(holds, eligible)

    def _own(self, holds, eligible):
        """What would be if who asks and who is asked were drawn apart, each as often as in this head."""
        text = self.protein.sequence
        queries, keys = dict.fromkeys(AMINO_ACIDS, 0.0), dict.fromkeys(AMINO_ACIDS, 0.0)
        for i in range(self.n):
            for j in range(self.n):
                if self.sees[i, j] and eligible(i, j):
                    queries[text[i]] += self.w[i, j]
                    keys[text[j]] += self.w[i, j]
        total = sum(queries.values())
        if total <= 1e-6:
            return math.nan
        return sum(queries[a] * keys[b] for a in AMINO_ACIDS for b in AMINO_ACIDS if holds(a, b)) / total**2

    def at(self, distance, asked=lambda i: True):
        return self.share(lambda i, j: abs(i - j) == distance, asked=asked)

    def helix(self):
        states = self.protein.tracks.get("dssp")
        if states is None:
            return math.nan, math.nan
        inside, outside = (
            [i for i, state in enumerate(states) if state != "?" and (state in "HGI") == wanted]
            for wanted in (True, False)
        )
        if min(len(inside), len(outside)) < LEAST_STATE:
            return math.nan, math.nan
        turns = [2 * min(self.at(3, one.__contains__)[0], self.at(4, one.__contains__)[0]) for one in (inside, outside)]
        beside = self.at(2, inside.__contains__)[0] + self.at(5, inside.__contains__)[0]
        return turns[0], max(beside, turns[1])

    def touching(self, residues, least):
        points = self.protein.cb
        pairs = [(i, j) for i in residues for j in residues if self.sees[i, j] and abs(i - j) >= least]
        if points is None or not any(self._near(i, j) for i, j in pairs):
            return math.nan, math.nan
        strata = {}
        for i, j in pairs:
            start = max(s for s in SEPARATION_STARTS if s <= abs(i - j))
            strata.setdefault(start, []).append((i, j))
        given = sum(self.rows[i] for i in residues)
        found = sum(self.w[i, j] for i, j in pairs if self._near(i, j))
        chance = sum(
            sum(self.w[i, j] for i, j in one) * sum(self._near(i, j) for i, j in one) / len(one)
            for one in strata.values()
        )
        return (found / given, chance / given) if given > 1e-6 else (math.nan, math.nan)

    def _near(self, i, j):
        points = self.protein.cb.astype(float)
        return math.dist(points[i], points[j]) < CUTOFF

    def placed(self):
        points = self.protein.cb
        return [] if points is None else [i for i in range(self.n) if not np.isnan(points[i]).any()]

    def strand(self):
        states = self.protein.tracks.get("dssp", "?" * self.n)
        return [i for i in self.placed() if states[i] in "EB"]

    def all(self):
        """Return by behaviour the shares and the baselines of its variants."""
        at = {k: self.at(k) for k in (2, 3, 4, 5)}
        turn = 2 * min(at[3][0], at[4][0]), max(at[2][0] + at[5][0], at[3][1] + at[4][1])
        same, similar = self.letters(lambda a, b: a == b), self.letters(lambda a, b: a != b and blosum62(a, b) > 0)
        columns = [self.share(lambda i, j, k=k: j == k) for k in range(self.n)]
        few = len(self.strand()) < LEAST_STATE
        return {
            "offset": [self.share(lambda i, j, k=k: j - i == k) for k in OFFSETS],
            "self": [self.share(lambda i, j: i == j)],
            "beginning": [self.share(lambda i, j: j < END_RESIDUES)],
            "end": [self.share(lambda i, j: j >= self.n - END_RESIDUES)],
            "turn_spacing": [turn],
            "helix": [self.helix()],
            "contact": [self.touching(self.placed(), 6)],
            "strand_partner": [(math.nan, math.nan) if few else self.touching(self.strand(), 4)],
            "amino_acid": [self.letters(lambda a, b, k=k: b == k)[:2] for k in AMINO_ACIDS],
            "same_amino_acid": [(same[0], max(same[1:]))],
            "similar_amino_acid": [(similar[0], max(similar[1:]))],
            "one_residue": [(max(c[0] for c in columns), max(c[1] for c in columns))],
            "special": [(1 - self.given / self.n, 2 / (2 + self.n))],
        }


@pytest.mark.slow
@pytest.mark.parametrize("reach", REACHES, ids=str)
@pytest.mark.parametrize("number", range(9))
def test_shares_are_those_of_loops_over_pairs(number, reach):
    protein = proteins()[number]
    weights = attention(protein, reach)
    found = measure_layer(weights, chain_of(protein, reach, torch.device("cpu")), special=2)
    for head in range(HEADS):
        looped = Loops(weights[head], protein, reach).all()
        assert looped.keys() == VARIANTS.keys()
        for name, wanted in looped.items():
            got = torch.stack(found[name])[:, head].T.numpy() if name in found else np.full((1, 2), math.nan)
            np.testing.assert_allclose(got, np.array(wanted), atol=TOLERANCE, err_msg=name)


def test_the_proteins_of_the_test_above_bring_every_behaviour():
    assert set(VARIANTS) | {"site", "repeat", "induction"} == set(BEHAVIOURS)
    measured = [
        measure_layer(attention(one, REACHES[0]), chain_of(one, REACHES[0], torch.device("cpu")), special=2)
        for one in proteins()
    ]
    assert all(any(name in one and torch.isfinite(one[name][0]).any() for one in measured) for name in VARIANTS)


@pytest.mark.parametrize("tokens", [1, 60, 10_000])
def test_batches_and_the_order_of_proteins_change_nothing(monkeypatch, tokens):
    chosen = [one for one in toy_dataset() if len(one) > 1]
    model = FakeModel(toy_attention, layers=LAYERS, heads=HEADS)
    wanted = measure_heads(model, chosen)
    monkeypatch.setattr(measure, "TOKENS", tokens)
    again = measure_heads(model, chosen[::-1])
    for name, shares in wanted.items():
        np.testing.assert_allclose(again[name].share[::-1], shares.share, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(again[name].baseline[::-1], shares.baseline, atol=1e-6, err_msg=name)
        assert again[name].asked == pytest.approx(shares.asked)


def test_what_does_not_fit_into_memory_is_halved(monkeypatch):
    chosen = behaving_proteins(4)
    model = behaving_model(chosen)
    wanted = measure_heads(model, chosen)
    attend, asked = model.attend, []

    def scarce(batch, visit):
        asked.append(len(batch.lengths))
        if len(batch.lengths) > 1:
            raise MemoryError
        attend(batch, visit)

    monkeypatch.setattr(model, "attend", scarce)
    again = measure_heads(model, chosen)
    assert asked == [4, 2, 1, 1, 2, 1, 1]
    for name, shares in wanted.items():
        np.testing.assert_allclose(again[name].share, shares.share, atol=1e-6)


def test_unknown_letters_and_one_residue_have_no_vote_on_amino_acids():
    for sequence in ("XXXXXXXXXXXXXXXXXXXX", "M"):
        model = FakeModel(lambda text: torch.full((1, 1, len(text), len(text)), 0.9 / len(text)), layers=1, heads=1)
        shares = measure_heads(model, Dataset("odd", [Protein(id="odd", sequence=sequence)]))
        assert np.isnan(shares["amino_acid"].share).all()
        assert shares["self"].share.item() == pytest.approx(shares["self"].baseline.item())
        assert shares["special"].share.item() == pytest.approx(0.1, abs=1e-6)
