import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.models.protocol import encode_proteins, whole_layers
from protlens.nulls.keyed import keyed_generator
from protlens.nulls.shuffled_rows import ShuffledRows, shuffle_rows
from protlens.reach import EVERYWHERE, Reach
from toy import HEADS, LAYERS, toy_attention, toy_dataset, toy_model

LIMITS = st.one_of(st.none(), st.integers(0, 15))
REACH = (Reach(None, 0), Reach(4, 2), EVERYWHERE)


@given(st.integers(1, 20), st.builds(Reach, LIMITS, LIMITS), st.integers(0, 2**32))
def test_each_row_keeps_its_weights_among_the_residues_that_it_may_see(length, reach, seed):
    rng = np.random.default_rng(seed)
    weights = rng.random((length, length)).astype(np.float32) * reach.pairs(length)
    found = shuffle_rows(weights, reach, rng)
    assert found.dtype == np.float32
    for row in range(length):
        seen = reach.pairs(length)[row]
        assert sorted(found[row, seen].tolist()) == sorted(weights[row, seen].tolist())
        assert not found[row, ~seen].any()


@pytest.mark.parametrize("reach", [EVERYWHERE, Reach(3, 1)])
def test_a_weight_falls_on_each_residue_that_is_seen_equally_often(reach):
    weights = np.zeros((12, 12), np.float32)
    weights[5, 4] = 1
    draws = 3000
    found = sum(shuffle_rows(weights, reach, np.random.default_rng(seed))[5] for seed in range(draws))
    seen = reach.pairs(12)[5]
    expected = draws / seen.sum()
    assert (found[~seen] == 0).all()
    assert (np.abs(found[seen] - expected) < 5 * np.sqrt(expected)).all()


def attention_of(model, sequences):
    layers = []
    model.attend(model.encode(sequences), whole_layers(lambda _, weights: layers.append(weights.clone())))
    return torch.stack(layers)


def test_it_is_the_plain_function_with_a_generator_for_each_protein_layer_and_head():
    sequence = "MKTAYIAKQRX"
    found = attention_of(ShuffledRows(toy_model(), seed=5), [sequence])[:, 0]
    key = np.array([ord(letter) for letter in sequence], np.int64).tobytes()
    for layer in range(LAYERS):
        for head in range(HEADS):
            given_ = toy_attention(sequence)[layer, head].numpy()
            expected = shuffle_rows(given_, EVERYWHERE, keyed_generator(5, key, layer, head))
            np.testing.assert_array_equal(found[layer, head].numpy(), expected)
    assert not torch.equal(found, attention_of(ShuffledRows(toy_model(), seed=6), [sequence])[:, 0])


def test_what_is_drawn_does_not_depend_on_the_batch():
    sequences = [protein.sequence for protein in toy_dataset()]
    model = ShuffledRows(toy_model(), seed=1)
    whole = attention_of(model, sequences)
    for row, sequence in enumerate(sequences):
        length = len(sequence)
        alone = attention_of(model, [sequence])[:, 0]
        assert torch.equal(whole[:, row, :, :length, :length], alone)
        assert not whole[:, row, :, length:].any()
        assert not whole[:, row, :, :, length:].any()


def test_a_layer_of_limited_reach_shows_nothing_beyond_it():
    def attention(sequence):
        weights = toy_attention(sequence)
        for layer, one in enumerate(REACH):
            weights[layer] *= torch.from_numpy(one.pairs(len(sequence)))
        return weights

    model = ShuffledRows(FakeModel(attention, layers=LAYERS, heads=HEADS, reach=REACH), seed=0)
    assert model.reach == REACH
    sequence = "MKTAYIAKQRQISFVK"
    found = attention_of(model, [sequence])[:, 0]
    for layer, one in enumerate(REACH):
        assert not found[layer][:, ~torch.from_numpy(one.pairs(len(sequence)))].any()
    torch.testing.assert_close(found.sum(-1), attention(sequence).sum(-1))


def test_a_model_of_transformers_keeps_what_goes_to_special_tokens():
    model, sequences = load_model("mini-bert", device="cpu"), ["MKTAYIAKQRQISFVK", "MKX"]
    shuffled = ShuffledRows(model, seed=0, name="run's own")
    plain, found = attention_of(model, sequences), attention_of(shuffled, sequences)
    torch.testing.assert_close(found.sum(-1), plain.sum(-1))
    assert torch.equal(found.sort(-1).values, plain.sort(-1).values)
    assert not torch.equal(found, plain)
    assert shuffled.info.name == "run's own, rows shuffled (seed 0)"
    assert shuffled.info.sha256 == model.info.sha256
    assert shuffled.info.settings_sha256 != model.info.settings_sha256
    assert (shuffled.device, shuffled.dtype, shuffled.reads) == (model.device, "float32", None)


def test_proteins_reach_a_model_that_reads_more_than_sequences():
    class Reader(FakeModel):
        reads = "3di"

        def encode(self, sequences):
            self.given = list(sequences)
            return super().encode([one.sequence for one in sequences])

    model = Reader(toy_attention, layers=LAYERS, heads=HEADS)
    proteins = toy_dataset()[:2]
    encode_proteins(ShuffledRows(model, seed=0), list(proteins))
    assert [one.id for one in model.given] == proteins.ids
