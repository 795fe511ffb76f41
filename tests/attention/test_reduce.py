import numpy as np
import pytest
import torch

from protlens.attention.masks import batch_masks
from protlens.attention.reduce import find_arcs, join_found, sum_arcs
from protlens.attention.shares import LayerWeights
from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.properties.selection import select_properties
from protlens.runs.counts import SEPARATION_EDGES, Bins
from toy import HEADS, toy_attention, toy_dataset

LENGTHS = (30, 25, 8)


@pytest.fixture
def proteins():
    data = toy_dataset()
    return [next(protein for protein in data if len(protein) == length) for length in LENGTHS]


@pytest.fixture
def weights(proteins):
    padded = torch.zeros(3, HEADS, 30, 30)
    for row, protein in enumerate(proteins):
        padded[row, :, : len(protein), : len(protein)] = toy_attention(protein.sequence)[0]
    return padded


def _edges(bins):
    return torch.tensor(bins.inner, dtype=torch.float32)


def test_arcs_of_a_view_are_those_of_its_copy(weights):
    bins = Bins(0.3)
    framed = torch.full((3, HEADS, 32, 32), 0.9)
    framed[:, :, 1:-1, 1:-1] = weights
    view, copy = find_arcs(framed[:, :, 1:-1, 1:-1], _edges(bins)), find_arcs(weights, _edges(bins))
    for name in ("row", "head", "query", "key", "weight", "bin"):
        assert torch.equal(getattr(view, name), getattr(copy, name))
    assert torch.equal(weights[copy.row, copy.head, copy.query, copy.key], copy.weight)
    assert len(copy.weight) == int((weights >= torch.tensor(0.05)).sum())


def test_a_weight_on_an_edge_lies_above_it():
    bins = Bins(0.3)
    below = np.nextafter(np.float32(0.3), np.float32(0))
    arcs = find_arcs(torch.tensor([[[[0.3, float(below)], [0.05, 1.0]]]]), _edges(bins))
    assert arcs.bin.tolist() == [bins.threshold_bin, bins.threshold_bin - 1, 1, len(bins.edges) - 2]


def _masks(proteins, properties):
    found = [[prop.mask(protein) for prop in properties] for protein in proteins]
    return batch_masks(proteins, properties, found, torch.device("cpu"))


def _blocks(weights, rows):
    """Yield blocks of so many queries, the place of the first before each."""
    for first in range(0, weights.shape[2], rows):
        yield first, weights[:, :, first : first + rows]


def _sums(proteins, properties, weights, *, rows):
    sums = LayerWeights(_masks(proteins, properties), [len(one) for one in proteins], heads=weights.shape[1])
    for first, block in _blocks(weights, rows):
        sums.add(block, first)
    return sums.take()


@pytest.mark.parametrize(("threshold", "rows"), [(0.3, 30), (0.05, 7), (0.02, 1), (0.317, 13), (0.97, 30)])
def test_counts_equal_plain_loops(proteins, weights, threshold, rows):
    bins = Bins(threshold)
    properties = sorted(select_properties(toy_dataset()), key=lambda found: found.level == "pair")
    masks = _masks(proteins, properties)
    arcs = join_found([find_arcs(block, _edges(bins), first) for first, block in _blocks(weights, rows)])
    sums = sum_arcs(arcs, masks, shape=(3, HEADS, 30), edges=len(bins.inner), threshold=bins.threshold_bin)
    expected = {name: np.zeros_like(getattr(sums, name).numpy()) for name in ("arcs", "eligible", "hits")}
    letters = np.zeros((3, HEADS, 20), int)
    bands = np.zeros((3, HEADS, len(SEPARATION_EDGES)), int)
    for row, protein in enumerate(proteins):
        found = [prop.mask(protein) for prop in properties]
        for head in range(HEADS):
            for i in range(len(protein)):
                for j in range(len(protein)):
                    weight = weights[row, head, i, j].item()
                    place = sum(weight >= np.float32(edge) for edge in bins.inner) - 1
                    if place < 0:
                        continue
                    expected["arcs"][row, head, place] += 1
                    for column, (prop, mask) in enumerate(zip(properties, found, strict=True)):
                        if mask is not None:
                            at = (i, j) if prop.level == "pair" else j
                            expected["eligible"][row, head, place, column] += mask.known[at]
                            expected["hits"][row, head, place, column] += mask.holds[at]
                    if weight >= np.float32(threshold):
                        bands[row, head, sum(abs(i - j) >= start for start in SEPARATION_EDGES) - 1] += 1
                        if protein.sequence[j] in AMINO_ACIDS:
                            letters[row, head, AMINO_ACIDS.index(protein.sequence[j])] += 1
    for name, counted in expected.items():
        np.testing.assert_array_equal(getattr(sums, name).numpy(), counted)
    np.testing.assert_array_equal(sums.amino_acids.numpy(), letters)
    np.testing.assert_array_equal(sums.separations.numpy(), bands)


@pytest.mark.parametrize("rows", [1, 7, 30])
def test_shares_equal_plain_loops(proteins, weights, rows):
    shares, _ = _sums(proteins, [], weights, rows=rows)
    expected = {name: np.zeros(HEADS) for name in shares.__slots__}
    for row, length in enumerate(LENGTHS):
        for head in range(HEADS):
            for i in range(length):
                weight = weights[row, head, i, :length].double().numpy()
                special = 1 - weight.sum()
                outcomes = np.append(weight, special)
                expected["to_special"][head] += special
                expected["to_self"][head] += weight[i]
                expected["to_previous"][head] += weight[i - 1] if i > 0 else 0
                expected["to_next"][head] += weight[i + 1] if i + 1 < length else 0
                expected["entropy"][head] -= sum(p * np.log(p) for p in outcomes if p > 0)
                expected["distance"][head] += sum(w * abs(i - j) for j, w in enumerate(weight))
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(shares, name).numpy(), value, rtol=2e-5, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("rows", [1, 7, 30])
def test_weights_on_properties_equal_plain_loops(proteins, weights, rows):
    properties = sorted(select_properties(toy_dataset()), key=lambda found: found.level == "pair")
    _, found = _sums(proteins, properties, weights, rows=rows)
    expected = np.zeros((3, 3, HEADS, len(properties)))
    for row, protein in enumerate(proteins):
        for column, prop in enumerate(properties):
            mask = prop.mask(protein)
            for i in range(len(protein)):
                for j in range(len(protein)):
                    weight = weights[row, :, i, j].double().numpy()
                    expected[0, row, :, column] += weight
                    if mask is not None:
                        at = (i, j) if prop.level == "pair" else j
                        expected[1, row, :, column] += weight * mask.known[at]
                        expected[2, row, :, column] += weight * mask.holds[at]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6, atol=1e-7)


def test_sums_begin_anew_with_the_next_layer(proteins, weights):
    masks = _masks(proteins, [])
    sums = LayerWeights(masks, LENGTHS, heads=HEADS)
    taken = []
    for _ in range(2):
        sums.add(weights, 0)
        taken.append(sums.take())
    for name in taken[0][0].__slots__:
        assert torch.equal(getattr(taken[0][0], name), getattr(taken[1][0], name))
    assert torch.equal(taken[0][1], taken[1][1])


def test_a_head_that_only_attends_to_special_tokens():
    protein = Protein(id="one", sequence="MKT")
    shares, _ = _sums([protein], [], torch.zeros(1, 1, 3, 3), rows=2)
    assert shares.to_special.item() == 3
    assert shares.entropy.item() == shares.distance.item() == 0
