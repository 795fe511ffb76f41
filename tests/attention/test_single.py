"""The arcs of one protein against a plain search through all weights."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from eager import eager_attention
from protlens.attention.single import protein_arcs
from protlens.errors import ModelError, OptionError
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from reference import attention_of
from tiny_models import tiny_model_folder
from toy import toy_model

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQACDEFGHIKLMNPQRSTVWYXUB"


def plain_arcs(weights, floor, most):
    """Return the arcs as tuples in their order, and the heaviest weight left out of each head, None if none is."""
    arcs, left_out = [], {}
    layers, heads, length, _ = weights.shape
    for layer in range(layers):
        for head in range(heads):
            found = [
                (-float(weights[layer, head, i, j]), i, j)
                for i in range(length)
                for j in range(length)
                if weights[layer, head, i, j] >= np.float32(floor)
            ]
            found.sort()
            arcs += [(layer, head, i, j, -weight) for weight, i, j in found[:most]]
            left_out[layer, head] = -found[most][0] if len(found) > most else None
    return arcs, left_out


def as_tuples(arcs):
    columns = (arcs.layer, arcs.head, arcs.query, arcs.key, arcs.weight)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def check(found, weights, floor, most):
    expected, left_out = plain_arcs(weights, floor, most)
    assert as_tuples(found) == expected
    for place, heaviest in left_out.items():
        complete = found.complete_from[place]
        assert complete == np.float32(floor) if heaviest is None else complete > heaviest
        here = {(i, j) for layer, head, i, j, _ in expected if (layer, head) == place}
        reaching = np.argwhere(weights[place] >= complete)
        assert {(int(i), int(j)) for i, j in reaching} <= here


@pytest.mark.parametrize("floor", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("most", [1, 7, 5000])
def test_arcs_equal_a_plain_search(floor, most):
    found = protein_arcs(toy_model(), CHAIN, floor=floor, most=most)
    check(found, attention_of(toy_model(), CHAIN), floor, most)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 6))
def test_equal_weights_do_not_break_the_promise(seed, most, steps):
    rng = np.random.default_rng(seed)
    weights = (rng.integers(0, steps + 1, (2, 3, 6, 6)) / (6 * steps)).astype(np.float32)
    model = FakeModel(lambda sequence: torch.from_numpy(weights), layers=2, heads=3)
    check(protein_arcs(model, "ACDEFG", floor=0.05, most=most), weights, 0.05, most)


@pytest.mark.parametrize("family", ["bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape"])
def test_weights_are_those_of_transformers(family, tmp_path):
    folder = tiny_model_folder(family, tmp_path / family)
    model = load_model(folder, device="cpu")
    before, after = model.special_tokens
    tokens = eager_attention(model.info.family, folder, model.encode([CHAIN]).tokens[0].tolist()).numpy()
    weights = tokens[..., before : tokens.shape[-1] - after, before : tokens.shape[-1] - after]
    found = protein_arcs(model, CHAIN, floor=0.1)
    assert len(found.weight) > 100
    places = found.layer, found.head, found.query, found.key
    np.testing.assert_allclose(found.weight, weights[places], atol=1e-6)
    listed = np.zeros(weights.shape, bool)
    listed[places] = True
    assert weights[~listed].max() < 0.1 + 1e-6
    np.testing.assert_allclose(found.received, weights.sum(axis=2), atol=1e-5)


def test_the_bundled_model():
    model = load_model("mini-bert", device="cpu")
    weights = attention_of(model, CHAIN)
    found = protein_arcs(model, CHAIN)
    check(found, weights, 0.1, 5000)
    np.testing.assert_allclose(found.received, weights.sum(axis=2), atol=1e-5)
    assert found.received.shape == (6, 8, len(CHAIN))


def test_what_the_input_does_not_hold_is_cut_off():
    cut = protein_arcs(toy_model(max_residues=20), CHAIN)
    short = protein_arcs(toy_model(), CHAIN[:20])
    assert cut.residues == short.residues == 20
    assert cut.received.shape == (3, 2, 20)
    assert as_tuples(cut) == as_tuples(short)


def test_one_residue():
    found = protein_arcs(FakeModel(lambda _: torch.full((1, 1, 1, 1), 0.5), layers=1, heads=1), "A")
    assert as_tuples(found) == [(0, 0, 0, 0, 0.5)]
    assert found.received.tolist() == [[[0.5]]]


def test_heads_without_arcs():
    found = protein_arcs(FakeModel(lambda s: torch.zeros(2, 2, len(s), len(s)), layers=2, heads=2), "ACDEF")
    assert as_tuples(found) == []
    assert found.complete_from.tolist() == [[np.float32(0.1)] * 2] * 2
    assert not found.received.any()


def test_the_last_head_of_the_toy_is_silent_and_the_others_are_not():
    found = protein_arcs(toy_model(), CHAIN)
    assert {(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)} == set(zip(found.layer.tolist(), found.head.tolist(), strict=True))


def test_too_little_memory_is_one_clear_line():
    def attention(sequence):
        raise MemoryError

    with pytest.raises(ModelError, match=r"^attention within 5 residues: too long for the memory; use"):
        protein_arcs(FakeModel(attention, layers=1, heads=1), "ACDEF")


@pytest.mark.parametrize("floor", [0.0, -0.1, 1.01, float("nan")])
def test_a_floor_that_bounds_nothing_is_refused(floor):
    with pytest.raises(OptionError, match="allowed: above 0, up to 1"):
        protein_arcs(toy_model(), "ACDEF", floor=floor)


def test_nothing_outlives_a_layer_but_what_is_kept():
    """At 64 heads of 400 residues a layer has 41 MB of weights; what is kept of four layers is under 3 MB."""
    length = 400
    one = torch.zeros(64, length, length)
    one[:, :, 7] = 0.5
    model = FakeModel(lambda _: one.expand(4, 64, length, length), layers=4, heads=64)
    found = protein_arcs(model, "A" * length, most=100)
    kept = [found.layer, found.head, found.query, found.key, found.weight, found.complete_from, found.received]
    assert sum(part.nbytes for part in kept) < 3e6
    assert (found.complete_from > 0.5).all()
