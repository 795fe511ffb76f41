"""Inserted repeats, and the attention from the second copy to the first, one residue at a time."""

import math

import numpy as np
import pytest
import torch

import protlens.behaviour.measure as measure
from planted_heads import behaving_model, behaving_proteins, patterns
from protlens.behaviour.repeats import AFTER, LEAST_GAP, SEGMENT, SHORTEST, measure_repeats, with_repeat
from protlens.data.protein import Protein
from protlens.models.fake import FakeModel
from protlens.reach import Reach
from toy import HEADS, LAYERS, toy_attention

PROTEINS = [*behaving_proteins(3, length=SHORTEST), Protein(id="short", sequence="M" * (SHORTEST - 1))]


@pytest.mark.parametrize("seed", range(20))
def test_the_copy_and_its_control_differ_in_the_copy_alone(seed):
    protein = PROTEINS[seed % 3]
    made = with_repeat(protein, seed=seed)
    text, control = made.protein.sequence, made.control.sequence
    copied = protein.sequence[made.first : made.first + SEGMENT]
    assert text[made.first :][:SEGMENT] == text[made.second :][:SEGMENT] == copied
    assert sorted(control[made.second :][:SEGMENT]) == sorted(copied)
    for one in (text, control):
        assert one[: made.second] + one[made.second + SEGMENT :] == protein.sequence
    assert made.second - made.first >= SEGMENT + LEAST_GAP


def test_places_are_drawn_for_each_sequence_and_seed():
    places = {(one.first, one.second) for seed in range(30) if (one := with_repeat(PROTEINS[0], seed=seed))}
    assert len(places) > 10
    again = [with_repeat(PROTEINS[0], seed=4) for _ in range(2)]
    assert again[0].protein.sequence == again[1].protein.sequence


def test_what_is_too_short_or_does_not_fit_is_left_out_or_cut():
    assert with_repeat(PROTEINS[-1], seed=0) is None
    assert with_repeat(PROTEINS[0], seed=0, longest=SHORTEST + SEGMENT - 1) is None
    cut = with_repeat(behaving_proteins(1, length=200)[0], seed=0, longest=120)
    assert len(cut.protein) == len(cut.control) == 120


def test_a_track_goes_along_if_the_model_reads_it():
    protein = PROTEINS[0]
    made = with_repeat(protein, seed=1, track="dssp")
    places = [*range(made.second), *range(made.first, made.first + SEGMENT), *range(made.second, len(protein))]
    assert made.protein.tracks["dssp"] == "".join(protein.tracks["dssp"][place] for place in places)
    assert made.protein.tracks.keys() == {"dssp"}


def looped(weights, made, text, reach, after):
    """Return the share of what goes to the first copy, and the larger of an even spread and of the same amino acid."""
    sees, there, even, alike, given = reach.pairs(len(text)), 0.0, 0.0, 0.0, 0.0
    for i in range(made.second + 1, made.second + SEGMENT - 1):
        row = [float(weights[i, j]) for j in range(len(text))]
        given += sum(row)
        there += row[made.first + i - made.second + after]
        even += sum(row) / sum(sees[i])
        same = [row[j] for j in range(len(text)) if j != i and text[j] == text[i]]
        alike += sum(same) / max(len(same), 1)
    return (there / given, max(even, alike) / given) if given > 1e-6 else (math.nan, math.nan)


@pytest.mark.parametrize("reach", [Reach(), Reach(None, 0), Reach(40, 3)], ids=str)
def test_shares_are_those_of_loops_over_residues(reach):
    def attention(text):
        return toy_attention(text) * torch.from_numpy(reach.pairs(len(text)))

    model = FakeModel(attention, layers=LAYERS, heads=HEADS, reach=[reach] * LAYERS)
    found = measure_repeats(model, PROTEINS, seed=3)
    for place, protein in enumerate(PROTEINS):
        made = with_repeat(protein, seed=3)
        for name, after in AFTER.items():
            if made is None:
                assert np.isnan(found[name].share[place]).all()
                continue
            texts = made.protein.sequence, made.control.sequence
            weights = [attention(text) for text in texts]
            for layer, head in np.ndindex(LAYERS, HEADS):
                share, chance = looped(weights[0][layer, head], made, texts[0], reach, after)
                shuffled, _ = looped(weights[1][layer, head], made, texts[1], reach, after)
                np.testing.assert_allclose(found[name].share[place, layer, head, 0], share, atol=1e-6)
                np.testing.assert_allclose(
                    found[name].baseline[place, layer, head, 0], np.fmax(chance, shuffled), atol=1e-6
                )


def test_batches_and_the_order_of_proteins_change_nothing(monkeypatch):
    model = FakeModel(toy_attention, layers=LAYERS, heads=HEADS)
    wanted = measure_repeats(model, PROTEINS, seed=3)
    monkeypatch.setattr(measure, "TOKENS", 1)
    again = measure_repeats(model, PROTEINS[::-1], seed=3)
    for name, shares in wanted.items():
        np.testing.assert_allclose(again[name].share[::-1], shares.share, atol=1e-6)
        np.testing.assert_allclose(again[name].baseline[::-1], shares.baseline, atol=1e-6)


def test_a_head_that_looks_for_the_same_amino_acid_does_not_find_repeats():
    proteins = behaving_proteins(8, length=90)
    shares = measure_repeats(behaving_model(proteins), proteins, seed=0)["repeat"]
    heads = list(patterns(proteins))
    lift = (shares.share.mean(0) / shares.baseline.mean(0))[0, :, 0]
    assert lift[heads.index("same_amino_acid")] < 1.5
    assert lift[heads.index("repeat")] > 3
