"""The same weights give the same integers, however many queries are shown at a time."""

import dataclasses

import numpy as np
import pytest
import torch

from blocks import InBlocks
from protlens.attention.collect import collect_sums
from protlens.attention.single import protein_arcs
from protlens.data.protein import Protein
from protlens.models import attention_hook
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.models.protocol import whole_layers
from protlens.nulls.shuffled_rows import ShuffledRows
from protlens.properties.selection import select_properties
from protlens.reach import EVERYWHERE, Reach
from protlens.runs.counts import Bins
from tiny_models import tiny_model_folder
from toy import HEADS, LAYERS, toy_attention, toy_dataset, toy_model

SIZES = (1, 7, 64)
BINS = Bins(0.3, keep_arcs=0.1)


def _numbers(thing, name=""):
    """Yield all arrays of a result by their place in it."""
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from _numbers(getattr(thing, field.name), f"{name}.{field.name}")
    elif isinstance(thing, tuple | list):
        for place, part in enumerate(thing):
            yield from _numbers(part, f"{name}[{place}]")
    elif isinstance(thing, np.ndarray):
        yield name, thing


def assert_same(found, expected, at_edges=0.0):
    """Assert that integers are the same, but for a share of weights at edges of bins; sums of weights are nearly."""
    pairs = list(zip(_numbers(found), _numbers(expected), strict=True))
    assert len(pairs) > 5
    for (name, one), (_, other) in pairs:
        assert one.shape == other.shape, name
        if one.dtype.kind == "f":
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4, err_msg=name)
        elif at_edges and name.startswith(".histogram"):
            assert np.abs(one - other).sum() <= at_edges * other.sum(), name
        else:
            np.testing.assert_array_equal(one, other, err_msg=name)


def _collected(model, proteins):
    data = toy_dataset()
    properties = sorted(select_properties(data), key=lambda found: found.level == "pair")
    return collect_sums(model, proteins, properties, numbers=range(len(proteins)), bins=BINS)


def _silent(sequence):
    weights = toy_attention(sequence)
    weights[:, 1] = 0.01 / len(sequence)  # a head without an arc
    return weights


REACHES = (EVERYWHERE, Reach(None, 0), Reach(4, 2))


def _limited(sequence):
    weights = toy_attention(sequence)
    return torch.stack(
        [weights[layer] * torch.from_numpy(REACHES[layer % 3].pairs(len(sequence))) for layer in range(LAYERS)]
    )


MODELS = {
    "all": toy_model,
    "a head without arcs": lambda: FakeModel(_silent, layers=LAYERS, heads=HEADS),
    "causal and windowed": lambda: FakeModel(
        _limited, layers=LAYERS, heads=HEADS, reach=[REACHES[layer % 3] for layer in range(LAYERS)]
    ),
}


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("kind", MODELS)
def test_the_same_weights_give_the_same_integers(kind, rows):
    proteins = [*toy_dataset(), Protein(id="single", sequence="M")]
    expected = _collected(MODELS[kind](), proteins)
    assert expected.arcs.sum() > 100
    assert kind != "a head without arcs" or not expected.arcs[:, :, 1].any()
    assert_same(_collected(InBlocks(MODELS[kind](), rows), proteins), expected)


@pytest.mark.parametrize("rows", SIZES)
def test_a_chain_of_one_residue_is_a_batch_of_its_own(rows):
    one = [Protein(id="single", sequence="M")]
    assert_same(_collected(InBlocks(toy_model(), rows), one), _collected(toy_model(), one))


@pytest.mark.parametrize("rows", SIZES)
def test_the_strongest_arcs_of_one_protein_are_the_same(rows):
    sequence = toy_dataset()[0].sequence
    for most in (3, 5000):
        found = protein_arcs(InBlocks(toy_model(), rows), sequence, floor=0.05, most=most)
        assert_same(found, protein_arcs(toy_model(), sequence, floor=0.05, most=most))


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("kind", MODELS)
def test_rows_are_shuffled_alike(kind, rows):
    """Permutations are drawn row by row, so that a block goes on where the one before it stopped."""
    proteins = list(toy_dataset())
    expected = _collected(ShuffledRows(MODELS[kind](), seed=3), proteins)
    assert_same(_collected(ShuffledRows(InBlocks(MODELS[kind](), rows), seed=3), proteins), expected)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["mini-bert", "mini-albert", "mini-xlnet", "esm", "t5"])
def test_models_compute_the_same_integers(family, tmp_path, monkeypatch):
    """Only last digits of weights may differ, as the library for matrices adds up in another order."""
    name = family if family.startswith("mini") else tiny_model_folder(family, tmp_path / family)
    model, proteins = load_model(name, device="cpu"), [*toy_dataset(), Protein(id="single", sequence="M")]
    whole, whole_sums = _shown(model, proteins), _collected(model, proteins)
    for rows in SIZES:
        monkeypatch.setattr(attention_hook, "rows_of_block", lambda *_, rows=rows: rows)
        assert torch.allclose(_shown(model, proteins), whole, atol=2e-5)
        assert_same(_collected(model, proteins), whole_sums, at_edges=1e-3)


def _shown(model, proteins):
    layers = []
    keep = whole_layers(lambda _, weights: layers.append(weights.clone()))
    model.attend(model.encode([protein.sequence for protein in proteins]), keep)
    return torch.stack(layers)
